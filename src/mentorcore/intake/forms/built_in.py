"""The kinds of form that come with mentorcore; practices bring more."""

from collections.abc import Iterable, Mapping

from mentorcore.intake.form_kind import FormKind
from mentorcore.intake.forms.application_list import APPLICATION_LIST
from mentorcore.intake.forms.enrolment import ENROLMENT
from mentorcore.intake.forms.evidence_list import EVIDENCE_LIST
from mentorcore.intake.forms.feedback import FEEDBACK
from mentorcore.intake.forms.goal_check_in import GOAL_CHECK_IN
from mentorcore.intake.forms.meeting_log import MEETING_LOG
from mentorcore.intake.forms.pairing_list import PAIRING_LIST
from mentorcore.intake.forms.proposal_answers import PROPOSAL_ANSWERS
from mentorcore.intake.forms.relief_list import RELIEF_LIST

__all__ = ["FORMS", "MAPPINGS", "forms_by_name"]

FORMS = (
    ENROLMENT,
    PAIRING_LIST,
    MEETING_LOG,
    GOAL_CHECK_IN,
    FEEDBACK,
    APPLICATION_LIST,
    RELIEF_LIST,
    EVIDENCE_LIST,
    PROPOSAL_ANSWERS,
)

MAPPINGS: Mapping[str, str] = {kind.name: kind.template for kind in FORMS}
"""A mapping to begin with for each kind of form."""


def forms_by_name(more: Iterable[FormKind] = ()) -> Mapping[str, FormKind]:
    """The core's kinds of form and *more*, by name."""
    return {kind.name: kind for kind in (*FORMS, *more)}
