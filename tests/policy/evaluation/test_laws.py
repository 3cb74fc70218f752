"""What holds of every rule, whatever happened: order, what is unrelated, what is late, evidence."""

from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st
from policy.every_kind import EVERY_KIND
from policy.small_program import SEMESTERS, Told, day, pack_of

from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.evaluation.vocabulary import FACTS
from mentorcore.policy.facts import Fact, Facts
from mentorcore.policy.results import Cited, Result
from mentorcore.policy.shipped import shipped_packs

PACK = pack_of(*EVERY_KIND)
FIRST = date(2025, 8, 1)

days = st.integers(0, 400).map(lambda n: str(FIRST + timedelta(days=n)))
minutes = st.integers(1, 480)
ratings = st.sampled_from(["proficient", "developing"])
step = st.one_of(
    st.tuples(st.just("meet"), days, minutes, st.sampled_from(["in_person", "video"])),
    st.tuples(st.just("goal"), days),
    st.tuples(st.just("train"), days),
    st.tuples(st.just("rate"), days, ratings),
    st.tuples(st.just("years"), days, st.integers(0, 6)),
    st.tuples(st.just("line"), days),
    st.tuples(st.just("form"), days, st.sampled_from([("mentee",), ("mentor",)])),
    st.tuples(st.just("waive"), days, st.sampled_from(["waiver", "extension", "exemption"])),
    st.tuples(st.just("credit"), days, st.integers(1, 20), st.booleans()),
    st.tuples(st.just("fte"), days, st.integers(20, 100)),
    st.tuples(st.just("use"), days),
    st.tuples(st.just("document"), days),
)
endings = st.none() | st.tuples(days, st.sampled_from(["completed", "withdrew", "removed"]))
stories = st.fixed_dictionaries(
    {
        "enrolled": days,
        "paired": st.none() | days,
        "ended": endings,
        "steps": st.lists(step, max_size=12),
    }
)


def tell(story: dict[str, Any]) -> Told:
    """A mentee and a mentor to whom this happened, as far as it lies in their enrolment."""
    told = Told((SEMESTERS,), ends_on=date(2026, 5, 9))
    told.adopt(PACK)
    told.enrol("m", "2025-08-01", "mentor")
    told.enrol("a", story["enrolled"])
    if story["paired"] is not None:
        told.pair("p", {"a": "mentee", "m": "mentor"}, max(story["paired"], story["enrolled"]))
        told.say("p", "pairing.note-written", "2025-08-02", note_id="n", visibility="growth_only")
    for name, on, *rest in story["steps"]:
        happen(told, name, on, rest)
    if story["ended"] is not None:
        on, outcome = story["ended"]
        told.leave("a", max(on, story["enrolled"]), outcome)
    return told


def happen(told: Told, name: str, on: str, rest: list[Any]) -> None:
    if name == "meet":
        told.meet("p", on, rest[0], modality=rest[1])
    elif name == "goal":
        told.say("p", "pairing.goal-set", on)
    elif name == "train":
        told.say("m", "participant.training-completed", on, training_kind="mentor")
    elif name == "rate":
        told.say("m", "person.credential-recorded", on, kind="rating", area="t", level=rest[0])
    elif name == "years":
        told.say("m", "participant.fact-stated", on, fact="experience_years", number=rest[0])
    elif name == "line":
        told.say("a", "person.reporting-line-recorded", on, kind="evaluator", superior="person:m")
    elif name == "form":
        told.say(
            "a",
            "participant.evidence-attached",
            on,
            kind="form",
            title="review",
            signed_by=rest[0],
        )
    elif name == "waive":
        limit = day(on) + timedelta(days=60) if rest[0] == "extension" else None
        told.say(
            "a",
            "participant.requirement-waived",
            on,
            rule_id="deadline",
            relief=rest[0],
            new_limit=limit,
            granted_by="coordinator",
        )
    elif name == "credit":
        told.say(
            "a",
            "participant.service-credited",
            on,
            amount=rest[0],
            unit="week",
            verified=rest[1],
        )
    elif name == "fte":
        told.works("a", on, rest[0])
    elif name == "use":
        told.say("p", "pairing.evidence-attached", on, purpose="evaluation", cites=("n",))
    else:
        told.say("program:1", "program.document-referenced", on, process="selection")


def verdicts(facts: Facts, as_of: str) -> dict[tuple[str, str], Result]:
    found = Evaluation(facts, day(as_of)).all({PACK.digest: PACK})
    return {(result.rule_id, result.subject): result for result in found}


@given(stories, days)
@settings(max_examples=60)
def test_every_verdict_names_evidence_unless_it_says_why_there_is_none(
    story: dict[str, Any], as_of: str
) -> None:
    told = tell(story)

    results = verdicts(told.facts(), as_of)

    assert all(
        result.evidence
        for result in results.values()
        if result.state not in ("insufficient_data", "not_applicable")
    )
    assert all(
        result.code
        for result in results.values()
        if result.state in ("insufficient_data", "not_applicable")
    )


@given(stories, days, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_in_which_facts_are_told_does_not_matter(
    story: dict[str, Any], as_of: str, chance: Any
) -> None:
    facts = tell(story).facts()

    results = verdicts(facts, as_of)
    again = verdicts(shuffled(facts, chance), as_of)

    assert again == results


def shuffled(facts: Facts, chance: Any) -> Facts:
    def mixed(some: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(some, len(some)))

    return attrs.evolve(
        facts,
        participants={
            p: attrs.evolve(facts.participants[p], facts=mixed(facts.participants[p].facts))
            for p in mixed(tuple(facts.participants))
        },
        pairings={
            p: attrs.evolve(
                facts.pairings[p],
                facts=mixed(facts.pairings[p].facts),
                members=mixed(facts.pairings[p].members),
            )
            for p in facts.pairings
        },
        facts=mixed(facts.facts),
        adopted=mixed(facts.adopted),
    )


UNRELATED = Fact("pairing.feedback-given", day("2025-10-01"), Cited("p", 900), {"kind": "form"})


@given(stories, days)
@settings(max_examples=60)
def test_what_no_rule_asks_for_changes_no_verdict(story: dict[str, Any], as_of: str) -> None:
    facts = tell(story).facts()
    more = attrs.evolve(
        facts,
        participants={
            name: attrs.evolve(p, facts=(*p.facts, UNRELATED))
            for name, p in facts.participants.items()
        },
        pairings={
            name: attrs.evolve(p, facts=(*p.facts, UNRELATED)) for name, p in facts.pairings.items()
        },
        facts=(*facts.facts, UNRELATED),
    )

    assert verdicts(more, as_of) == verdicts(facts, as_of)


@given(stories, days)
@settings(max_examples=60)
def test_what_happens_later_changes_nothing_of_what_was_so(
    story: dict[str, Any], as_of: str
) -> None:
    facts = tell(story).facts()
    earlier = dict(story, steps=[s for s in story["steps"] if s[1] <= as_of])
    if story["ended"] is not None and max(story["ended"][0], story["enrolled"]) > as_of:
        earlier["ended"] = None

    known = {k: bare(r) for k, r in verdicts(facts, as_of).items()}

    assert known == {k: bare(r) for k, r in verdicts(tell(earlier).facts(), as_of).items()}


def bare(result: Result) -> tuple[Any, ...]:
    """A result without the places of its evidence, which are counted otherwise in another log."""
    return (result.state, result.measured, result.threshold, result.due_on, result.satisfied_on)


@given(stories, days)
@settings(max_examples=15)
def test_every_pack_that_ships_can_be_asked_whatever_happened(
    story: dict[str, Any], as_of: str
) -> None:
    told = tell(story)
    for pack in shipped_packs():
        told.adopt(pack)

    found = list(
        Evaluation(told.facts(), day(as_of)).all({pack.digest: pack for pack in shipped_packs()})
    )

    assert all(result.evidence or result.code for result in found if result.code != "pack_missing")


def test_every_word_that_a_shipped_pack_asks_for_has_a_meaning() -> None:
    asked = {word for pack in shipped_packs() for rule in pack.rules for word in words_of(rule)}

    assert asked - FACTS.keys() == set()


def words_of(rule: Any) -> set[str]:
    """The words for facts that a rule asks for."""
    predicates = (*getattr(rule, "all", ()), *getattr(rule, "when", ()))
    named = (*getattr(rule, "fields", ()), *getattr(rule, "attributes", ()))
    scoped = rule.applies_when.keys() - {"role", "cohort", "shape"}
    return {*(predicate.fact for predicate in predicates), *named, *scoped}
