"""Each kind of form reads its rows in a module of its own; this is the table of them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from mentorcore.adapters.dates import DateOrder
from mentorcore.adapters.spec import Response
from mentorcore.intake.directory import Directory
from mentorcore.intake.fields import Kind
from mentorcore.intake.forms import (
    enrolment,
    feedback,
    goal_check_in,
    meeting_log,
    pairing_list,
)
from mentorcore.intake.intended import Intended
from mentorcore.intake.kept import Kept
from mentorcore.intake.mapping import FormMapping
from mentorcore.intake.places import Places
from mentorcore.intake.row import Asking, Row

__all__ = ["READERS", "Interpreter"]

READERS: Mapping[Kind, Callable[[Row], Intended]] = {
    "enrolment": enrolment.read,
    "pairing-list": pairing_list.read,
    "meeting-log": meeting_log.read,
    "goal-check-in": goal_check_in.read,
    "feedback": feedback.read,
}
"""What reads the rows of each kind of form."""


class Interpreter:
    """Reads responses by a mapping; one serves a whole import.

    Args:
        mapping: What was declared about the form.
        orders: The order of dates in columns that prove one; see `DateOrders`.
    """

    def __init__(self, mapping: FormMapping, orders: Mapping[str, DateOrder] | None = None) -> None:
        self.mapping = mapping
        self._read = READERS[mapping.kind]
        self._places = Places(mapping)
        self._orders = orders or {}
        self._kept = Kept()

    def interpret(
        self,
        response: Response,
        known: Directory,
        *,
        ids: Callable[[str], str],
        now: datetime,
        again: bool = False,
    ) -> Intended:
        """What a response says, as commands in order.

        Args:
            response: The response.
            known: Who is known.
            ids: Answers with a new id for a kind such as ``meeting``.
            now: The instant of the import.
            again: Whether the response was taken before and has been edited.

        Raises:
            Rejected: With everything that is wrong with it.
        """
        asking = Asking(known, ids, now, again)
        row = Row(response, self.mapping, asking, self._places, self._orders, kept=self._kept)
        return self._read(row)
