"""A proposed mapping says what the responses prove, and asks for everything else."""

import re
import tomllib
from datetime import UTC, datetime

import pytest
from adapters.made import Made
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mentorcore
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Answer, Form, Options, Question, Response, Where
from mentorcore.intake.forms.built_in import FORMS
from mentorcore.intake.mappings.mapping_proposal import NEEDED, propose
from mentorcore.intake.mappings.mapping_reader import read_mapping

PEOPLE = """\
Timestamp,Email Address,Your name,I take part as,School,Mentor training completed on
8/14/2026 9:05:00,ada@example.org,Ada Byron,Mentor,Cedar Hill,8/3/2026
8/15/2026 10:30:00,lin@example.org,Lin Wu,New teacher,Cedar Hill,
8/16/2026 11:00:00,sol@example.org,Sol Diaz,New teacher,Oak Grove,
"""
MEETINGS = """\
No.,Mentor,Mentee,Date of the meeting,Minutes,How did you meet?,What was it about?
1,ada@example.org,Lin Wu,9/21/2026,45,In person,"Routines, Marking"
2,ada@example.org,Sol Diaz,9/30/2026,60,Skype,Marking
"""


def proposed(content: str, name: str = "My form") -> str:
    source, told = Made(content), Options(form="x")
    registry = Registry()
    items = registry.read(source, told)
    responses = [item for item in items if isinstance(item, Response)]
    return propose(registry.describe(source, told), responses, name)


def asked(text: str) -> list[str]:
    """The settings that a person has to say."""
    return [
        line.removeprefix(NEEDED).partition(" = ")[0].strip()
        for line in text.splitlines()
        if line.startswith(NEEDED)
    ]


def completed(text: str, **said: str) -> str:
    """The proposal after a person put a setting in the place of each question."""
    answers = iter(said.values())
    lines = [next(answers) if line.startswith(NEEDED) else line for line in text.splitlines()]
    assert next(answers, None) is None, "more was said than was asked"
    return "\n".join(lines)


def test_a_proposal_that_a_person_completes_imports() -> None:
    mapping = read_mapping(
        completed(
            proposed(PEOPLE),
            coverage='coverage = "full"',
            zone='zone = "America/Chicago"',
            training='basics = "Mentor training completed on"',
            mentor='"Mentor" = "mentor"',
            mentee='"New teacher" = "mentee"',
            since='since = "submitted"',
        ),
        "people.toml",
    )
    engine = mentorcore.open(clock=lambda: datetime(2026, 9, 1, 12, tzinfo=UTC))
    us = mentorcore.Actor("us", "coordinator", "system")
    plan = mentorcore.read_blueprint(mentorcore.BLUEPRINT_TEMPLATE, "template")
    engine.batch(plan.commands(engine.new_id), actor=us)

    report = engine.take_in(Made(PEOPLE), mapping, actor=us)

    assert report.sentence() == "3 taken."


def test_what_the_responses_prove_is_written_and_everything_else_is_asked() -> None:
    text = proposed(MEETINGS)

    known = tomllib.loads(text)
    assert known["form"] == "my-form"
    assert known["kind"] == "meeting-log"
    assert known["people"] == {"mentor": "email", "mentee": "name"}
    assert known["source"] == {"keys": ["No."]}
    assert known["fields"] == {
        "mentor": "Mentor",
        "mentee": "Mentee",
        "on": "Date of the meeting",
        "minutes": "Minutes",
        "modality": "How did you meet?",
        "topics": "What was it about?",
    }
    assert known["values"] == {"modality": {"In person": "in_person"}}
    assert known["answers"] == {"date_order": "mdy"}
    assert asked(text) == ["coverage", '"Skype"', "separator"]


def test_choices_that_nobody_has_chosen_yet_need_a_meaning_too() -> None:
    role = Question("r", "Role", "choice", ("Mentor", "A guest"))

    text = propose(Form("people", (role, Question("n", "Name"))), (), "people")

    assert asked(text.partition("[values.role]")[2])[:2] == ['"Mentor"', '"A guest"']


@pytest.mark.parametrize(
    ("cell", "separator"),
    [("Plans; visits", ";"), ("Plans, in detail,Visits", ","), ("Plans, visits", ", ")],
)
def test_what_joins_choices_is_seen_from_the_cells(cell: str, separator: str) -> None:
    text = proposed(MEETINGS.replace("Routines, Marking", cell))

    assert f'separator = "{separator}"' in text


def test_an_order_of_dates_that_nothing_proves_is_asked_for() -> None:
    text = proposed(MEETINGS.replace("9/21", "9/1").replace("9/30", "9/3"))

    assert "date_order" in asked(text)
    assert "date_order" not in tomllib.loads(text)["answers"]
    assert "'9/1/2026' can be read with the day or with the month first" in text


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        ("2026-08-14 09:05:00", ["zone"]),
        ("2026-08-14T09:05:00-05:00", []),
        ("3/4/2026 9:05:00", ["date_order", "zone"]),
        ("8/14/2026 9:05:00 XYZ", []),
    ],
)
def test_of_a_time_of_sending_exactly_what_it_does_not_say_is_asked(
    stamp: str, wanted: list[str]
) -> None:
    text = proposed(f"Timestamp,Your name,Role\n{stamp},Ada,Mentor\n")

    source = text.split("[source]")[1].split("[fields]")[0]
    assert [a for a in asked(source) if a in {"zone", "date_order"}] == wanted
    assert ("'XYZ', which is not known" in source) == ("XYZ" in stamp)


@pytest.mark.parametrize(
    "titles",
    [
        "Mentor,Mentee,Datum,Dauer in Minuten",
        "Mentor,Mentoré,Date,Durée",
        "Mentor,Mentorado,Fecha,Duración",
        "Mentore,Mentorato,Data,Durata",
        "Mentor,Mentorado,Data,Duração",
        "Danışman,Mentee,Tarih,Süre",  # noqa: RUF001 - Turkish
        "Opiekun,Podopieczny,Data,Czas trwania",
    ],
)
def test_titles_are_understood_in_several_languages(titles: str) -> None:
    known = tomllib.loads(proposed(f"{titles}\nAda,Ben,2026-09-21,45\n"))

    assert known["kind"] == "meeting-log"
    assert list(known["fields"]) == ["mentor", "mentee", "on", "minutes"]


def test_titles_that_say_nothing_settle_no_kind() -> None:
    text = proposed("Alpha,Beta\n1,x\n2,y\n")

    assert "kind" in asked(text)
    assert all(kind.name in text for kind in FORMS)
    with pytest.raises(mentorcore.Invalid, match="kind"):
        read_mapping(text, "x.toml")


def test_of_two_columns_for_one_field_a_person_chooses() -> None:
    text = proposed(MEETINGS.replace("No.", "Minutes of travel"))

    assert "minutes" in asked(text)
    assert 'one of these columns: "Minutes of travel", "Minutes"' in text
    assert "minutes" not in tomllib.loads(text)["fields"]


def test_no_person_is_named_in_a_proposal() -> None:
    text = proposed(PEOPLE) + proposed(MEETINGS)

    assert not re.search(r"ada|lin@|sol@|Wu|Diaz|Byron", text)


ANY = st.text(max_size=20)


@settings(max_examples=150)
@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=6), ANY)
@example([("", ""), ("MINUT", "")], "")
def test_whatever_titles_and_answers_hold_a_proposal_is_toml(
    columns: list[tuple[str, str]], name: str
) -> None:
    questions = tuple(Question(f"{title} #{i}", title) for i, (title, _) in enumerate(columns))
    answers = tuple(
        Answer(q.key, q.label, (text,)) for q, (_, text) in zip(questions, columns, strict=True)
    )
    response = Response("x", "x", (), None, "", "none", "complete", answers, Where("x"))

    known = tomllib.loads(propose(Form("x", questions), [response], name))

    assert set(known) <= {"form", "kind", "people", "source", "fields", "values"} | {
        "defaults",
        "answers",
    }


def test_of_a_form_without_responses_only_the_titles_tell() -> None:
    text = proposed("Your name,Your e-mail address,Your role,Notes\n", "Sign up")

    assert 'email = "Your e-mail address"' in text
    assert 'by = "email"' in text
    assert "# whether keys are needed to tell responses apart shows once there are some" in text
    assert "keys = [" not in text


def test_how_a_form_without_responses_names_people_is_asked() -> None:
    text = proposed("Mentor,Mentee,Date of the meeting,How many minutes?\n", "Visits")

    assert '# NEEDED: mentor = "…"  # email, name or external_id: nothing shows it' in text


def test_given_and_family_names_have_a_field_each() -> None:
    for titles in ("First name,Last name", "Vorname,Nachname", "Nombre,Apellidos", "Nome,Cognome"):
        text = proposed(f"{titles},E-mail,Role in the program\n", "Sign up")

        given, family = titles.split(",")
        assert f'name = "{given}"' in text
        assert f'family_name = "{family}"' in text


WHOLE_NAMES = (
    "First and last name|Vor- und Nachname|Nombre y apellidos|Nome e cognome|Ad Soyad|Name/Surname"
    "|Imię i nazwisko|Nom et prénom|Last name, first name|Full name"
)


@pytest.mark.parametrize("title", WHOLE_NAMES.split("|"))
def test_a_title_that_asks_for_the_whole_name_is_one_field(title: str) -> None:
    text = proposed(f'"{title}",E-mail,Role in the program\n', "Sign up")

    assert f'name = "{title}"' in text
    assert "family_name" not in text
