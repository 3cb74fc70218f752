"""The words for facts about people that rules ask for: what each means and where it is read.

A word that is not here is one that somebody stated of a participant, such as how many years of
experience a mentor has; whoever knows of none says nothing, and no rule guesses.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import attrs

from mentorcore.policy.evaluation.subjects import (
    FORMED,
    HELD,
    STARTED,
    as_member,
    attended,
    enrolment_of,
    is_member_on,
    shared_days,
)
from mentorcore.policy.facts import Fact, Facts, ParticipantFacts, Plain
from mentorcore.policy.results import Cited

__all__ = ["FACTS", "FactWord", "Known", "expires_after", "known", "turning_points"]

STATED = "participant.fact-stated"
CREDENTIAL = "person.credential-recorded"
EMPLOYMENT = "person.employment-recorded"
OUTCOME = "person.employment-outcome-recorded"
TRAINED = "participant.training-completed"
QUALIFIED = "participant.mentor-qualified"
UNQUALIFIED = "participant.mentor-qualification-ended"


@attrs.frozen
class Known:
    """What is known of a fact, and the events that it rests on."""

    value: Plain
    cited: tuple[Cited, ...] = ()


@attrs.frozen
class Asked:
    """Of whom a fact is asked, in which program, on which day."""

    participant: ParticipantFacts
    facts: Facts
    day: date

    def told(self, name: str) -> Iterator[Fact]:
        """The facts of a name by the day, the last one first."""
        some = [f for f in self.participant.facts if f.name == name and f.on <= self.day]
        some.sort(key=lambda fact: (fact.on, fact.cited), reverse=True)
        return iter(some)


@attrs.frozen
class FactWord:
    """A word for a fact.

    Attributes:
        meaning: What it says.
        read: What it is of a participant on a day; ``None`` for a word that no other record says,
            so that it is stated.
    """

    meaning: str
    read: Callable[[Asked], Known | None] | None = None


def known(word: str, participant: ParticipantFacts, facts: Facts, day: date) -> Known | None:
    """What is known of a fact about a participant on a day; ``None`` where nothing is.

    What is recorded otherwise counts before what was stated.
    """
    asked = Asked(participant, facts, day)
    read = FACTS[word].read if word in FACTS else None
    return (read and read(asked)) or _stated(word, asked)


def turning_points(participant: ParticipantFacts, since: date, until: date) -> list[date]:
    """The days from *since* to *until* on which something about a participant may change."""
    days = {since}
    for fact in participant.facts:
        ends = expires_after(fact)
        days.update((fact.on, ends) if ends is not None else (fact.on,))
    return sorted(day for day in days if since <= day <= until)


def expires_after(fact: Fact) -> date | None:
    """The first day on which a fact holds no more, where it says so."""
    until = fact.values.get("until")
    if isinstance(until, date):
        return until
    for name in ("valid_until", "expires_on"):
        last = fact.values.get(name)
        if isinstance(last, date):
            return date.fromordinal(last.toordinal() + 1)
    return None


def _holds(fact: Fact, day: date) -> bool:
    ends = expires_after(fact)
    return ends is None or day < ends


def _stated(word: str, asked: Asked) -> Known | None:
    """What was stated last; several words of one day belong together, as interests do."""
    told = [f for f in asked.told(STATED) if f.values.get("fact") == word and _holds(f, asked.day)]
    if not told:
        return None
    number = told[0].values.get("number")
    if number is not None:
        return Known(number, (told[0].cited,))
    together = [fact for fact in told if fact.on == told[0].on]
    words = tuple(sorted({str(fact.values.get("word")) for fact in together}))
    cited = tuple(sorted(fact.cited for fact in together))
    return Known(words if len(words) > 1 else words[0], cited)


def _of_enrolment(name: str) -> Callable[[Asked], Known | None]:
    def read(asked: Asked) -> Known | None:
        value: Plain = getattr(asked.participant, name)
        return None if value is None else Known(value, enrolment_of(asked.participant))

    return read


def _of_end(name: str) -> Callable[[Asked], Known | None]:
    def read(asked: Asked) -> Known | None:
        ended = asked.participant.ended_on
        if ended is None or asked.day < ended:
            return None
        return _of_enrolment(name)(asked)

    return read


def _fte(asked: Asked) -> Known | None:
    held = [fte for day, fte in sorted(asked.participant.fte) if day <= asked.day]
    return Known(held[-1]) if held else None


def _first(name: str, *, primary: bool = False) -> Callable[[Asked], Known | None]:
    """The day of the first forming or start of a pairing that the participant was in."""

    def read(asked: Asked) -> Known | None:
        found = min(
            (
                (seen.on, seen.cited)
                for pairing in asked.facts.pairings_of(asked.participant.id)
                for fact in pairing.facts
                if fact.name == name
                for seen in as_member(fact, pairing, asked.participant.id)
                if seen.on <= asked.day and (seen.values["primary"] or not primary)
            ),
            default=None,
        )
        return Known(found[0], (found[1],)) if found else None

    return read


def _mentor(asked: Asked) -> Known | None:
    """Whoever was primary mentor while the participant was a mentee there."""
    found = {
        other.participant: other.cited
        for pairing in asked.facts.pairings_of(asked.participant.id)
        for me in pairing.members
        for other in pairing.members
        if me.participant == asked.participant.id
        and me.part == "mentee"
        and other.primary
        and (days := shared_days(me, other, date.min)) is not None
        and days[0] <= asked.day
    }
    names = tuple(sorted(found))
    return Known(names, tuple(found[who] for who in names)) if found else None


def _load(asked: Asked) -> Known:
    """The mentees who are in a pairing with the mentor on the day."""
    found: dict[str, Cited] = {}
    for pairing in asked.facts.pairings_of(asked.participant.id):
        present = [m for m in pairing.members if is_member_on(m, pairing, asked.day)]
        if any(m.participant == asked.participant.id and m.part == "mentor" for m in present):
            found.update((m.participant, m.cited) for m in present if m.part == "mentee")
    return Known(len(found), tuple(found[who] for who in sorted(found)))


def _meetings(asked: Asked, kind: str | None = None) -> list[Fact]:
    found = (
        fact
        for pairing in asked.facts.pairings_of(asked.participant.id)
        for fact in pairing.facts
        if fact.name == HELD
        and fact.on <= asked.day
        and attended(fact, asked.participant.id)
        and kind in (None, fact.values.get("kind"))
    )
    return sorted(found, key=lambda fact: (fact.on, fact.cited))


def _number(kind: str | None = None) -> Callable[[Asked], Known]:
    def read(asked: Asked) -> Known:
        found = _meetings(asked, kind)
        return Known(len(found), tuple(fact.cited for fact in found))

    return read


def _minutes(asked: Asked) -> Known:
    found = _meetings(asked)
    amounts = (fact.values.get("minutes") for fact in found)
    total = sum(amount for amount in amounts if isinstance(amount, int))
    return Known(total, tuple(fact.cited for fact in found))


def _trainings(asked: Asked) -> Known | None:
    found = [fact for fact in asked.told(TRAINED) if _holds(fact, asked.day)]
    kinds = dict.fromkeys(str(fact.values.get("training_kind")) for fact in reversed(found))
    return Known(tuple(kinds), tuple(fact.cited for fact in found)) if found else None


def _trained_on(asked: Asked) -> Known | None:
    found = next(asked.told(TRAINED), None)
    return Known(found.on, (found.cited,)) if found else None


def _qualified(asked: Asked) -> Known | None:
    since = next(asked.told(QUALIFIED), None)
    if since is None:
        return None
    ended = next(asked.told(UNQUALIFIED), None)
    over = ended is not None and (since.on, since.cited) <= (ended.on, ended.cited)
    return Known(_holds(since, asked.day) and not over, (since.cited,))


def _credentials(asked: Asked) -> Known | None:
    held = [f for f in asked.told(CREDENTIAL) if f.values.get("kind") != "rating"]
    held = [fact for fact in held if _holds(fact, asked.day)]
    areas = dict.fromkeys(str(fact.values.get("area")) for fact in reversed(held))
    return Known(tuple(areas), tuple(fact.cited for fact in held)) if held else None


def _rating(asked: Asked) -> Known | None:
    rated = (f for f in asked.told(CREDENTIAL) if f.values.get("kind") == "rating")
    return _latest(asked, rated, "level")


def _latest(asked: Asked, facts: Iterable[Fact], field: str) -> Known | None:
    """What the last of some facts says that says something and still holds."""
    for fact in facts:
        if _holds(fact, asked.day) and fact.values.get(field) is not None:
            return Known(fact.values[field], (fact.cited,))
    return None


def _level(asked: Asked) -> Known | None:
    return _latest(asked, asked.told(EMPLOYMENT), "leadership_level")


def _employed_since(asked: Asked) -> Known | None:
    found = list(asked.told(EMPLOYMENT))
    return Known(found[-1].on, (found[-1].cited,)) if found else None


def _sealed(name: str, read: Callable[[Asked], Known | None] = lambda _: None) -> FactWord:
    """An attribute that is sealed in the log; whoever makes the facts says what may be seen."""

    def found(asked: Asked) -> Known | None:
        recorded = read(asked)
        if recorded is not None:
            return recorded
        values = asked.facts.attribute(asked.participant.id, name, asked.day)
        of = (EMPLOYMENT,) if name != "credential_area" else (CREDENTIAL,)
        cited = tuple(fact.cited for event in of for fact in asked.told(event))
        return Known(values, cited) if values else None

    return FactWord(_SEALED[name], found)


def _outcome(level: str) -> Callable[[Asked], Known | None]:
    def read(asked: Asked) -> Known | None:
        told = (fact for fact in asked.told(OUTCOME) if fact.values.get("level") == level)
        return _latest(asked, told, "outcome")

    return read


_SEALED = {
    "credential_area": "The areas of the credentials and licenses that are held.",
    "subjects": "The subjects that the person teaches.",
    "grade_levels": "The grades that the person teaches.",
    "unit": "The school, department or campus.",
    "institution": "The district, university or other employer.",
    "post": "What the person is employed as.",
}

FACTS: Mapping[str, FactWord] = {
    "role": FactWord("The role in the program.", _of_enrolment("role")),
    "part": FactWord("Mentee, mentor, peer or facilitator.", _of_enrolment("part")),
    "enrolled_on": FactWord("The first day of the enrolment.", _of_enrolment("enrolled_on")),
    "ended_on": FactWord("The day on which the enrolment ended.", _of_end("ended_on")),
    "outcome": FactWord("How the enrolment ended.", _of_end("outcome")),
    "fte_percent": FactWord("The working time, in hundredths.", _fte),
    "matched_on": FactWord(
        "The day on which a pairing with a primary mentor was formed first.",
        _first(FORMED, primary=True),
    ),
    "started_on": FactWord("The day on which a pairing became active first.", _first(STARTED)),
    "mentor": FactWord("The primary mentors up to the day, by id.", _mentor),
    "load": FactWord("How many mentees a mentor has on the day.", _load),
    "meetings": FactWord("How many meetings were attended.", _number()),
    "observations": FactWord("How many observations were attended.", _number("observation")),
    "mentoring_minutes": FactWord("The minutes of the meetings that were attended.", _minutes),
    "trainings": FactWord("The trainings that count on the day, by their kinds.", _trainings),
    "trained_on": FactWord("The day of the last training.", _trained_on),
    "qualified": FactWord("Whether a mentor is qualified on the day.", _qualified),
    "rating": FactWord("The level of the last rating that was recorded.", _rating),
    "leadership_level": FactWord("How far the post leads others.", _level),
    "employed_since": FactWord("The first day of the first employment.", _employed_since),
    "credential_area": _sealed("credential_area", _credentials),
    **{name: _sealed(name) for name in _SEALED if name != "credential_area"},
    "outcome_school": FactWord("Whether the school kept the person.", _outcome("school")),
    "outcome_district": FactWord("Whether the district did.", _outcome("district")),
    "outcome_profession": FactWord("Whether the profession did.", _outcome("profession")),
    "experience_years": FactWord("Complete years of experience; stated."),
    "full_time_years": FactWord("Years of full-time work of the last five; stated."),
    "teaching_minutes_per_day": FactWord("Minutes of teaching a day on average; stated."),
    "certificate": FactWord("The sort of certificate that is held; stated."),
    "rank": FactWord("The academic rank; stated."),
    "references": FactWord("How many positive references there are; stated."),
    "years_since_service": FactWord("Years since the last service in the post; stated."),
    "interests": FactWord("What somebody is interested in, each of a day; stated."),
    "profile": FactWord("What somebody brings along, each of a day; stated."),
    "availability": FactWord("When somebody can meet, each of a day; stated."),
    "mentor_from": FactWord("Whether a mentee's mentor is from another_building; stated."),
    "idp_use": FactWord("How a mentee's own development plan is used; stated."),
}
"""The words for facts, with their meanings; any other may be stated of a participant."""
