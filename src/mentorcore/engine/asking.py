"""What is decided for each command that can be asked for, those that lead to many included.

Parts for the rarer ones are imported when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mentorcore.domain.cohort import CloseCohort
from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.responses import ReverseImport, SettleResponse
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.log.recorded import Envelope
from mentorcore.log.sealing.keys import Keys
from mentorcore.projections.views import Views

__all__ = ["deciding"]

ATTESTING = "AttestCompliance"
"""The command of a practice that states results, which are worked out where it is decided."""


def deciding(
    commands: Sequence[tuple[Any, Envelope]],
    desk: CommandContext,
    keys: Keys,
    views: Callable[[], Views],
) -> Callable[[UnitOfWork], None]:
    """What decides commands in a session, each seeing those before it.

    Args:
        commands: The commands with all their ids, each with what accompanies its events.
        desk: Where decisions are made.
        keys: Where the key of the index is.
        views: Gives the views of the log, which few commands need.
    """

    def work(session: UnitOfWork) -> None:
        for command, envelope in commands:
            if isinstance(command, ReverseImport):
                from mentorcore.engine.importing.import_reversal import reverse

                reverse(session, desk, command, envelope)
            elif isinstance(command, SettleResponse):
                from mentorcore.engine.importing.deciding.settling import settle

                settle(session, desk, keys, command, envelope)
            elif isinstance(command, CloseCohort):
                from mentorcore.engine.closing import closing

                session.decide(command, envelope)
                at = views().as_it_stands(command.program_id, today=desk.clock())
                for step in closing(command, at, session.state):
                    session.decide(step, envelope)
            else:
                session.decide(command, envelope)
                if type(command).__name__ == ATTESTING:
                    from mentorcore.engine.attesting import confirm

                    confirm(views(), desk, command)
        if any(isinstance(decided.event, RecordRetracted) for decided in session.decided):
            from mentorcore.engine.importing.index_rollback import forget

            forget(session, desk, keys)

    return work
