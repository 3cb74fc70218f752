"""The facts of a program on a day, made of what was folded from its streams.

Only what was true by the day is in it. Calendars are plans: what is known of a school year counts
before its first day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.domain.visibility import OWN, PLACE, REASON
from mentorcore.policy.event_facts import day_fields
from mentorcore.policy.fact_makers import FORMED, adopted_packs, cohort_facts, with_start
from mentorcore.policy.facts import (
    CohortFacts,
    Fact,
    Facts,
    MemberFacts,
    PairingFacts,
    ParticipantFacts,
    Plain,
)
from mentorcore.policy.results import Cited
from mentorcore.policy.working_time import working_time
from mentorcore.practices.compliance.fold import KINDS, Post, StoredFact, StoredFacts
from mentorcore.practices.spec import (
    AcademicCalendar,
    Evidence,
    Participant,
    ProgramSnapshot,
    Redactor,
    Shown,
    Withheld,
)
from mentorcore.projections.summary.partials import PairingPart

__all__ = ["ATTESTATION", "UNNAMED", "FactsOfProgram"]

COHORT, CREDENTIAL, ENROLLED, JOINED, LEFT = (
    "program.cohort-opened",
    "person.credential-recorded",
    "participant.enrolled",
    "pairing.member-joined",
    "pairing.member-left",
)
ATTESTATION = "attestation"
PARTS = frozenset({"cohort_id", "participant_id", "pairing_id"})
"""What an attestation is about that is not of the whole program."""
ONE = timedelta(days=1)
SEALED = frozenset({"institution", "unit", "post", "subjects", "grade_levels"})
"""Attributes of where a person works, which are sealed."""
Words = tuple[str, ...] | None
PLACES = frozenset({"institution", "unit"})
UNNAMED = "*"
"""What stands for a reason of which the viewer is not shown for which criterion it is given."""


class FactsOfProgram:
    """Makes `Facts` of the stored facts of one program, for one viewer.

    Args:
        parts: The stored facts by stream.
        at: The program on the day that is looked at.
        seer: Who is asking: what is sealed is opened for those who may read it.
        model: The rules that the log is kept by, practices among them.

    Attributes:
        facts: What rules look at.
        kept_back: How often a rule asked for what the viewer is not shown.
    """

    def __init__(
        self, parts: Mapping[str, StoredFacts], at: ProgramSnapshot, seer: Redactor, model: Model
    ) -> None:
        self._parts, self._at, self._seer = parts, at, seer
        self._names = model.names
        self._of_practices = self._beside()
        self.kept_back = 0
        self._parts_of_roles: dict[str, str] = {}
        self._opened: dict[tuple[str, str, date], tuple[Words, Withheld | None]] = {}
        self._of_person: dict[str, tuple[Fact, ...]] = {}
        own = tuple(sorted((*self._told(at.program_id), *self._attested()), key=_order))
        cohorts = dict(self._cohorts(own))
        # In an export the cohort may be left out; then nothing can be told of who is in it.
        participants = {
            stream: self._participant(stream, at.participants[stream], told)
            for stream, told in self._founded(at.participants, ENROLLED)
            if at.participants[stream].cohort_id in cohorts
        }
        pairings = (
            self._pairing(stream, at.pairings[stream], told)
            for stream, told in self._founded(at.pairings, FORMED)
        )
        self.facts = Facts(
            program=at.program_id,
            cohorts=cohorts,
            participants=participants,
            pairings={
                pairing.id: pairing
                for pairing in pairings
                if pairing.cohort in cohorts
                and all(member.participant in participants for member in pairing.members)
            },
            facts=own,
            adopted=adopted_packs(own),
            attribute=self.attribute,
        )

    def evidence(self, cited: Iterable[Cited]) -> tuple[Evidence, ...]:
        """These events with their positions."""
        return tuple(Evidence(c.stream, c.version, c.position) for c in cited)

    def attribute(self, participant: str, name: str, day: date) -> tuple[str, ...] | None:
        """The values of an attribute of a person on a day; see `Facts.attribute`."""
        key = participant, name, day
        if key not in self._opened:
            self._opened[key] = self._attribute(self._at.person(participant), name, day)
        values, kept_back = self._opened[key]
        self.kept_back += kept_back is not None
        return values

    def place(self, participant: str, name: str, day: date) -> Shown:
        """Where somebody works on a day, or why that is not shown.

        Of several schools that of whoever administers one of them is told to them alone.
        """
        found = self.attribute(participant, name, day) or ()
        asked = (self._seer.viewer.school or "").strip().casefold()
        theirs = [school for school in found if school.casefold() == asked]
        return ", ".join(theirs or found) if found else self._opened[participant, name, day][1]

    def _attribute(self, person: str, name: str, day: date) -> tuple[Words, Withheld | None]:
        """The values, and what stands for one that is kept back."""
        if name == "credential_area":
            held = [f for f in self._person(person) if f.name == CREDENTIAL and _holds(f, day)]
            return tuple(sorted({str(f.values["area"]) for f in held})) or None, None
        found: dict[str, None] = {}
        kept_back: Withheld | None = None
        for _, part in self._lives(person):
            for post in part.posts:
                if name in SEALED and _works(post, day):
                    value = getattr(post, name)
                    readers = PLACE if name in PLACES else OWN
                    shown = self._seer.show(value, readers, "identity", author=person)
                    kept_back = shown if isinstance(shown, Withheld) else kept_back
                    found.update(dict.fromkeys(_words(shown)))
        return tuple(sorted(found)) or None, kept_back

    def _lives(self, person: str) -> Iterator[tuple[str, StoredFacts]]:
        """The streams of a person, and of all who were merged into them."""
        streams = self._at.ids(person)
        return ((stream, self._parts[stream]) for stream in streams if stream in self._parts)

    def _person(self, person: str) -> tuple[Fact, ...]:
        if person not in self._of_person:
            told = [fact for stream, _ in self._lives(person) for fact in self._told(stream)]
            self._of_person[person] = tuple(sorted(told, key=_order))
        return self._of_person[person]

    def _founded(self, streams: Iterable[str], by: str) -> Iterator[tuple[str, list[Fact]]]:
        """The streams that were founded by the day, each with what is told of it."""
        for stream in streams:
            told = self._told(stream)
            if any(fact.name == by for fact in told):
                yield stream, told

    def _beside(self) -> Mapping[str, list[Fact]]:
        """By pairing or participant, the facts of practices' streams that are about them.

        Such a stream belongs to the pairing that it was founded for; without one, each of its
        events to the participants whom it names.
        """
        found: dict[str, list[Fact]] = {}
        for stream in self._parts:
            if kind_of(stream) in KINDS:
                continue
            told = self._told(stream)
            pairing = next(_ids(told[0], "pairing"), None) if told else None
            for fact in told:
                for owner in [pairing] if pairing else dict.fromkeys(_ids(fact, "participant")):
                    found.setdefault(owner, []).append(fact)
        return found

    def _attested(self) -> Iterator[Fact]:
        """What officers attested of the whole program, and did not withdraw by the day."""
        for stream in self._parts:
            if kind_of(stream) != ATTESTATION:
                continue
            told = self._told(stream)
            if len(told) == 1 and PARTS.isdisjoint(told[0].values):
                yield from told

    def _told(self, stream: str) -> list[Fact]:
        """The facts of a stream that were true by the day, in the order of their days."""
        part = self._parts.get(stream)
        if part is None:
            return []
        zone, last = self._at.zone, self._at.day
        told = []
        for stored in part.facts:
            on = stored.on if stored.at is None else stored.at.astimezone(zone).date()
            event = self._names[stored.name]
            if on <= last or _always(event):
                cited = Cited(stream, stored.version, stored.position)
                told.append(Fact(stored.name, on, cited, _values(stored, event)))
        told.sort(key=_order)
        return told

    def _cohorts(self, own: Iterable[Fact]) -> Iterator[tuple[str, CohortFacts]]:
        part = self._parts.get(self._at.program_id) or StoredFacts()
        years = _calendars(part)
        opened = {f.values.get("cohort.cohort_id"): f.cited for f in own if f.name == COHORT}
        for cohort in self._at.program.cohorts:
            cited = opened.get(cohort.cohort_id) or Cited(self._at.program_id, 1)
            yield cohort.cohort_id, cohort_facts(cohort, years, cited)

    def _participant(
        self, stream: str, state: Participant, own: Iterable[Fact]
    ) -> ParticipantFacts:
        person = self._person(state.person_id)
        enrolled = next(f for f in own if f.name == ENROLLED)
        ended = state.ended_on is not None and state.ended_on <= self._at.day
        return ParticipantFacts(
            id=stream,
            person=state.person_id,
            merged=self._at.ids(state.person_id)[1:],
            cohort=state.cohort_id,
            role=state.role,
            part=self._part(state.role),
            enrolled_on=state.since,
            ended_on=state.ended_on if ended else None,
            outcome=state.outcome if ended else None,
            fte=working_time(state.since, enrolled, person),
            facts=tuple(sorted((*own, *person, *self._of_practices.get(stream, ())), key=_order)),
        )

    def _pairing(self, stream: str, part: PairingPart, told: list[Fact]) -> PairingFacts:
        active_from = part.active_from
        if active_from is not None and active_from > self._at.day:
            active_from = None
        if not part.start_needs:
            told = with_start(told, active_from)
        ended = part.ended.on if part.ended and part.situation == "ended" else None
        return PairingFacts(
            id=stream,
            cohort=part.cohort_id,
            shape=part.shape,
            members=tuple(self._members(stream, told)),
            active_from=active_from,
            ended_on=ended if ended is not None and ended <= self._at.day else None,
            reasons=self._reasons(stream),
            facts=tuple(self._with_practices(stream, told)),
        )

    def _with_practices(self, stream: str, told: list[Fact]) -> list[Fact]:
        more = self._of_practices.get(stream)
        return sorted((*told, *more), key=_order) if more else told

    def _reasons(self, stream: str) -> tuple[str, ...]:
        """The criteria for which a reason is recorded; of those who may not read it, that it is."""
        part = self._parts.get(stream)
        if part is None or part.reasons is None:
            return ()
        shown = self._seer.show(part.reasons, REASON, "free_text")
        named = [u["criterion"] for u in shown] if isinstance(shown, list | tuple) else []
        return tuple(dict.fromkeys(named)) or (UNNAMED,)

    def _members(self, pairing: str, told: Iterable[Fact]) -> Iterator[MemberFacts]:
        there: dict[str, MemberFacts] = {}
        for fact in told:
            if fact.name == FORMED:
                who, roles = fact.values["members.participant"], fact.values["members.role"]
                assert isinstance(who, tuple)
                assert isinstance(roles, tuple)
                for participant, role in zip(who, roles, strict=True):
                    primary = participant == self._parts[pairing].primary
                    there[participant] = self._member(participant, role, fact, primary=primary)
            elif fact.name == JOINED:
                participant = str(fact.values["participant"])
                if (before := there.pop(participant, None)) is not None:
                    yield before
                role = str(fact.values["role"])
                primary = fact.values["primary"] is True
                there[participant] = self._member(participant, role, fact, primary=primary)
            elif fact.name == LEFT and (gone := there.pop(str(fact.values["participant"]), None)):
                yield attrs.evolve(gone, until=fact.on + ONE)
        yield from there.values()

    def _part(self, role: str) -> str:
        if role not in self._parts_of_roles:
            self._parts_of_roles[role] = self._at.settings.part(role) or "none"
        return self._parts_of_roles[role]

    def _member(self, participant: str, role: str, fact: Fact, *, primary: bool) -> MemberFacts:
        return MemberFacts(
            participant=participant,
            role=role,
            part=self._part(role),
            primary=primary,
            since=fact.on,
            until=None,
            cited=fact.cited,
        )


def _order(fact: Fact) -> tuple[date, str, int]:
    return fact.on, fact.cited.stream, fact.cited.version


def _ids(fact: Fact, kind: str) -> Iterator[str]:
    """The ids of a kind that a fact names."""
    for value in fact.values.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and one.startswith(f"{kind}:"):
                yield one


@cache
def _always(event: Any) -> bool:
    """Whether an event was true all along, such as that a cohort is open for enrolment."""
    info = event_info(event)
    return not info.occurred and bool(info.founding or info.at_latest)


def _values(stored: StoredFact, event: Any) -> Mapping[str, Plain]:
    """Its fields, with days as days; those who ask get a part of their own, so it is put right."""
    values: dict[str, Any] = stored.values
    for name in day_fields(event):
        if isinstance(told := values.get(name), str):
            values[name] = date.fromisoformat(told)
    return values


def _holds(credential: Fact, day: date) -> bool:
    expires = credential.values.get("expires_on")
    return credential.on <= day and (expires is None or day <= _day(expires))


def _works(post: Post, day: date) -> bool:
    return post.since <= day and (post.until is None or day < post.until)


def _words(shown: Any) -> tuple[str, ...]:
    """What was opened, as words; nothing of what is withheld or erased."""
    if isinstance(shown, str):
        return (shown,)
    return tuple(shown) if isinstance(shown, list | tuple) else ()


def _calendars(part: StoredFacts) -> tuple[AcademicCalendar, ...]:
    """The calendars that hold: the last that was set for a school year and a cohort."""
    last: dict[tuple[str, str | None], AcademicCalendar] = {}
    for _, year in sorted(part.calendars, key=lambda set_: (set_[1].first_day, set_[0])):
        last[year.school_year, year.cohort_id] = year
    return tuple(last.values())


def _day(value: Plain) -> date:
    assert isinstance(value, date)
    return value
