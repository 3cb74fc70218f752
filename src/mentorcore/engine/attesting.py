"""What an officer attests is worked out where it is decided: what does not come out is refused.

As it was known at a position of the log, a result never becomes another one, so that nobody who
records meanwhile changes what is compared here (INV-80).
"""

from __future__ import annotations

from typing import Any

from mentorcore.engine.commands.unit_of_work import CommandContext
from mentorcore.engine.queries.asked_for import check_position
from mentorcore.engine.queries.compliance_queries import RESULTS
from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import COORDINATOR
from mentorcore.projections.compliance.statement import drawn_up
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.views import Views

__all__ = ["confirm"]


def confirm(views: Views, desk: CommandContext, command: Any) -> None:
    """Make sure that results are what somebody states of them.

    Raises:
        Refused: There are none (``nothing_to_attest``), or others come out (``not_as_stated``); or
            the log does not reach as far yet (``no_such_position``).
    """
    check_position(desk.store, command.as_known, "position")
    asked = Moment(command.as_of, command.as_known)
    told = views.view(RESULTS, command.program_id, asked, viewer=COORDINATOR, today=desk.clock())
    about = command.cohort_id or command.participant_id or command.pairing_id
    found = drawn_up(
        told, pack=command.pack_id, version=command.version, rule=command.rule, about=about
    )
    if found.results == 0:
        raise Refused(
            f"version {command.version} of {command.pack_id} had no such results as of "
            f"{command.as_of} and position {command.as_known}",
            "nothing_to_attest",
        )
    if (found.results, found.digest) != (command.results, command.digest):
        raise Refused(
            f"other results come out as of {command.as_of} and position {command.as_known} than "
            "are stated; draw up the statement again",
            "not_as_stated",
        )
