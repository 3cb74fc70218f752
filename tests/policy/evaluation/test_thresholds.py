"""Every kind just below, at and just above its threshold: in an ordinary month, across a break,
across a change of the clocks, after a transfer in the middle of the year, and part-time.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from policy.small_program import ENROLLED, HELD, Told, day, pack_of

from mentorcore.policy.evaluation.evaluate import evaluate
from mentorcore.policy.grammar import Rule, Selector
from mentorcore.policy.kinds import KINDS
from mentorcore.policy.other_kinds import (
    Artifact,
    Bound,
    Count,
    Eligibility,
    Predicate,
    Prerequisite,
    ProcessExists,
    ProhibitedRelation,
    ProhibitedUse,
    Ratio,
    Relief,
    Report,
    SoftMatch,
)
from mentorcore.policy.time_kinds import (
    AverageDosage,
    Cadence,
    Deadline,
    Duration,
    TotalDosage,
)

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
OUT_OF_SESSION = ("2025-11-24", "2025-12-22", "2025-12-29", "2026-04-06")
WEEKS = [
    monday
    for n in range(42)
    if str(monday := date(2025, 8, 18) + timedelta(weeks=n)) not in OUT_OF_SESSION
]
"""The Mondays of the weeks in session, written down by hand but for counting in sevens."""

STARTS = {
    "ordinary": "2025-09-08",
    "break": "2025-11-10",
    "clocks": "2025-10-20",
    "transfer": "2026-01-12",
    "part_time": "2025-09-08",
}
"""The clocks go back on 2 November; there are no lessons in the week of 24 November."""

Asked = tuple[Rule, str, date, tuple[str, str, str]]
"""The rule, the subject, the day, and the states below, at and above."""


@attrs.frozen
class Given:
    """A mentee who starts on a day, in some situation, with a pairing from that day on."""

    told: Told
    situation: str
    start: date

    @property
    def weeks(self) -> list[date]:
        return [monday for monday in WEEKS if monday >= self.start]

    @property
    def part_time(self) -> bool:
        return self.situation == "part_time"

    @property
    def transferred(self) -> bool:
        return self.situation == "transfer"

    def after(self, days: int) -> str:
        return str(self.start + timedelta(days=days))

    def friday(self, week: int) -> date:
        """The last day with lessons of a week in session, from 1."""
        return self.weeks[week - 1] + timedelta(days=4)


def given(situation: str) -> Given:
    told, start = Told(), STARTS[situation]
    fte = 50 if situation == "part_time" else 100
    if situation == "transfer":
        told.enrol("earlier", "2025-08-18")
        told.leave("earlier", "2025-12-19", "transferred")
    told.enrol("m", "2025-08-01", "mentor", fte=fte)
    told.enrol("a", start, fte=fte)
    told.pair("p", {"a": "mentee", "m": "mentor"}, start)
    return Given(told, situation, day(start))


LATE = ("met", "met", "cured_late")
REACHED = ("breached", "met", "met")


def deadline(it: Given, offset: int) -> Asked:
    it.told.say("p", "pairing.goal-set", it.after(30 + offset))
    goal = Selector(event="pairing.goal-set")
    return (
        Deadline(**HEAD, anchor=ENROLLED, limit=30, satisfied_by=goal),
        "a",
        it.start + timedelta(days=60),
        LATE,
    )


def cadence(it: Given, offset: int) -> Asked:
    for n, monday in enumerate(it.weeks[:4]):
        for on in range(2 + (offset if n == 3 else 0)):
            it.told.meet("p", str(monday + timedelta(days=on)), 30)
    rule = Cadence(
        **HEAD, anchor=ENROLLED, last=4, window="in_session_week", min_count=2, counts=HELD
    )
    return rule, "a", it.friday(4), REACHED


def average_dosage(it: Given, offset: int) -> Asked:
    it.told.meet("p", it.after(1), 300 + offset)
    rule = AverageDosage(
        **HEAD, anchor=ENROLLED, minutes=60, per="in_session_week", counts=HELD, min_weeks=4
    )
    return rule, "a", it.friday(5), ("at_risk", "met", "met")


def total_dosage(it: Given, offset: int) -> Asked:
    prorate: Any = "fte_scale" if it.part_time else "enrolled_share" if it.transferred else "none"
    required = {"fte_scale": 380, "enrolled_share": 760 * len(it.weeks) // 38, "none": 760}
    assert 760 * len(it.weeks) % 38 == 0 or prorate != "enrolled_share"
    it.told.meet("p", it.after(1), required[prorate] + offset)
    rule = TotalDosage(**HEAD, minutes=760, counts=HELD, prorate=prorate)
    return rule, "a", day("2026-06-05"), REACHED


def duration(it: Given, offset: int) -> Asked:
    weeks = 20 if it.part_time else 6 if it.transferred else 10
    if it.transferred:
        it.told.say(
            "a",
            "participant.service-credited",
            it.after(0),
            amount=4,
            unit="week",
            verified=True,
        )
    rule = Duration(
        **HEAD,
        anchor=ENROLLED,
        limit=10,
        unit="in_session_week",
        prorate=("minus_credit", "fte_extend"),
    )
    as_of = it.friday(weeks) + timedelta(days=offset)
    return rule, "a", as_of, ("not_yet_due", "met", "met")


def ratio(it: Given, offset: int) -> Asked:
    for n in range(1 + offset):
        it.told.enrol(f"e{n}", str(it.start))
        it.told.pair(f"p{n}", {f"e{n}": "mentee", "m": "mentor"}, it.after(1))
    part_time = Bound(fact="fte_percent", op="<", value=100, max=2)
    rule = Ratio(
        **HEAD,
        scope="mentor",
        measure="mentees_per_mentor",
        max=9 if it.part_time else 2,
        when=(part_time,) if it.part_time else (),
    )
    return rule, "m", it.start + timedelta(days=30), ("met", "met", "breached")


def eligibility(it: Given, offset: int) -> Asked:
    it.told.say(
        "m",
        "participant.fact-stated",
        "2025-08-01",
        fact="experience_years",
        number=3 + offset,
    )
    rule = Eligibility(
        **HEAD,
        scope="pairing",
        all=(Predicate(fact="experience_years", op=">=", value=3),),
    )
    if it.part_time:
        it.told.works("m", "2025-08-02", 50 + offset)
        rule = attrs.evolve(rule, all=(Predicate(fact="fte_percent", op=">=", value=50),))
    return rule, "p", it.start, REACHED


def prerequisite(it: Given, offset: int) -> Asked:
    it.told.say("m", "participant.training-completed", it.after(offset - 1), training_kind="x")
    rule = Prerequisite(
        **HEAD,
        scope="pairing",
        requires=Selector(event="participant.training-completed"),
        before=Selector(event="pairing.started"),
    )
    return rule, "p", it.start + timedelta(days=30), LATE


def prohibited_relation(it: Given, offset: int) -> Asked:
    it.told.say(
        "a",
        "person.reporting-line-recorded",
        "2025-08-01",
        kind="evaluator",
        superior="person:m",
        until=it.start + timedelta(days=offset),
    )
    rule = ProhibitedRelation(**HEAD, scope="pairing", relations=("evaluator",))
    return rule, "p", it.start + timedelta(days=30), ("met", "met", "breached")


def prohibited_use(it: Given, offset: int) -> Asked:
    it.told.say("p", "pairing.note-written", it.after(0), note_id="n", visibility="growth_only")
    it.told.say("p", "pairing.evidence-attached", it.after(9), purpose="evaluation", cites=("n",))
    it.told.say(
        "p",
        "pairing.confidentiality-exception-invoked",
        it.after(9 + offset),
        ground="danger",
        material=("n",),
    )
    rule = ProhibitedUse(
        **HEAD,
        visibility=("growth_only",),
        purposes=("evaluation",),
        exceptions=("danger",),
    )
    return rule, "a", it.start + timedelta(days=30), ("met", "met", "breached")


def soft_match(it: Given, offset: int) -> Asked:
    names = ("subjects", "unit")
    for n, name in enumerate(names):
        it.told.attributes["a", name] = ("shared",)
        it.told.attributes["m", name] = ("shared",) if n < 1 + offset else ("other",)
    return SoftMatch(**HEAD, scope="pairing", attributes=names), "p", it.start, REACHED


def artifact(it: Given, offset: int) -> Asked:
    it.told.say("p", "pairing.evidence-attached", it.after(30 + offset), kind="plan", title="ilp")
    rule = Artifact(**HEAD, artifact_kind="plan", title_code="ilp", anchor=ENROLLED, limit=30)
    return rule, "a", it.start + timedelta(days=60), LATE


def count(it: Given, offset: int) -> Asked:
    for n in range(3 + offset):
        it.told.say("p", "pairing.goal-set", it.after(n))
    rule = Count(**HEAD, counts=Selector(event="pairing.goal-set"), min=3, period="program")
    return rule, "a", day("2026-06-05"), REACHED


def report(it: Given, offset: int) -> Asked:
    for who in ("a", "earlier"):
        on = it.after(9 + offset) if who == "a" else "2025-09-01"
        it.told.say(who, "participant.fact-stated", on, fact="level", number=1)
    rule = Report(**HEAD, scope="program", fields=("level",))
    as_of = it.start + timedelta(days=9)
    return rule, "program:1", as_of, ("met", "met", "insufficient_data")


def relief(it: Given, offset: int) -> Asked:
    as_of = it.start + timedelta(days=40)
    it.told.say(
        "a",
        "participant.requirement-waived",
        str(as_of + timedelta(days=offset)),
        rule_id="R-1",
        relief="exemption",
        granted_by="chair",
    )
    goal = Selector(event="pairing.goal-set")
    rule = Deadline(**HEAD, anchor=ENROLLED, limit=30, satisfied_by=goal)
    return rule, "a", as_of, ("waived", "waived", "breached")


def process_exists(it: Given, offset: int) -> Asked:
    it.told.say("program:1", "program.document-referenced", it.after(9 + offset), process="x")
    rule = ProcessExists(**HEAD, scope="program", process="x")
    return rule, "program:1", it.start + timedelta(days=9), ("met", "met", "breached")


SAMPLES: dict[str, Callable[[Given, int], Asked]] = {
    "deadline": deadline,
    "cadence": cadence,
    "average_dosage": average_dosage,
    "total_dosage": total_dosage,
    "duration": duration,
    "ratio": ratio,
    "eligibility": eligibility,
    "prerequisite": prerequisite,
    "prohibited_relation": prohibited_relation,
    "prohibited_use": prohibited_use,
    "soft_match": soft_match,
    "artifact": artifact,
    "count": count,
    "report": report,
    "relief": relief,
    "process_exists": process_exists,
}


def test_each_kind_is_tried() -> None:
    assert SAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("situation", STARTS)
@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_threshold_is_exact_in_every_situation(kind: str, situation: str, offset: int) -> None:
    it = given(situation)
    rule, subject, as_of, expected = SAMPLES[kind](it, offset)
    grants = Relief(
        **{**HEAD, "id": "R-2"}, types=("exemption",), applies_to=("R-1",), granted_by=("chair",)
    )
    pack = pack_of(rule, grants)
    it.told.adopt(pack)

    result = evaluate(rule, subject, it.told.facts(), pack=pack, as_of=as_of)

    assert result.state == expected[offset + 1], result.said
