"""A blueprint becomes commands, and a bad one is answered with everything that is wrong with it."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from mentorcore.domain.cohort import OpenCohort
from mentorcore.domain.program import DesignProgram, LaunchProgram, SetAcademicCalendar
from mentorcore.domain.requirements.adoption import AdoptPolicyPack
from mentorcore.domain.school_calendar import SCHOOL_DAYS
from mentorcore.domain.settings import ShapeBounds
from mentorcore.errors import Invalid
from mentorcore.intake.blueprint import read_blueprint
from mentorcore.intake.mappings.templates import BLUEPRINT
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import read_pack


def counting_ids() -> Callable[[str], str]:
    number = iter(range(1, 1000))
    return lambda kind: f"{kind}:{next(number):032x}"


def problems_of(text: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_blueprint(text, "program.toml")
    assert "program.toml" in str(caught.value)
    return {p.path: f"{p.problem} | {p.expected}" for p in caught.value.problems}


def changed(*changes: tuple[str, str]) -> str:
    text = BLUEPRINT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_the_template_is_a_blueprint() -> None:
    blueprint = read_blueprint(BLUEPRINT, "program.toml")

    assert blueprint.time_zone == "America/Los_Angeles"
    assert blueprint.settings.capacity.places == 2
    assert blueprint.settings.cadence is not None
    assert blueprint.settings.cadence.days == 14
    assert blueprint.cohorts[0].ends_on == date(2027, 7, 1)


def test_every_setting_that_the_template_shows_as_a_comment_is_one() -> None:
    uncommented = re.sub(r"^# (\w+ = |\[\[|\]|  )", r"\1", BLUEPRINT, flags=re.MULTILINE)
    uncommented = uncommented.replace('"riverside-usd"', '"usd"')

    blueprint = read_blueprint(uncommented, "program.toml")

    assert blueprint.owner == "usd"
    assert blueprint.settings.trainings[0].valid_days == 730
    assert blueprint.settings.capacity.hard_limit == 4
    assert blueprint.settings.start_needs == ("agreement",)
    assert blueprint.cohorts[0].places == 40
    assert blueprint.settings.time_counted == "calendar_days"
    assert [(p.pack_id, p.version) for p in blueprint.packs] == [("us-ca-teacher-induction", "1")]
    (year,) = blueprint.school_years
    assert [term.name for term in year.terms] == ["autumn", "spring"]
    assert [days.label for days in year.off] == ["Labor Day", "Thanksgiving"]
    assert year.cohort == "2026-27"


CALENDAR = """
[[calendar]]
terms = [{ name = "autumn", since = 2026-09-01, until = 2026-12-19 }]
"""


def test_a_school_year_of_a_blueprint_is_set_before_the_launch() -> None:
    blueprint = read_blueprint(BLUEPRINT + CALENDAR, "program.toml")

    *_, year, launch = blueprint.commands(counting_ids())

    assert isinstance(year, SetAcademicCalendar)
    assert (year.school_year, year.cohort_id) == ("2026", None)
    assert year.instructional_weekdays == SCHOOL_DAYS
    assert isinstance(launch, LaunchProgram)


def test_a_day_off_without_an_end_is_one_day_and_a_cohort_is_named() -> None:
    more = 'cohort = "2026-27"\nnon_instructional = [{ since = 2026-09-07 }]\n'
    blueprint = read_blueprint(BLUEPRINT + CALENDAR + more, "program.toml")

    _, cohort, year, _ = blueprint.commands(counting_ids())

    assert isinstance(year, SetAcademicCalendar)
    assert isinstance(cohort, OpenCohort)
    assert year.non_instructional[0].until == date(2026, 9, 8)
    assert year.cohort_id == cohort.cohort_id


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (CALENDAR + 'cohort = "2026-72"', "calendar[1].cohort"),
        (CALENDAR + 'breaks = "no"', "calendar[1].breaks"),
        (CALENDAR + 'instructional_weekdays = ["mondays"]', "calendar[1].instructional_weekdays"),
        (
            CALENDAR + "non_instructional = [{ label = 'x' }]",
            "calendar[1].non_instructional[1].since",
        ),
        (CALENDAR.replace("2026-12-19", "2026-08-19"), "calendar[1].terms[1].until"),
        (CALENDAR.replace('name = "autumn", ', ""), "calendar[1].terms[1].name"),
        (CALENDAR.replace(", until = 2026-12-19", ""), "calendar[1].terms[1].until"),
        ("[[calendar]]\n", "calendar[1].terms"),
        (CALENDAR * 2, "calendar"),
        (CALENDAR + 'school_year = "a"' + CALENDAR, "calendar"),
    ],
)
def test_what_is_wrong_in_a_calendar_is_told_with_its_path(wrong: str, path: str) -> None:
    with pytest.raises(Invalid) as told:
        read_blueprint(BLUEPRINT + "\n" + wrong, "program.toml")

    assert path in [p.path for p in told.value.problems]


def test_school_years_of_two_cohorts_may_overlap() -> None:
    second = BLUEPRINT[BLUEPRINT.index("[[cohorts]]") :].replace('"2026-27"', '"other"', 1)
    own = CALENDAR + 'cohort = "other"\n'

    blueprint = read_blueprint(BLUEPRINT + second + CALENDAR + own, "program.toml")

    assert [year.cohort for year in blueprint.school_years] == [None, "other"]


def test_a_blueprint_becomes_the_commands_that_open_a_program() -> None:
    blueprint = read_blueprint(BLUEPRINT, "program.toml")

    design, cohort, launch = blueprint.commands(counting_ids())

    assert isinstance(design, DesignProgram)
    assert isinstance(cohort, OpenCohort)
    assert isinstance(launch, LaunchProgram)
    assert design.program_id == cohort.program_id == launch.program_id
    assert design.goals[0].statement == "New principals stay and grow in their first year"
    assert launch.on == date(2026, 8, 1)


def test_all_problems_are_told_at_once_with_their_paths() -> None:
    text = changed(
        ('time_zone = "America/Los_Angeles"', 'time_zone = "America/Los_Angels"'),
        ("launched_on = 2026-08-01", 'launched_on = "2026-08-01"'),
        ("ends_on = 2027-07-01", "ends_on = 2026-07-01"),
        ("every = 2", "evry = 2"),
        ('unit = "week"', 'unit = "weeks"'),
        ("lowest = 1\nhighest = 5", "lowest = 5\nhighest = 1"),
        ("places = 2", "places = 9\nmost = 4"),
        ('[[goals]]\nstatement = "New principals', '[[goals]]\nstatemnt = "New principals'),
    )

    found = problems_of(text)

    assert set(found) == {
        "program.time_zone",
        "program.launched_on",
        "goals[1].statement",
        "goals[1].statemnt",
        "cadence.every",
        "cadence.unit",
        "cadence.evry",
        "scales.helpful.highest",
        "capacity.places",
        "cohorts[1].ends_on",
        "cohorts[1].enrols_from",
    }
    assert "did you mean 'every'?" in found["cadence.evry"]
    assert "did you mean 'week'?" in found["cadence.unit"]
    assert "did you mean 'statement'?" in found["goals[1].statemnt"]
    assert "a text ('2026-08-01') | a date such as 2026-09-01" in found["program.launched_on"]
    assert found["capacity.places"].endswith("| 4 or fewer")


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("shape", 'shape = "one_to_one"\nsmallest = 3 #', "pairing.smallest", "one_to_one"),
        ("shape", 'shape = "group"\nsmallest = 2\nlargest = 2 #', "pairing.largest", "3 or more"),
        ("shape", 'shape = "group" #', "pairing.smallest", "is missing"),
        ("shape", 'shape = "one_to_one"\nlargest = 1 #', "pairing.largest", "2 or more"),
        ("shape", 'shape = "reciprocal"\nlargest = 5 #', "pairing.largest", "2, 3 or 4"),
        ("shape", 'shape = "reciprocal" #', "roles", "a peer"),
        ("shape", 'shape = "pairs" #', "pairing.shape", "one_to_one, group, reciprocal"),
        ("shape", 'shape = "one_to_one"\nstart_needs = ["training"] #', "pairing.start_needs", "[[trainings]]"),
        ("shape", 'shape = "one_to_one"\nstart_needs = ["agrement"] #', "pairing.start_needs", "'agreement'?"),
        ("shape", 'shape = "one_to_one"\nsoft_criteria = ["same level"] #', "pairing.soft_criteria", "code word"),
        ("[capacity]", '[[trainings]]\nkind = "basics"\nrole = "mentors"\n[capacity]', "trainings[1].role", "'mentor'"),
        ('mentor = "mentor"', 'mentor = "boss"', "roles.mentor", "mentee, mentor, peer"),
        ("low_at = 2", "low_at = 5", "scales.helpful.low_at", "from 1 to 4"),
        ("minutes = 60", "minutes = 600", "cadence.minutes", "from 1 to 480"),
        ("enrols_until = 2027-03-01", "enrols_until = 2026-08-01", "cohorts[1].enrols_until", "after 2026-08-01"),
        ("enrols_until = 2027-03-01", "enrols_until = 2027-09-01", "cohorts[1].enrols_until", "2027-07-01 or earlier"),
        ("enrols_from = 2026-08-01", "enrols_from = 2026-07-01", "cohorts[1].enrols_from", "2026-08-01 or later"),
        ("# places = 40", "places = 0", "cohorts[1].places", "1 or more"),
        ("# places = 40", "places = true", "cohorts[1].places", "a whole number"),
        ("# places = 40", "places = 4.5", "cohorts[1].places", "a number (4.5)"),
        ("[attention]", "[atention]", "atention", "did you mean 'attention'?"),
        ('name = "2026-27"', 'name = " "', "cohorts[1].name", "is empty"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_own_sentence(old: str, new: str, path: str, said: str) -> None:
    text = changed((old + ' = "one_to_one"' if old == "shape" else old, new))

    found = problems_of(text)

    assert said in found[path]


def test_a_blueprint_without_goals_roles_or_cohorts_lacks_them_all() -> None:
    found = problems_of('[program]\nname = "x"\ntime_zone = "UTC"\nlaunched_on = 2026-01-01\n')

    assert set(found) == {"goals", "cohorts", "roles", "pairing"} | {
        "pairing.shape",
        "pairing.smallest",
        "pairing.largest",
    }


def test_two_cohorts_of_one_name_are_a_problem() -> None:
    cohort = BLUEPRINT[BLUEPRINT.index("[[cohorts]]") :]

    found = problems_of(BLUEPRINT + cohort)

    assert "'2026-27' stands there more than once" in found["cohorts"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[program\nname = 1", "line 1, column 9"),
        ('[program]\nname = "a"\nname = "b"\nx = 1', "line 3, column 11"),
        ("[program]\nlaunched_on = 2026-13-01", "line 2"),
        ('[program]\nname = "a', "end of the file"),
    ],
)
def test_a_file_that_is_not_toml_names_the_line(text: str, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_blueprint(text, "program.toml")

    assert place in str(caught.value)


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read_blueprint("\ufeff" + BLUEPRINT, "program.toml").name


def test_what_is_no_table_is_told_with_what_it_should_be() -> None:
    found = problems_of(
        'goals = [1]\nroles = "mentor"\nscales = []\n'
        + BLUEPRINT.split("# The roles")[0].replace("[[goals]]", "[xgoals]")
    )

    assert "[[goals]] for each" in found["goals"]
    assert "is a text ('mentor') | a table" in found["roles"]
    assert "is a list | a table" in found["scales"]


MORE = """
[[shapes]]
shape = "reciprocal"
smallest = 3
largest = 4
"""


def test_a_program_may_have_more_shapes_each_with_bounds_of_its_own() -> None:
    text = changed(('mentee = "mentee"', 'mentee = "mentee"\nfriend = "peer"')) + MORE

    settings = read_blueprint(text, "program.toml").settings

    assert settings.shape == "one_to_one"
    assert settings.more_shapes == (ShapeBounds(shape="reciprocal", smallest=3, largest=4),)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        (MORE, "roles"),
        (MORE.replace("reciprocal", "one_to_one").replace("3", "2"), "shapes"),
        (MORE.replace("4", "5"), "shapes[1].largest"),
        (MORE.replace("largest = 4", 'largest = "four"'), "shapes[1].largest"),
        (MORE + "most = 4\n", "shapes[1].most"),
    ],
)
def test_what_does_not_fit_in_another_shape_is_told_with_its_path(more: str, path: str) -> None:
    assert path in problems_of(BLUEPRINT + more)


# ---------------------------------------------------------------------------------- policy packs

CALIFORNIA = "us-ca-teacher-induction"


def given(version: str, effective_from: str = "2026-01-01", pack_id: str = "us-xx-mine") -> Pack:
    """A pack of one rule."""
    text = f"""
[pack]
id = "{pack_id}"
version = "{version}"
title = "Mine"
jurisdiction = "US-XX"
authority = "We"
citation = "Our rules"
effective_from = {effective_from}
reviewed_on = 2026-11-23
notice = "Ours."

[[rule]]
id = "X-1"
kind = "process_exists"
title = "There is a handbook"
citation = "Our rules"
mark = "P"
scope = "program"
process = "handbook"
"""
    return read_pack(text.encode(), f"{pack_id}-{version}.toml")


@pytest.mark.parametrize(
    "said",
    [f'packs = ["{CALIFORNIA}"]\n{BLUEPRINT}', f'{BLUEPRINT}\n[[packs]]\npack = "{CALIFORNIA}"'],
)
def test_a_blueprint_adopts_packs_from_its_launch_on_and_before_it(said: str) -> None:
    plan = read_blueprint(said, "program.toml")

    *_, adoption, launch = plan.commands(counting_ids())

    assert isinstance(adoption, AdoptPolicyPack)
    assert isinstance(launch, LaunchProgram)
    assert (adoption.pack_id, adoption.version, adoption.applies_to) == (CALIFORNIA, "1", "all")
    assert adoption.effective_from == launch.on
    assert adoption.program_id == launch.program_id
    assert len(adoption.digest) == 64


def test_which_version_and_from_when_and_for_whom_can_be_said() -> None:
    said = """
[[packs]]
pack = "us-xx-mine"
version = "1"
effective_from = 2026-09-01
applies_to = "new_enrolments"
"""
    first, second = given("1"), given("2", "2026-08-01")

    (chosen,) = read_blueprint(BLUEPRINT + said, "program.toml", [first, second]).packs
    (latest,) = read_blueprint(
        BLUEPRINT + said.replace('version = "1"\n', ""), "program.toml", [second, first]
    ).packs

    assert (chosen.digest, chosen.effective_from) == (first.digest, date(2026, 9, 1))
    assert chosen.applies_to == "new_enrolments"
    assert (latest.version, latest.digest) == ("2", second.digest)


@pytest.mark.parametrize(
    ("more", "path", "told"),
    [
        ('[[packs]]\npack = "us-ca-teacher-inducton"', "packs[1].pack", "us-ca-teacher-induction"),
        (f'[[packs]]\npack = "{CALIFORNIA}"\nversion = "9"', "packs[1].version", "of 1"),
        ('[[packs]]\nversion = "1"', "packs[1].pack", "is missing"),
        (f'[[packs]]\npack = "{CALIFORNIA}"\napplies = "all"', "packs[1].applies", "no such"),
        (f'[[packs]]\npack = "{CALIFORNIA}"\napplies_to = "us"', "packs[1].applies_to", "all"),
        (
            f'[[packs]]\npack = "{CALIFORNIA}"\neffective_from = 1',
            "packs[1].effective_from",
            "date",
        ),
        (f'[[packs]]\npack = "{CALIFORNIA}"\n' * 2, "packs", "twice"),
        ("[packs]", "packs", "a list"),
    ],
)
def test_what_is_wrong_with_a_pack_is_told_with_its_path(more: str, path: str, told: str) -> None:
    assert told in problems_of(f"{BLUEPRINT}\n{more}")[path]


def test_a_pack_without_a_day_of_launch_is_told_with_that_alone() -> None:
    text = changed(("launched_on = 2026-08-01", "# launched_on ="))

    found = problems_of(f'{text}\n[[packs]]\npack = "{CALIFORNIA}"')

    assert list(found) == ["program.launched_on"]
