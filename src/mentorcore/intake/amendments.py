"""An edited answer changes what it had led to: amended in place, taken back, or recorded anew.

What the respondent did not touch stays as it is, even where somebody corrected it meanwhile: the
old answers and the new ones are read in the same way, and only their difference is recorded. A
record on the wrong person or pairing is retracted there and recorded where it belongs (INV-66).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from mentorcore.domain.aggregate import Aggregate
from mentorcore.domain.corrections.commands import AmendRecord, RetractRecord
from mentorcore.domain.corrections.events import Cause
from mentorcore.domain.declarations import (
    event_info,
    evolve,
    fixed_fields,
    fresh_kinds,
    type_errors,
)
from mentorcore.domain.pairing.events.ending import EndPairing, PairingEnded
from mentorcore.domain.pairing.events.forming import FormPairing
from mentorcore.domain.pairing.events.meetings import HoldMeeting, ScheduleMeeting
from mentorcore.domain.pairing.events.work import SetGoal
from mentorcore.domain.person.events import LinkExternalIdentity, RegisterPerson
from mentorcore.domain.responses import Caused
from mentorcore.domain.values import Code, Stream
from mentorcore.intake.forms.succession import SUCCEEDED
from mentorcore.intake.held_names import compared, folded
from mentorcore.intake.intents import END, PAIRING, Intents
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.other_people import succeeds

__all__ = [
    "Amendment",
    "Standing",
    "Step",
    "amend",
    "hidden_by",
    "records_of",
]


@attrs.frozen
class Standing:
    """A record that a response had led to, as it stands now.

    Attributes:
        fact: Which of the response's facts it is.
        event: The event with all corrections so far; its texts may be sealed.
        rules: The rules of its stream.
    """

    fact: Code
    stream: Stream
    version: int
    event: Any
    rules: Aggregate[Any]

    @property
    def command(self) -> type | None:
        """The command that leads to such a record."""
        return self.rules.command_behind.get(type(self.event))

    @property
    def caused(self) -> Caused:
        """How the response refers to it."""
        return Caused(fact=self.fact, stream=self.stream, version=self.version)


@attrs.frozen
class Step:
    """One command of an amendment; ``replaces`` is the record that was retracted for it."""

    fact: Code
    command: Any
    replaces: Caused | None = None


@attrs.frozen
class Amendment:
    """What follows from an edited response.

    Attributes:
        steps: The commands, in the order in which they are to be decided.
        kept: The records that go on to be the response's own, amended or not.
        regained: The streams of pairings that were let go for another one, and are the response's
            own again.
    """

    steps: tuple[Step, ...]
    kept: tuple[Caused, ...]
    regained: frozenset[Stream] = frozenset()


def hidden_by(standing: Sequence[Standing]) -> frozenset[str]:
    """The ids that would not be known if the response had not been taken."""
    made: set[str] = set()
    for item in standing:
        command = item.command
        for name in fresh_kinds(command) if command else ():
            made.add(getattr(item.event, name))
    return frozenset(made)


def records_of(standing: Sequence[Standing]) -> Mapping[str, frozenset[int]]:
    """The records themselves, as versions by stream."""
    found: dict[str, frozenset[int]] = {}
    for item in standing:
        found[item.stream] = found.get(item.stream, frozenset()) | {item.version}
    return found


def amend(
    old: Intents | None,
    new: Intents,
    standing: Sequence[Standing],
    mapping: FormMapping | None = None,
    *,
    again: bool = False,
) -> Amendment:
    """What an edited response leads to.

    Args:
        old: The earlier answers, read as if `hidden_by` were not known; ``None`` where they cannot
            be read any more, so that what is not said now was said by nobody but them.
        new: The answers of now, read in the same way.
        standing: The records that the earlier answers had led to, in their order.
        mapping: What was declared about the form.
        again: Whether nobody edited the answers, and only the mapping is another one. What was
            taken back since then stays so.

    Raises:
        Rejected: The response came to name other people, and that is no correction.
    """
    by_fact: dict[Code, list[Standing]] = {}
    for item in standing:
        by_fact.setdefault(item.fact, []).append(item)
    said = _spread(new)
    if mapping is not None and PAIRING in by_fact and PAIRING in said:
        _let_go(by_fact, said, mapping)
    before = _settled({} if old is None else _spread(old), by_fact)
    same_identity = old is not None and bool(_stated(old) & _stated(new))
    work = _Work(before, by_fact, same_identity=same_identity, again=again)
    for code, command in said.items():
        work.compare(code, command)
    for code in reversed(by_fact):
        left = by_fact[code][-1].stream in work.left  # such as a plan whose day is over
        if code not in work.seen and (old is None or code in before or left):
            work.take_back(code, "entered_in_error")
    return work.done(new)


def _let_go(
    by_fact: dict[Code, list[Standing]], said: Mapping[Code, Any], mapping: FormMapping
) -> None:
    """Let an earlier pairing go that a new mentor succeeds; the row tells of the new one only."""
    formed, command = by_fact[PAIRING][-1], said[PAIRING]
    ends = [e for items in by_fact.values() for e in items if isinstance(e.event, PairingEnded)]
    over = min((e.event.on for e in ends if e.stream == formed.stream), default=None)
    ended = any(isinstance(c, EndPairing) for c in said.values()) or command.ended is not None
    if succeeds(formed.event, command, mapping, None if ended else over):
        for code, items in tuple(by_fact.items()):
            if code == SUCCEEDED or items[-1].stream == formed.stream:
                del by_fact[code]


class _Work:
    """The comparison, fact by fact."""

    def __init__(
        self,
        before: Mapping[Code, Any],
        by_fact: Mapping[Code, list[Standing]],
        *,
        same_identity: bool,
        again: bool,
    ) -> None:
        self._same_identity, self._again = same_identity, again
        self._before = before
        self._by_fact = by_fact
        self._renamed: dict[str, str] = {}
        self._retracted: dict[Code, Caused] = {}
        self._back: list[tuple[int, Step]] = []
        self._steps: list[Step] = []
        self.seen: set[Code] = set()
        self.regained: set[Stream] = set()
        self.left: set[Stream] = set()

    def compare(self, code: Code, command: Any) -> None:
        """Decide what a fact of the new answers leads to."""
        self.seen.add(code)
        command = _renamed(command, self._renamed)
        earlier, there = self._before.get(code), self._by_fact.get(code)
        if there is None:
            if earlier is None or not (self._again or _own_ids(earlier, command) == earlier):
                self._steps.append(Step(code, command))
            return
        latest = there[-1]
        self._renamed.update(_ids(command, latest.event))
        same = _renamed(command, self._renamed)
        if not _same_record(earlier, same, latest, same_identity=self._same_identity):
            self._renamed = {k: v for k, v in self._renamed.items() if k not in _ids(command, None)}
            self.take_back(code, _wrong(command, latest))
            if not _belongs(command, latest):
                self.left.add(latest.stream)
            self._steps.append(Step(code, command, latest.caused))
            return
        if not (changes := _changes(earlier, same, latest.event)):
            return
        if isinstance(same, ScheduleMeeting):
            self._steps.append(Step(code, same))  # planned anew under the same id
            return
        amended = AmendRecord(stream=latest.stream, target=latest.version, changes=changes)
        self._steps.append(Step(code, amended))

    def take_back(self, code: Code, cause: Cause) -> None:
        """Retract the records of a fact."""
        order = list(self._by_fact).index(code)
        if code == SUCCEEDED:
            self.regained.update(item.stream for item in self._by_fact[code])
        for item in reversed(self._by_fact[code]):
            retract = RetractRecord(stream=item.stream, target=item.version, cause=cause)
            self._back.append((order, Step(code, retract)))
        self._retracted[code] = self._by_fact[code][-1].caused

    def done(self, new: Intents) -> Amendment:
        """The answer: what rests on others is taken back first, then all else follows."""
        back = [step for _, step in sorted(self._back, key=lambda b: -b[0])]
        steps = _joined(self._steps, new)
        kept = tuple(
            item.caused
            for code, items in self._by_fact.items()
            if code not in self._retracted
            for item in items
        )
        return Amendment((*back, *steps), kept, frozenset(self.regained))


def _joined(steps: list[Step], new: Intents) -> list[Step]:
    """A pairing recorded anew is recorded together with its end, so that it takes no place."""
    fresh = {step.fact: step for step in steps if isinstance(step.command, FormPairing)}
    ended = next((f.command.ended for f in new.facts if isinstance(f.command, FormPairing)), None)
    if PAIRING not in fresh or ended is None:
        return steps
    whole = evolve(fresh[PAIRING].command, ended=ended)
    return [
        attrs.evolve(step, command=whole) if step.fact == PAIRING else step
        for step in steps
        if step.fact != END
    ]


def _spread(intended: Intents) -> dict[Code, Any]:
    """The commands by fact, the end of a pairing of the past as one of its own."""
    commands: dict[Code, Any] = {}
    end: EndPairing | None = None
    for fact in intended.facts:
        command = fact.command
        if isinstance(command, FormPairing) and command.ended is not None:
            assert command.pairing_id is not None
            ended = command.ended
            commands[fact.code] = evolve(command, ended=None)
            end = EndPairing(
                pairing_id=command.pairing_id,
                on=ended.on,
                reason=ended.reason,
                initiated_by=ended.initiated_by,
                closing_conversation=ended.closing_conversation,
                successor=ended.successor,
            )
        else:
            commands[fact.code] = command
    return commands if end is None else {**commands, END: end}


def _settled(commands: dict[Code, Any], by_fact: Mapping[Code, list[Standing]]) -> dict[Code, Any]:
    """The commands of the earlier answers under the ids that stand in the log."""
    names: dict[str, str] = {}
    settled: dict[Code, Any] = {}
    for code, command in commands.items():
        if code in by_fact:
            names.update(_ids(command, by_fact[code][-1].event))
        settled[code] = _renamed(command, names)
    return settled


def _ids(command: Any, event: Any) -> dict[str, str]:
    """The new ids of a command, each with the id that its event bears."""
    return {
        getattr(command, name): getattr(event, name, "")
        for name in _names_of_ids(command)
        if event is None or getattr(event, name, None) is not None
    }


def _names_of_ids(command: Any) -> tuple[str, ...]:
    """The fields of a command that hold new ids; all parts of a joint meeting share one."""
    joint = isinstance(command, HoldMeeting) and command.joint_id is not None
    return (*fresh_kinds(type(command)), *(("joint_id",) if joint else ()))


def _own_ids(pattern: Any, command: Any) -> Any:
    """*command* with the ids of what it makes taken from *pattern*."""
    if type(pattern) is not type(command):
        return command
    return evolve(command, **{n: getattr(pattern, n) for n in _names_of_ids(command)})


def _renamed(found: Any, names: Mapping[str, str]) -> Any:
    """A command or value with ids replaced, wherever they stand in it."""
    if isinstance(found, str):
        return names.get(found, found)
    if isinstance(found, tuple):
        return tuple(_renamed(item, names) for item in found)
    if not names or not attrs.has(type(found)):
        return found
    plain = {f.name: getattr(found, f.name) for f in attrs.fields(type(found))}
    other = {n: r for n, v in plain.items() if (r := _renamed(v, names)) != v}
    return evolve(found, **other) if other else found


def _stated(intended: Intents) -> set[tuple[str, str]]:
    """The addresses and numbers that answers state."""
    links = (f.command for f in intended.facts if isinstance(f.command, LinkExternalIdentity))
    return {(link.scheme, compared(link.scheme, link.value)) for link in links}


def _same_record(earlier: Any, command: Any, there: Standing, *, same_identity: bool) -> bool:
    """Whether a command tells of the record that stands, perhaps with other fields."""
    event = there.event
    if isinstance(command, LinkExternalIdentity):
        return bool(earlier == command)  # an identity is never amended
    if there.command is not type(command):
        return False
    if isinstance(command, RegisterPerson) and not (
        same_identity or _same_person(earlier, command)
    ):
        return False
    if isinstance(command, SetGoal) and earlier is not None and earlier.owner != command.owner:
        return False
    if not _belongs(command, there):
        return False
    if isinstance(command, FormPairing) and isinstance(earlier, FormPairing):
        return earlier.members == command.members and earlier.cohort_id == command.cohort_id
    command_class: Any = type(command)
    names = {f.name for f in attrs.fields(command_class)}
    fixed = names.intersection(fixed_fields(type(event)))
    return all(getattr(event, name) == getattr(command, name) for name in fixed)


def _same_person(earlier: Any, command: RegisterPerson) -> bool:
    """A person who changed both name and address at once is another one.

    Where the form asks for no address, a response that was known again tells of who sent it.
    """
    if not isinstance(earlier, RegisterPerson):
        return True
    names = folded(earlier.name or ""), folded(command.name or "")
    emails = [c.email if c else None for c in (earlier.contact, command.contact)]
    return names[0] == names[1] or emails[0] == emails[1]


def _changes(earlier: Any, command: Any, event: Any) -> dict[str, Any]:
    """The fields of the record that the edit changes.

    Without earlier words for it, everything that the command says counts as changed.
    """
    names = {f.name for f in attrs.fields(type(event))} - {"subjects"}
    stated = {f.name: getattr(command, f.name) for f in attrs.fields(type(command))}
    if type(earlier) is type(command):
        stated = {n: v for n, v in stated.items() if v != getattr(earlier, n)}
    else:
        stated = {n: v for n, v in stated.items() if v is not None}
    return {n: v for n, v in stated.items() if n in names and not type_errors(type(event), {n: v})}


def _belongs(command: Any, there: Standing) -> bool:
    """Whether a command is about the stream of this record."""
    return getattr(command, there.rules.id_field, None) == there.stream


def _wrong(command: Any, there: Standing) -> Cause:
    """Why a record is taken back for another one."""
    if _belongs(command, there):
        return "entered_in_error"
    # The members make a pairing what it is, so one with other members is about other persons.
    founding = event_info(type(there.event)).founding
    return "wrong_person" if founding or there.rules.misplaced is None else there.rules.misplaced
