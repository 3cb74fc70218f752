"""What does not fit together in a pack whose parts are each as they have to be."""

import re
from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import get_args

from mentorcore.domain.declarations import CODE, event_info
from mentorcore.domain.pairing.events.meetings import MeetingHeld, MeetingKind, Modality
from mentorcore.domain.person.events import LineKind
from mentorcore.domain.requirements.evidence_events import EvidenceKind, Purpose
from mentorcore.domain.visibility import READERS
from mentorcore.errors import Problem
from mentorcore.near_words import did_you_mean
from mentorcore.policy.grammar import Rule, Scope, Selector
from mentorcore.policy.kinds import GUARDING, OF_PAIRINGS
from mentorcore.policy.other_kinds import (
    Artifact,
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
from mentorcore.policy.selectors import selectors
from mentorcore.policy.time_kinds import AverageDosage, Cadence, Deadline, Duration, TotalDosage

__all__ = ["among_rules", "between_dates", "between_fields", "within_rule"]

PERIOD = re.compile(r"school_year|semester|term|program|rolling [1-9]\d*")
PERIODS = ("school_year", "semester", "term", "program", "rolling 4")
MONTH_DAY = re.compile(r"\d\d-\d\d")
ORDERED = (">=", "<=", ">", "<")
LEAP_YEAR = 2024
OF_DAYS = ("calendar_day", "instructional_day")
DAYS, MONTHS = 36_525, 1_200
"""A hundred years."""
MEETING = event_info(MeetingHeld).name

ABOUT: dict[type[Rule], Scope] = {
    ProcessExists: "program",
    SoftMatch: "pairing",
    ProhibitedRelation: "pairing",
}
"""What rules of some kinds can be about, and nothing else."""
MEASURED: dict[str, Scope] = {
    "mentees_per_mentor": "mentor",
    "group_size": "pairing",
    "cohort_size": "cohort",
}
"""Whose each measure of a ratio is."""

LENGTHS = {"term": 1, "semester": 2, "school_year": 3}
"""Units and periods in the order of their lengths; others are shorter, or as long as one likes."""
READ = frozenset({"participant", "pairing", "person"})
"""The kinds of streams that are read where people are brought together."""

Found = Iterator[Problem]


def between_dates(effective_from: date, effective_to: date) -> Found:
    """What does not fit between the dates of a pack."""
    if effective_to <= effective_from:
        said = f"{effective_to} is not after the first day"
        yield Problem("pack.effective_to", said, f"the first day after, behind {effective_from}")


def within_rule(rule: Rule, path: str) -> Found:
    """What a rule says in a field that its kind, or the domain, does not know.

    Each field is looked at by itself, so that a rule with blanks for what could not be read is
    looked at as well.
    """
    if not CODE.fullmatch(rule.id):
        yield Problem(f"{path}.id", f"{rule.id!r} cannot be an id", "a word such as CA-2a")
    if rule.enforce == "guard" and type(rule) not in GUARDING:
        kinds = "ratio (hard), eligibility, prerequisite, prohibited_relation, prohibited_use"
        said = "a rule of this kind measures and cannot forbid"
        yield Problem(f"{path}.enforce", said, f"project; guard goes with {kinds}")
    if rule.enforce == "guard":
        yield from _unread(rule, path)
    scope = MEASURED.get(rule.measure) if isinstance(rule, Ratio) else ABOUT.get(type(rule))
    if scope is not None and rule.scope != scope:
        yield Problem(f"{path}.scope", f"{rule.scope!r} does not fit this kind of rule", scope)
    yield from _periods(rule, path)
    yield from _lengths(rule, path)
    for selector, place in selectors(rule):
        yield from _meetings(selector, f"{path}.{place}")
    match rule:
        case Ratio():
            for number, bound in enumerate(rule.when, 1):
                test = Predicate(fact=bound.fact, op=bound.op, value=bound.value)
                yield from _comparison(test, f"{path}.when[{number}].if.value")
        case TotalDosage(counts=Selector(event=event)) if event == MEETING:
            for number, part in enumerate(rule.sub_minimum, 1):
                at = f"{path}.sub_minimum[{number}]"
                yield from _word(part.kind, get_args(MeetingKind), f"{at}.kind")
                yield from _word(part.modality, get_args(Modality), f"{at}.modality")
        case Eligibility():
            for number, test in enumerate(rule.all, 1):
                yield from _comparison(test, f"{path}.all[{number}].value")
        case Artifact() if rule.artifact_kind not in get_args(EvidenceKind):
            said = f"{rule.artifact_kind!r} is no kind of evidence"
            yield Problem(
                f"{path}.artifact_kind", said, "one of " + ", ".join(get_args(EvidenceKind))
            )
        case ProhibitedUse():
            yield from _words(rule.visibility, tuple(READERS), f"{path}.visibility")
            yield from _words(rule.purposes, get_args(Purpose), f"{path}.purposes")
        case ProhibitedRelation():
            yield from _words(rule.relations, get_args(LineKind), f"{path}.relations")
        case Report(due_on=str() as due) if not _is_day(due):
            yield Problem(
                f"{path}.due_on", f"{due!r} is no day of a year", "month and day, such as 06-01"
            )
        case _:
            pass


def between_fields(rule: Rule, path: str) -> Found:
    """What does not fit between the fields of a rule, each of which could be read."""
    if isinstance(rule, Deadline) or (isinstance(rule, Artifact) and rule.anchor is not None):
        yield from _limit(rule, path)
    match rule:
        case AverageDosage() if LENGTHS.get(rule.per, 0) > LENGTHS.get(rule.period, 9):
            said = f"no {rule.per} is ever completed within a {rule.period}"
            yield Problem(f"{path}.per", said, "a unit that is no longer than the period")
        case Cadence(last=int() as last) if last < rule.first:
            yield Problem(
                f"{path}.to", f"{last} is before the first window", f"{rule.first} or more"
            )
        case Ratio():
            yield from _ratio(rule, path)
        case Count() if rule.min is None and rule.max is None:
            yield Problem(f"{path}.min", "is missing, and so is max", "one of the two")
        case Count(min=int() as least, max=int() as most) if most < least:
            yield Problem(f"{path}.max", f"{most} is less than min", f"{least} or more")
        case Artifact() if (rule.anchor is None) == (rule.period is None):
            said = "is missing, and so is anchor" if rule.period is None else "stands beside anchor"
            yield Problem(f"{path}.period", said, "either a period, or an anchor with its limit")
        case _:
            pass


def _limit(rule: Deadline | Artifact, path: str) -> Found:
    """A limit of none is the day itself, but where that is day 1, or a whole unit is counted."""
    by_the_day = rule.unit in ("calendar_day", "instructional_day", "week", "month")
    least = 0 if by_the_day and rule.count_from == "day_after" else 1
    if rule.limit < least:
        said = f"{rule.limit} ends before the day from which it runs"
        yield Problem(f"{path}.limit", said, "1 or more")


def among_rules(
    ids: Mapping[str, str], rules: Mapping[str, Rule], broken: Container[str] = ()
) -> Found:
    """What does not fit between rules.

    Args:
        ids: The id of each rule by its path, also of those whose kind is unknown.
        rules: The rules by path, with blanks for what could not be read.
        broken: The paths of those that have blanks.
    """
    seen: set[str] = set()
    for path, rule_id in ids.items():
        if rule_id in seen:
            yield Problem(f"{path}.id", f"{rule_id!r} stands there twice", "an id of its own")
        seen.add(rule_id)
    by_id = {rule.id: rule for path, rule in rules.items() if path not in broken}
    for path, rule in rules.items():
        if isinstance(rule, Relief):
            yield from _relieved(rule, seen, by_id, path)


def _relieved(relief: Relief, ids: set[str], by_id: Mapping[str, Rule], path: str) -> Found:
    for number, rule_id in enumerate(relief.applies_to, 1):
        at = f"{path}.applies_to[{number}]"
        relieved = by_id.get(rule_id)
        if rule_id not in ids:
            hint = did_you_mean(rule_id, ids)
            yield Problem(at, f"there is no rule {rule_id!r} in this pack{hint}", "a rule's id")
        elif isinstance(relieved, Relief):
            yield Problem(at, f"{rule_id!r} is a relief itself", "a rule that asks for something")
        elif relieved is not None:
            for relief_type in relief.types:
                if relief_type not in relieved.relief_allowed:
                    said = f"{rule_id!r} does not allow {relief_type!r}"
                    yield Problem(at, said, f"{relief_type} in its relief_allowed")


def _periods(rule: Rule, path: str) -> Found:
    if not isinstance(rule, AverageDosage | TotalDosage | Count | Artifact | Report):
        return
    if rule.period is not None and not PERIOD.fullmatch(rule.period):
        hint = did_you_mean(rule.period, PERIODS)
        expected = "school_year, semester, term, program, or rolling and a number"
        yield Problem(f"{path}.period", f"{rule.period!r} is no period{hint}", expected)


def _lengths(rule: Rule, path: str) -> Found:
    """Lengths behind which no calendar has a day."""
    told: tuple[tuple[str, int | None, int], ...] = ()
    if isinstance(rule, Deadline | Artifact | Duration):
        told = (("limit", rule.limit, DAYS if rule.unit in OF_DAYS else MONTHS),)
    elif isinstance(rule, Prerequisite):
        told = (("valid_for_months", rule.valid_for_months, MONTHS),)
    for field, length, most in told:
        if isinstance(length, int) and length > most:
            yield Problem(f"{path}.{field}", f"{length} is too large", f"{most:,} or less")


def _meetings(selector: Selector, path: str) -> Found:
    if selector.event == MEETING:
        yield from _words(selector.kinds, get_args(MeetingKind), f"{path}.kinds")
        yield from _words(selector.modalities, get_args(Modality), f"{path}.modalities")


def _words(found: tuple[str, ...], known: tuple[str, ...], path: str) -> Found:
    for number, word in enumerate(found, 1):
        yield from _word(word, known, f"{path}[{number}]")


def _word(found: str | None, known: tuple[str, ...], path: str) -> Found:
    if found is not None and found not in known:
        hint = did_you_mean(found, known)
        yield Problem(path, f"{found!r} is unknown{hint}", "one of " + ", ".join(known))


def _ratio(rule: Ratio, path: str) -> Found:
    if rule.max is None and rule.min is None and not rule.when:
        yield Problem(f"{path}.max", "is missing, and so are min and when", "at least one bound")
    if rule.max is not None and rule.min is not None and rule.max < rule.min:
        yield Problem(f"{path}.max", f"{rule.max} is less than min", f"{rule.min} or more")
    if rule.hard != (rule.enforce == "guard"):
        said = "a hard bound forbids" if rule.hard else "a bound that is not hard forbids nothing"
        yield Problem(f"{path}.hard", said, 'hard = true and enforce = "guard", or neither')
    if rule.hard and rule.measure == "cohort_size":
        # Nobody who enrols sees everybody else, so that two could take the last place.
        said = "the size of a cohort is measured, and nothing is refused for it"
        yield Problem(f"{path}.hard", said, "a bound that is not hard")


def _unread(rule: Rule, path: str) -> Found:
    """What a rule that forbids asks for, and whoever decides about a pairing does not read."""
    facts: list[tuple[str, str]] = []
    events: list[tuple[str, Selector | str]] = []
    match rule:
        case Ratio():
            facts = [(f"when[{n}].if", bound.fact) for n, bound in enumerate(rule.when, 1)]
        case Eligibility():
            facts = [(f"all[{n}]", test.fact) for n, test in enumerate(rule.all, 1)]
        case Prerequisite():
            events = [("requires", rule.requires), ("before", rule.before)]
    for place, fact in facts:
        if fact in OF_PAIRINGS:
            said = f"{fact!r} is told by all pairings of somebody, which no decision reads"
            yield Problem(f"{path}.{place}.fact", said, 'another fact, or enforce = "project"')
    for place, selector in events:
        kind, dot, _ = (
            selector.event.partition(".") if isinstance(selector, Selector) else ("",) * 3
        )
        if dot and kind not in READ:
            said = f"an event of a {kind} is none that a decision about a pairing reads"
            yield Problem(f"{path}.{place}", said, 'another event, or enforce = "project"')


def _comparison(test: Predicate, path: str) -> Found:
    if (test.op == "in") != isinstance(test.value, tuple):
        expected = "a list, of which the fact is one" if test.op == "in" else "a single value"
        yield Problem(path, f"does not fit {test.op!r}", expected)
    elif test.op in ORDERED and type(test.value) is not int:
        yield Problem(path, f"{test.value!r} is no number, and {test.op!r} compares", "a number")


def _is_day(due: str) -> bool:
    if not MONTH_DAY.fullmatch(due):
        return False
    try:
        date(LEAP_YEAR, int(due[:2]), int(due[3:]))
    except ValueError:
        return False
    return True
