"""What a viewer of one program is told: nothing names another program of the log.

Persons are known to a log and not to a program. Such a viewer sees those who take part in the
program, and of their streams what does not accompany a record of another one.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.program import IN_PROGRAMS
from mentorcore.errors import Refused
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.access.redactor import others_withheld
from mentorcore.projections.explain.explanation import Explanation
from mentorcore.projections.folding.moment import NOW, Moment
from mentorcore.projections.history.rows import History
from mentorcore.projections.summary.snapshots import Snapshots

__all__ = ["ProgramScope"]

ID = re.compile(r"[a-z][a-z0-9-]*:[0-9a-f]{32}")
ELSEWHERE = "…"
"""What stands in a sentence for the id of something of another program."""


class ProgramScope:
    """Tells what belongs to one program.

    Args:
        program: The program.
        store: The log.
        read: What reads its events.
        snapshots: Its programs.
        program_of: The program that a stream belongs to.
    """

    def __init__(
        self,
        program: str,
        store: Store,
        read: Callable[[Row], Recorded[Any]],
        snapshots: Snapshots,
        program_of: Callable[[str], str | None],
    ) -> None:
        self._program = program
        self._store = store
        self._read = read
        self._snapshots = snapshots
        self._program_of = program_of
        self._found: dict[str, bool] = {}

    def check(self, subject: str, asked: Moment) -> None:
        """Answer about what is not of the program as if nothing were recorded about it.

        Raises:
            Refused: ``no_such_subject``.
        """
        if not self.holds(subject, asked):
            raise Refused(f"nothing is recorded about {subject}", "no_such_subject")

    def check_event(self, told: Recorded[Any]) -> None:
        """Answer about an event of another program as if there were none.

        Raises:
            Refused: ``no_such_subject``.
        """
        about = told.stream
        mine = self.holds(about, NOW) if kind_of(about) == "person" else self._tells(told)
        if not mine or not self._tells(told):
            raise Refused(f"nothing is recorded about {about}", "no_such_subject")

    def holds(self, subject: str, asked: Moment) -> bool:
        """Whether a stream, a person, or something inside a program belongs to this one."""
        known = Moment(as_known=asked.as_known)
        kind = kind_of(subject)
        if kind == "program":
            return subject == self._program
        if kind in ("person", *IN_PROGRAMS):
            at = self._snapshots.members(self._program, known)
            if at is None:
                return False
            if kind in IN_PROGRAMS:
                return at.program.holds(subject)
            held = {p for part in at.enrolments.values() for p in part.persons}
            return not held.isdisjoint(self._snapshots.lives(subject, known))
        return self._of_the_program(subject)

    def _of_the_program(self, stream: str) -> bool:
        if stream not in self._found:
            try:
                self._found[stream] = self._program_of(stream) == self._program
            except Refused:
                self._found[stream] = False
        return self._found[stream]

    def history(self, told: History) -> History:
        """A history without what is told of other programs."""
        entries = tuple(e for e in told.entries if self._tells(e.evidence))
        others = told.others if len(entries) == len(told.entries) else others_withheld()
        return attrs.evolve(told, entries=entries, others=others)

    def explanation(self, told: Explanation, subject: Any, asked: Moment) -> Explanation:
        """An explanation of a subject without what is told of other programs."""
        may = self._nameable(_refusal_in(subject), asked)
        grounds = tuple(
            attrs.evolve(g, effect=_without(g.effect, may))
            for g in told.grounds
            if self._tells(g.record.evidence)
        )
        others = told.others if len(grounds) == len(told.grounds) else others_withheld()
        value, again = _without(told.value, may), _without(told.again, may)
        return attrs.evolve(told, grounds=grounds, others=others, value=value, again=again)

    def shown(self, subject: Any, asked: Moment) -> Any:
        """What is to be explained, as it may be shown: a refusal names no other program."""
        refused = _refusal_in(subject)
        if refused is None:
            return subject
        told = self.refusal(refused, asked)
        return told if refused is subject else attrs.evolve(subject, refusal=told)

    def _tells(self, evidence: Any) -> bool:
        """Whether an event tells of the program, or of a person of it and of no program."""
        if kind_of(evidence.stream) != "person":
            return self._of_the_program(evidence.stream)
        if not self.holds(evidence.stream, NOW):
            return False
        principal = getattr(self._event(evidence), "principal_stream", None)
        return (
            principal is None or kind_of(principal) == "person" or self._of_the_program(principal)
        )

    def _event(self, evidence: Any) -> Any:
        rows = self._store.stream(evidence.stream)
        return next(self._read(r).event for r in rows if r.version == evidence.version)

    def refusal(self, refused: Refused, asked: Moment) -> Refused:
        """A refusal that names what was asked and what is of the program, and nothing else."""
        if refused.code == "which_program":
            return Refused("say which program", refused.code)
        may = self._nameable(refused, asked)
        facts = {name: f for name, f in refused.facts.items() if all(map(may, _ids(f)))}
        told = Refused(_without(refused.reason, may), refused.code, **facts)
        told.asked = refused.asked
        return told

    def _nameable(self, refused: Refused | None, asked: Moment) -> Callable[[str], bool]:
        """Which ids may be named: those of the program, and those that were asked about."""
        asking = None if refused is None else refused.asked
        stated = set() if asking is None else _ids(asking.command)
        return lambda one: one in stated or (kind_of(one) in _HELD and self.holds(one, asked))


_HELD = frozenset({"program", "cohort", "person", "participant", "pairing"})


def _refusal_in(subject: Any) -> Refused | None:
    """The refusal that is to be explained: itself, or that of a rejected row."""
    found = subject if isinstance(subject, Refused) else getattr(subject, "refusal", None)
    return found if isinstance(found, Refused) else None


def _without(value: Any, may: Callable[[str], bool]) -> Any:
    """A sentence without the ids that may not be named; anything else as it is."""
    if not isinstance(value, str):
        return value
    return ID.sub(lambda found: found[0] if may(found[0]) else ELSEWHERE, value)


def _ids(value: Any) -> set[str]:
    """Every id in a fact, however deep."""
    if isinstance(value, str):
        return set(ID.findall(value))
    if isinstance(value, Mapping):
        return {i for part in (*value, *value.values()) for i in _ids(part)}
    if isinstance(value, list | tuple | set | frozenset):
        return {i for part in value for i in _ids(part)}
    if attrs.has(type(value)):
        return {i for f in attrs.fields(type(value)) for i in _ids(getattr(value, f.name))}
    return set()
