"""Questions that an engine answers: each is a fold of the log, shown to a named viewer."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import attrs

from mentorcore.engine.explaining import Explaining
from mentorcore.engine.identities import normalised
from mentorcore.engine.integrity import Known, Proofs
from mentorcore.engine.kept_mappings import KeptMapping, KeptMappings
from mentorcore.engine.programs import Designed, only_one
from mentorcore.errors import Refused
from mentorcore.intake.rejects import Reject
from mentorcore.log.codec import Codec
from mentorcore.log.follower import follow
from mentorcore.log.recorded import Recorded
from mentorcore.log.store import Store
from mentorcore.projections.diff_rows import Diff, Moment
from mentorcore.projections.explanation import Explanation, Figure
from mentorcore.projections.history_rows import History
from mentorcore.projections.needs import Attention, Need
from mentorcore.projections.people import Who
from mentorcore.projections.seeing import Viewer
from mentorcore.projections.status_rows import Status
from mentorcore.projections.views import ProgramLine, Views

__all__ = ["Questions"]

PAGE = 500
"""Events read at once; larger pages leave the processor's cache and are slower."""


class Questions(Proofs):
    """What can be asked of an open log; `Engine` answers all of it."""

    _store: Store
    _codec: Codec
    _views: Views
    _designed: Designed
    _mappings: KeptMappings
    _explaining: Explaining

    def now(self) -> datetime:
        """The clock, in UTC."""
        raise NotImplementedError

    def programs(
        self,
        *,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> tuple[ProgramLine, ...]:
        """The programs of the log, each with its name, zone and state; see `status`."""
        return self._views.programs(as_of=as_of, as_known=self.known_at(as_known))

    def status(
        self,
        program: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> Status:
        """The state of a program: in numbers, each participant, each pairing.

        Args:
            program: Its id; may be left out where the log holds one program.
            viewer: Who is asking; what they may not see is shown as `Withheld`.
            as_of: What was true then: a day of the program, or an instant.
            as_known: What the log knew then: an instant, a position, or a checkpoint that you hold.

        Raises:
            Refused: There is no such program, or several and none was named.
            FollowerStopped: An event of the log cannot be read or folded.
            KeyMissing: The viewer may see a personal value whose key is not here.
        """
        return self._views.status(
            self._program(program, as_known),
            viewer=viewer,
            today=self.now(),
            as_of=as_of,
            as_known=self.known_at(as_known),
        )

    def attention(
        self,
        program: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> Attention:
        """What needs a person today and why, the most urgent first; see `status`."""
        return self._views.attention(
            self._program(program, as_known),
            viewer=viewer,
            today=self.now(),
            as_of=as_of,
            as_known=self.known_at(as_known),
        )

    def history(
        self,
        subject: str,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> History:
        """Everything recorded about a participant, pairing, person or program, as a timeline.

        Args:
            subject: The id of what it is about; `find` tells it from a name.
            viewer: Who is asking.
            as_of: Only what was true then.
            as_known: Only what the log knew then.

        Raises:
            Refused: Nothing is recorded under that id.
        """
        return self._views.history(
            subject, viewer=viewer, as_of=as_of, as_known=self.known_at(as_known)
        )

    def figures(
        self,
        subject: str,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> tuple[Figure, ...]:
        """The figures of a program, cohort, pairing or participant that `explain` can explain."""
        return self._views.figures(
            subject, viewer=viewer, today=self.now(), as_of=as_of, as_known=self.known_at(as_known)
        )

    def explain(
        self,
        subject: str | Need | Refused | Reject,
        figure: str | None = None,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> Explanation:
        """Why a figure is what it is, why something needs a person, or why it was refused.

        Args:
            subject: The id of a program, cohort, pairing, participant or person with a *figure*;
                or by itself a need of `attention`, a `Refused`, or a rejected row of a report.
            figure: Its name: a member of a row of `status` such as ``minutes``, a path such as
                ``goal_counts.overdue``, or a kind of need; `figures` lists them.
            viewer: Who is asking.
            as_of: Only what was true then; not for refusals, which have their own time.
            as_known: Only what the log knew then; the same.

        Raises:
            Refused: There is no such subject, figure or need.
        """
        return self._explaining.explain(
            subject, figure, viewer, today=self.now(), as_of=as_of, as_known=self.known_at(as_known)
        )

    def mappings(self) -> tuple[KeptMapping, ...]:
        """The mappings by which survey responses were read, as far as the log kept them."""
        return self._mappings.all()

    def diff(
        self,
        then: Moment,
        now: Moment = Moment(),  # noqa: B008 - it does not change
        *,
        program: str | None = None,
        viewer: Viewer,
    ) -> Diff:
        """What changed in a program between two moments, and which events did it.

        Args:
            then: The moment to begin with, on either axis of time or both.
            now: The moment to compare it with; the present one when it is left out.
            program: As for `status`.
            viewer: Who is asking.

        Raises:
            Refused: As for `status`; a program that was there at one of the moments will do.
        """
        then, now = (attrs.evolve(m, as_known=self.known_at(m.as_known)) for m in (then, now))
        return self._views.diff(self._program(program), then, now, viewer=viewer, today=self.now())

    def find(
        self,
        name: str,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> tuple[Who, ...]:
        """The participants of any program who bear a name, or have it as their e-mail address.

        Only what the viewer may see is looked at. Case and extra spaces make no difference; a part
        of a name finds those who bear it as one of their names, or bore it then; see `status`.
        """
        wanted = normalised(name)
        found: dict[str, Who] = {}
        for line in self.programs(as_of=as_of, as_known=as_known):
            then = self.status(line.program, viewer=viewer, as_of=as_of, as_known=as_known)
            for row in then.participants:
                known = normalised(row.who.name) if isinstance(row.who.name, str) else ""
                address = getattr(row.contact, "email", None) or ""
                if wanted in {known, normalised(address)} or wanted in known.split():
                    found[row.participant] = row.who
        return tuple(found.values())

    def _one_program(self) -> str:
        """The only program, found without folding the log."""
        return self._designed.only() or self._program(None)

    def _program(self, program: str | None, as_known: Known | None = None) -> str:
        return program if program is not None else only_one(self.programs(as_known=as_known))

    def events(
        self, after: int = 0, *, stream: str | None = None, names: Sequence[str] = ()
    ) -> Iterator[Recorded[Any]]:
        """The recorded events behind position *after*, in order; personal values stay sealed.

        Args:
            after: A position; 0 is the beginning.
            stream: Only this stream's events.
            names: Only events with these stored names.
        """
        if stream is not None:
            rows = (r for r in self._store.stream(stream) if r.position > after)
            yield from (self._codec.recorded(r) for r in rows if not names or r.name in names)
            return
        while page := self._store.page(after, PAGE, names):
            yield from map(self._codec.recorded, page)
            after = page[-1].position

    def follow(
        self, after: int = 0, *, stop: threading.Event | None = None
    ) -> Iterator[Recorded[Any]]:
        """Every event behind *after*, once and in order, waiting for those to come.

        It goes on through restarts of the database server, until *stop* is set.
        """
        for page in follow(self._store, after, stop=stop):
            yield from map(self._codec.recorded, page)
