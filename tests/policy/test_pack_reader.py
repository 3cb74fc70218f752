"""A pack is read whole or not at all, and everything wrong with it is told at once."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

import mentorcore.policy
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.errors import Invalid
from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import (
    Bound,
    Eligibility,
    Predicate,
    Prerequisite,
    Ratio,
    Relief,
    Report,
)
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import read_pack, unknown_events
from mentorcore.policy.time_kinds import AverageDosage, Cadence, Deadline, Duration, TotalDosage

SHIPPED = Path(mentorcore.policy.__file__).parent / "packs"
CALIFORNIA = (SHIPPED / "us-ca-teacher-induction.toml").read_bytes()

HEAD = """
[pack]
id = "us-xx-induction"
version = "1"
title = "Induction"
jurisdiction = "US-XX"
authority = "A board"
citation = "A code"
effective_from = 2025-07-01
reviewed_on = 2026-01-15
notice = "Check the current text."
"""

ANY_RULE = """
id = "XX-1"
title = "A rule"
citation = "A code, 1"
mark = "V"
"""

DEADLINE = f"""
[[rule]]{ANY_RULE}
kind = "deadline"
anchor = "ParticipantEnrolled"
limit = 30
satisfied_by = "PairingFormed"
"""


def pack_of(*rules: str, head: str = HEAD) -> Pack:
    return read_pack((head + "".join(rules)).encode(), "xx.toml")


def rule_of(kind: str, said: str) -> object:
    return pack_of(f'[[rule]]{ANY_RULE}kind = "{kind}"\n{said}').rules[0]


def problems_of(*rules: str, head: str = HEAD) -> list[str]:
    with pytest.raises(Invalid) as refused:
        pack_of(*rules, head=head)
    return [str(problem) for problem in refused.value.problems]


def problems_of_rule(kind: str, said: str) -> list[str]:
    return problems_of(f'[[rule]]{ANY_RULE}kind = "{kind}"\n{said}')


def test_the_head_says_what_the_pack_is() -> None:
    pack = read_pack(CALIFORNIA, "california.toml")

    assert (pack.id, pack.version, pack.jurisdiction) == ("us-ca-teacher-induction", "1", "US-CA")
    assert (pack.effective_from, pack.effective_to) == (date(2017, 6, 26), None)
    assert pack.week_in_session_min_days == 1
    assert "not legal advice" in pack.notice


def test_a_pack_may_say_until_when_it_holds() -> None:
    pack = pack_of(DEADLINE, head=HEAD + "effective_to = 2025-07-02\n")

    assert pack.effective_to == date(2025, 7, 2)


def test_the_digest_is_that_of_the_bytes_and_the_text_is_kept() -> None:
    windows = CALIFORNIA.replace(b"\n", b"\r\n")

    pack, other = read_pack(CALIFORNIA, "a.toml"), read_pack(windows, "b.toml")

    assert pack.digest == hashlib.sha256(CALIFORNIA).hexdigest()
    assert other.digest == hashlib.sha256(windows).hexdigest()
    assert pack.text.encode() == CALIFORNIA
    assert other.text.encode() == windows
    assert pack.rules == other.rules


def test_a_mark_of_the_editor_at_the_beginning_is_no_fault() -> None:
    pack = read_pack(b"\xef\xbb\xbf" + CALIFORNIA, "a.toml")

    assert pack.rules == read_pack(CALIFORNIA, "a.toml").rules
    assert pack.text.encode() == b"\xef\xbb\xbf" + CALIFORNIA


def test_each_rule_is_of_the_class_of_its_kind() -> None:
    pack = read_pack(CALIFORNIA, "california.toml")

    assert [rule.id for rule in pack.rules] == [
        "CA-1", "CA-2a", "CA-2b", "CA-3", "CA-4", "CA-5", "CA-6a", "CA-6b", "CA-7",
    ]  # fmt: skip
    first, relief = pack.rule("CA-1"), pack.rule("CA-6b")
    assert isinstance(first, Duration)
    assert (first.limit, first.unit, first.school_year_counts) == (2, "school_year", "majority")
    assert isinstance(relief, Relief)
    assert relief.applies_to == ("CA-1",)
    assert pack.rule("CA-8") is None
    assert [rule.kind for rule in pack.rules[:3]] == ["duration", "deadline", "soft_match"]


def test_an_event_named_by_its_class_is_looked_for_by_its_stored_name() -> None:
    pack = read_pack(CALIFORNIA, "california.toml")

    matched, met = pack.rule("CA-2a"), pack.rule("CA-3")

    assert isinstance(matched, Deadline)
    assert matched.anchor == Selector(event="participant.enrolled")
    assert matched.satisfied_by == Selector(event="pairing.formed", where={"primary": True})
    assert isinstance(met, AverageDosage)
    assert met.counts.kinds == ("one_to_one", "triad", "observation", "check_in")


def test_events_of_practices_are_named_by_class_where_the_reader_knows_them() -> None:
    said = HEAD + DEADLINE.replace("PairingFormed", "StipendPaid")
    names = {"ParticipantEnrolled": "participant.enrolled", "StipendPaid": "acme-stipend.paid"}

    pack = read_pack(said.encode(), "xx.toml", names)

    rule = pack.rules[0]
    assert isinstance(rule, Deadline)
    assert rule.satisfied_by == Selector(event="acme-stipend.paid")


def test_words_of_a_file_stand_for_the_names_of_fields() -> None:
    cadence = rule_of(
        "cadence",
        'anchor = "PairingFormed"\nfrom = 2\nto = 4\nwindow = "week"\ncounts = "MeetingHeld"',
    )
    total = rule_of(
        "total_dosage",
        'minutes = 720\ncounts = "MeetingHeld"\nslack = 0.05\n'
        'sub_minimum = [{ minutes = 60, modality = "in_person" }]',
    )
    served = rule_of(
        "duration", 'anchor = "PairingFormed"\nlimit = 30\nunit = "week"\nprorate = "fte_extend"'
    )

    assert isinstance(cadence, Cadence)
    assert (cadence.first, cadence.last) == (2, 4)
    assert isinstance(total, TotalDosage)
    assert total.slack_percent == 5
    assert total.sub_minimum[0].modality == "in_person"
    assert isinstance(served, Duration)
    assert served.prorate == ("fte_extend",)


def test_a_bound_says_when_it_holds() -> None:
    ratio = rule_of(
        "ratio",
        'scope = "mentor"\nmeasure = "mentees_per_mentor"\nmax = 4\nhard = true\n'
        'enforce = "guard"\n[[rule.when]]\nmax = 2\n'
        'if = { fact = "teaching_minutes_per_day", op = ">=", value = 360 }',
    )

    assert isinstance(ratio, Ratio)
    assert ratio.when == (Bound(fact="teaching_minutes_per_day", op=">=", value=360, max=2),)


def test_a_predicate_compares_with_a_number_a_word_or_several() -> None:
    rule = rule_of(
        "eligibility",
        'all = [{ fact = "experience_years", op = ">=", value = 3 },\n'
        '  { fact = "rating", op = "in", value = ["effective", "highly_effective"] }]',
    )

    assert isinstance(rule, Eligibility)
    assert rule.all == (
        Predicate(fact="experience_years", op=">=", value=3),
        Predicate(fact="rating", op="in", value=("effective", "highly_effective")),
    )


def test_a_prerequisite_lies_before_an_event_or_the_school_year() -> None:
    said = 'requires = "TrainingCompleted"\nbefore = '

    year = rule_of("prerequisite", said + '"school_year_start"')
    start = rule_of("prerequisite", said + '"PairingStarted"')

    assert isinstance(year, Prerequisite)
    assert isinstance(start, Prerequisite)
    assert year.before == "school_year_start"
    assert start.before == Selector(event="pairing.started")


def test_a_report_is_due_on_a_day_of_the_year() -> None:
    rule = rule_of("report", 'fields = ["rating"]\ndue_on = "02-29"')

    assert isinstance(rule, Report)
    assert rule.due_on == "02-29"


def test_all_problems_are_told_at_once_each_with_its_line() -> None:
    said = (
        CALIFORNIA.decode()
        .replace('version        = "1"\n', "")
        .replace("limit = 30\n", "limt = 30\n")
        .replace('mark = "V2"', 'mark = "U"')
        .replace("minutes = 60", "minutes = 0.5")
        .replace('citation = "Precondition 6"\n', "", 1)
    )
    lines = said.splitlines()

    with pytest.raises(Invalid, match=r"california\.toml needs correction") as refused:
        read_pack(said.encode(), "california.toml")

    told = {p.path.split(", ", 1)[1]: p for p in refused.value.problems}
    at = {path: int(p.path.split(", ")[0].removeprefix("line ")) for path, p in told.items()}
    assert list(told) == [
        "pack.version",
        "rule[2].limit",
        "rule[2].limt",
        "rule[4].minutes",
        "rule[7].citation",
        "rule[9].mark",
    ]
    assert at["pack.version"] == lines.index("[pack]") + 1
    assert at["rule[2].limt"] == lines.index("limt = 30") + 1
    assert at["rule[9].mark"] == lines.index('mark = "U"') + 1
    assert "did you mean 'limit'?" in told["rule[2].limt"].problem
    assert told["rule[9].mark"].expected == "one of V, V2, P"


def test_what_does_not_fit_is_told_beside_what_cannot_be_read() -> None:
    head = HEAD.replace("us-xx-", "us xx ").replace('title = "Induction"', "title = 1")
    meeting = f"""
        [[rule]]{ANY_RULE.replace("XX-1", "XX-2").replace('"V"', '"U"')}
        kind = "total_dosage"
        minutes = 600
        counts = {{ event = "MeetingHeld", kinds = ["one-to-one"] }}
        period = "year"
        sub_minimum = [{{ minutes = 60, modality = "telepathy" }}]
    """
    used = f"""
        [[rule]]{ANY_RULE.replace("XX-1", "XX-3")}
        kind = "prohibited_use"
        visibility = ["growth"]
        purposes = ["evalution"]
        enforce = 1
    """
    relief = f"""
        [[rule]]{ANY_RULE.replace("XX-1", "XX-4")}
        kind = "relief"
        types = ["waiver"]
        applies_to = ["XX-9"]
        granted_by = []
    """
    selector = DEADLINE.replace('"PairingFormed"', '{ event = "PairingFromed", were = 1 }')

    told = [
        problem.split(":")[0].split(", ")[1]
        for problem in problems_of(selector, meeting, used, relief, head=head)
    ]

    assert told == [
        "pack.id",
        "pack.title",
        "rule[1].satisfied_by.were",
        "rule[1].satisfied_by.event",
        "rule[2].mark",
        "rule[2].counts.kinds[1]",
        "rule[2].period",
        "rule[2].sub_minimum[1].modality",
        "rule[3].visibility[1]",
        "rule[3].purposes[1]",
        "rule[3].enforce",
        "rule[4].applies_to[1]",
        "rule[4].granted_by",
    ]


def test_what_cannot_be_read_is_not_called_missing_as_well() -> None:
    count = f"""
        [[rule]]{ANY_RULE}
        kind = "count"
        counts = "MeetingHeld"
        max = "four"
    """

    told = problems_of(count)

    assert len(told) == 1
    assert "rule[1].max" in told[0]


def test_keys_that_a_pack_may_have_are_those_of_its_file() -> None:
    (told,) = problems_of(DEADLINE, head=HEAD + 'colour = "red"\n')

    assert "digest" not in told
    assert "rules" not in told
    assert "settings" in told


def test_what_is_no_toml_or_no_text_is_told_with_its_line() -> None:
    with pytest.raises(Invalid, match=r"line 2, column \d+: this is not TOML"):
        read_pack(b"[pack]\nid = = 1\n", "a.toml")
    with pytest.raises(Invalid, match=r"end of the file: this is not TOML"):
        read_pack(b"[pack", "a.toml")
    with pytest.raises(Invalid, match="stand too deep in each other"):
        read_pack(b"a = " + b"[" * 100_000, "a.toml")
    with pytest.raises(Invalid, match="line 2: this is not UTF-8"):
        read_pack(b"[pack]\ntitle = '\xff'\n", "a.toml")


@pytest.mark.parametrize(
    ("said", "path", "problem"),
    [
        ("", "pack", "is missing"),
        ("pack = 1\n", "pack", "is missing"),
        ("[pack]\n[rules]\n", "rules", "did you mean 'rule'?"),
        (HEAD, "rule", "is missing"),
        (HEAD + "[rule]\n", "rule", "is missing"),
        ("rule = [1]\n" + HEAD, "rule[1]", "is no table"),
        (HEAD + DEADLINE + 'digest = "a"', "rule[1].digest", "there is no such key"),
        (HEAD + 'digest = "a"\n' + DEADLINE, "pack.digest", "there is no such key"),
        (HEAD + "settings = 1\n" + DEADLINE, "pack.settings", "is a whole number (1)"),
        (
            HEAD + "settings = { week_in_session_min_days = 0 }\n" + DEADLINE,
            "pack.settings.week_in_session_min_days",
            "0 is too small",
        ),
        (HEAD + "settings = { week = 1 }\n" + DEADLINE, "pack.settings.week", "no such key"),
        (HEAD.replace("us-xx-", "us xx ") + DEADLINE, "pack.id", "cannot be a code word"),
        (HEAD.replace("A board", " ") + DEADLINE, "pack.authority", "is empty"),
        (HEAD + "effective_to = 2025-07-01\n" + DEADLINE, "pack.effective_to", "is not after"),
        (HEAD.replace("2025-07-01", '"2025"') + DEADLINE, "pack.effective_from", "is a text"),
        (HEAD + DEADLINE.replace("XX-1", "XX 1"), "rule[1].id", "cannot be an id"),
        (HEAD + DEADLINE.replace('kind = "deadline"', ""), "rule[1].kind", "is missing"),
        (HEAD + DEADLINE.replace('"deadline"', "1"), "rule[1].kind", "1 is unknown"),
        (HEAD + DEADLINE.replace('"deadline"', '"dedline"'), "rule[1].kind", "'deadline'?"),
        (HEAD + DEADLINE.replace("30", "true"), "rule[1].limit", "is true or false"),
        (HEAD + DEADLINE.replace("30", "-1"), "rule[1].limit", "-1 is too small"),
        (HEAD + DEADLINE.replace("= 30", "= 36526"), "rule[1].limit", "36526 is too large"),
        (HEAD + DEADLINE + "scope = 1", "rule[1].scope", "is a whole number (1)"),
        (HEAD + DEADLINE + 'applies_when = "x"', "rule[1].applies_when", "is a text"),
        (HEAD + DEADLINE + "applies_when = {a = 1.5}", "rule[1].applies_when.a", "decimals"),
        (HEAD + DEADLINE + 'relief_allowed = "waiver"', "rule[1].relief_allowed", "is a text"),
        (HEAD + DEADLINE + 'relief_allowed = ["x"]', "rule[1].relief_allowed[1]", "unknown"),
        (HEAD + DEADLINE.replace('"PairingF', '"pairingF'), "rule[1].satisfied_by", "no event"),
        (HEAD + DEADLINE.replace('"PairingFormed"', "3"), "rule[1].satisfied_by", "is a whole"),
        (HEAD + DEADLINE.replace('"PairingFormed"', "{}"), "rule[1].satisfied_by.event", "missing"),
        (HEAD + DEADLINE + DEADLINE, "rule[2].id", "stands there twice"),
        (HEAD + DEADLINE + 'enforce = "guard"', "rule[1].enforce", "cannot forbid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_path(said: str, path: str, problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_pack(said.encode(), "a.toml")

    told = [(p.path.split(", ")[-1], p.problem) for p in refused.value.problems]
    assert any(place.startswith(path) and problem in text for place, text in told), told


MEETINGS = 'counts = "MeetingHeld"\n'
ANCHOR = 'anchor = "PairingFormed"\n'
GOALS = 'satisfied_by = "GoalSet"\n'


@pytest.mark.parametrize("unit", ["calendar_day", "instructional_day", "week", "month"])
def test_something_may_be_due_on_the_very_day(unit: str) -> None:
    rule = rule_of("deadline", f'{ANCHOR}{GOALS}limit = 0\nunit = "{unit}"')

    assert isinstance(rule, Deadline)
    assert rule.limit == 0


@pytest.mark.parametrize(
    ("kind", "said", "problem"),
    [
        ("cadence", f'{ANCHOR}{MEETINGS}window = "week"\nfrom = 3\nto = 2', "before the first"),
        ("deadline", f'{ANCHOR}{GOALS}limit = 0\ncount_from = "same_day"', "0 ends before the day"),
        ("deadline", f'{ANCHOR}{GOALS}limit = 0\nunit = "term"', "0 ends before the day"),
        ("artifact", f'artifact_kind = "form"\n{ANCHOR}unit = "in_session_week"', "0 ends before"),
        (
            "average_dosage",
            f'{ANCHOR}{MEETINGS}minutes = 1\nper = "school_year"\nperiod = "semester"',
            "no school_year is ever completed within a semester",
        ),
        ("total_dosage", f"minutes = 1\n{MEETINGS}slack = 0.105", "no share in hundredths"),
        ("total_dosage", f"minutes = 1\n{MEETINGS}slack = 2", "no share in hundredths"),
        ("total_dosage", f"minutes = 1\n{MEETINGS}slack = true", "no share in hundredths"),
        ("total_dosage", f"minutes = 1\n{MEETINGS}slack = nan", "no share in hundredths"),
        ("total_dosage", f"minutes = 1\n{MEETINGS}slack = inf", "no share in hundredths"),
        ("total_dosage", f'minutes = 1\n{MEETINGS}period = "year"', "is no period"),
        ("total_dosage", f"minutes = 1\n{MEETINGS}sub_minimum = [3]", "is a whole number"),
        ("total_dosage", f"minutes = 1\n{MEETINGS}sub_minimum = [{{}}]", "is missing"),
        ("total_dosage", 'minutes = 1\ncounts = {event = "MeetingHeld", kinds = ["x"]}', "'x' is"),
        (
            "total_dosage",
            'minutes = 1\ncounts = {event = "MeetingHeld", modalities = ["in-person"]}',
            "did you mean 'in_person'?",
        ),
        ("count", MEETINGS, "is missing, and so is max"),
        ("count", f"{MEETINGS}min = 3\nmax = 2", "2 is less than min"),
        ("artifact", 'artifact_kind = "form"', "is missing, and so is anchor"),
        ("artifact", f'artifact_kind = "form"\n{ANCHOR}period = "term"', "stands beside anchor"),
        ("artifact", 'artifact_kind = "letter"\nperiod = "term"', "is no kind of evidence"),
        ("ratio", 'measure = "group_size"\nscope = "mentor"\nmax = 8', "'mentor' does not fit"),
        ("ratio", 'measure = "group_size"\nscope = "pairing"', "and so are min and when"),
        ("ratio", 'measure = "group_size"\nscope = "pairing"\nmax = 1\nmin = 2', "less than min"),
        ("ratio", 'measure = "group_size"\nscope = "pairing"\nmax = 1\nhard = true', "forbids"),
        (
            "ratio",
            'measure = "cohort_size"\nscope = "cohort"\nmax = 9\nhard = true\nenforce = "guard"',
            "nothing is refused for it",
        ),
        ("process_exists", 'process = "selection"', "'participant' does not fit"),
        ("eligibility", "all = []", "is empty"),
        ("eligibility", 'all = [{fact = "a", op = "in", value = 1}]', "does not fit 'in'"),
        ("eligibility", 'all = [{fact = "a", op = "==", value = [1]}]', "does not fit '=='"),
        ("eligibility", 'all = [{fact = "a", op = ">", value = "b"}]', "is no number"),
        ("eligibility", 'all = [{fact = "a", op = "==", value = 1.5}]', "with decimals"),
        (
            "eligibility",
            'enforce = "guard"\nall = [{fact = "load", op = "<", value = 3}]',
            "all pairings of somebody",
        ),
        (
            "ratio",
            ('measure = "group_size"\nscope = "pairing"\nhard = true\nenforce = "guard"\n'
            'when = [{if = {fact = "meetings", op = ">", value = 3}, max = 3}]'),
            "all pairings of somebody",
        ),
        (
            "prerequisite",
            'enforce = "guard"\nrequires = "DocumentReferenced"\nbefore = "PairingStarted"',
            "none that a decision about a pairing reads",
        ),
        ("prerequisite", 'requires = "TrainingCompleted"\nbefore = "x"', "no event 'x'"),
        ("prerequisite", 'requires = "TrainingCompleted"\nbefore = 1', "is a whole number"),
        ("deadline", f'{ANCHOR}limit = 1201\nunit = "month"\nsatisfied_by = "GoalSet"', "too large"),
        (
            "prerequisite",
            'requires = "GoalSet"\nbefore = "school_year_start"\nvalid_for_months = 1201',
            "too large",
        ),
        ("prerequisite", 'requires = "GoalSet"\nbefore = "school_start"', "'school_year_start'?"),
        ("prohibited_use", 'visibility = ["growth"]\npurposes = ["evaluation"]', "'growth_only'?"),
        ("prohibited_relation", 'scope = "pairing"\nrelations = ["boss"]', "'boss' is unknown"),
        (
            "prohibited_relation",
            'scope = "pairing"\nrelations = ["chair"]\nbetween = ["mentor"]',
            "holds 1",
        ),
        ("report", 'fields = ["rating"]\ndue_on = "31-12"', "is no day of a year"),
        ("report", 'fields = ["rating"]\ndue_on = "06-31"', "is no day of a year"),
        ("report", 'fields = ["rating"]\ndue_on = "June"', "is no day of a year"),
        ("relief", 'types = ["waiver"]\napplies_to = ["XX-2"]', "there is no rule 'XX-2'"),
        ("relief", 'types = ["waiver"]\napplies_to = ["XX-1"]', "is a relief itself"),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_together_are_told(kind: str, said: str, problem: str) -> None:
    told = problems_of_rule(kind, said)

    assert any(problem in text for text in told), told


def test_a_relief_is_one_that_the_rule_allows() -> None:
    relief = f"""
        [[rule]]{ANY_RULE.replace("XX-1", "XX-2")}
        kind = "relief"
        types = ["waiver", "extension"]
        applies_to = ["XX-1"]
    """

    told = problems_of(DEADLINE + 'relief_allowed = ["extension"]\n', relief)
    pack = pack_of(DEADLINE + 'relief_allowed = ["extension", "waiver"]\n', relief)

    assert len(told) == 1
    assert "'XX-1' does not allow 'waiver'" in told[0]
    assert isinstance(pack.rule("XX-2"), Relief)


def test_a_relief_for_a_rule_that_cannot_be_read_is_not_called_wrong_as_well() -> None:
    relief = f"""
        [[rule]]{ANY_RULE.replace("XX-1", "XX-2")}
        kind = "relief"
        types = ["waiver"]
        applies_to = ["XX-1"]
    """

    told = problems_of(DEADLINE.replace("limit = 30", ""), relief)

    assert len(told) == 1
    assert "rule[1].limit" in told[0]


def test_an_event_that_nobody_records_is_told_and_is_no_fault() -> None:
    pack = pack_of(DEADLINE.replace("PairingFormed", "acme-stipend.paid"))

    names = dict(CORE_MODEL.names)
    unknown = unknown_events(pack, names | {"acme-stipend.payed": MeetingHeld})

    assert [problem.path for problem in unknown] == ["XX-1.satisfied_by"]
    assert "did you mean 'acme-stipend.payed'?" in unknown[0].problem
    assert unknown_events(pack, names | {"acme-stipend.paid": MeetingHeld}) == ()


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ('{ event = "PairingFormed", where = { primry = true } }', "primary"),
        ('{ event = "TrainingCompleted", where = { training = "basics" } }', "training_kind"),
        ('{ event = "GoalSet", where = { statement = "Read" } }', ""),
    ],
)
def test_a_field_that_an_event_does_not_tell_is_noticed(selector: str, meant: str) -> None:
    pack = pack_of(DEADLINE.replace('"PairingFormed"', selector))

    (problem,) = unknown_events(pack, CORE_MODEL.names)

    assert problem.path == "XX-1.satisfied_by.where"
    assert meant in problem.problem
    assert "in the clear" in problem.problem


@pytest.mark.parametrize(
    "selector",
    [
        '{ event = "PairingFormed", where = { primary = true, role = "mentee", shape = "group" } }',
        '{ event = "TrainingCompleted", where = { training_kind = "basics" } }',
        '{ event = "MeetingHeld", where = { minutes = 60 } }',
        '{ event = "CohortOpened", where = { "cohort.places" = 40 } }',
    ],
)
def test_fields_that_an_event_tells_in_the_clear_may_be_asked_for(selector: str) -> None:
    pack = pack_of(DEADLINE.replace('"PairingFormed"', selector))

    assert unknown_events(pack, CORE_MODEL.names) == ()


def test_an_event_that_tells_no_minutes_is_noticed_where_minutes_are_added() -> None:
    said = f"""
        [[rule]]{ANY_RULE}
        kind = "total_dosage"
        minutes = 600
        counts = """
    goals, met = (pack_of(f'{said}"{event}"') for event in ("GoalSet", "MeetingHeld"))

    (problem,) = unknown_events(goals, CORE_MODEL.names)

    assert problem.path == "XX-1.counts"
    assert "tells no minutes" in problem.problem
    assert unknown_events(met, CORE_MODEL.names) == ()
