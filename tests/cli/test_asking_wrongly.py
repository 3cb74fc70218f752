"""Whoever mistypes a question is told so, with what may be meant, and the command ends with 2."""

from pathlib import Path

import pytest
from cli.asking import Run

NOBODY = f"pairing:{9:032x}"


@pytest.fixture
def asked(program: Path, run: Run) -> Path:
    run("record", program, "register-person", "name=Amara Okonkwo")
    return program


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("log", "LOG", "--name", "no.such"), "no event is called 'no.such'"),
        (("log", "LOG", "--name", "program.desinged"), "perhaps program.designed"),
        (("log", "LOG", "--stream", NOBODY), f"nothing is recorded about {NOBODY}"),
        (("log", "LOG", "--after", "99999999"), "beyond the end of this log"),
        (("status", "LOG", "--as-known", "99999999"), "whose last position is"),
        (("status", "LOG", "--as-known", "2999-01-01"), "still to come"),
        (("status", "LOG", "--program", "Nowhere"), "no program is called 'Nowhere'; there are"),
        (("attention", "LOG", "--as-known", "99999999"), "beyond the end"),
        (("diff", "LOG", "--known-from", "99999999"), "beyond the end"),
        (("diff", "LOG", "--known-from", "1", "--known-to", "99999999"), "beyond the end"),
        (("history", "LOG", NOBODY), "nothing is recorded about"),
        (("history", "LOG", "Amara Okonkwa"), "nobody called 'Amara Okonkwa'"),
        (("why", "LOG", "program", "meetigns"), "there is no figure"),
        (("view", "LOG", "no.such"), "there is no view"),
        (("prove", "LOG", "99999999"), "there is no event at position 99999999"),
        (("prove", "LOG", f"{NOBODY}#1"), "there is no event"),
        (("status", "LOG", "--as", f"person:{9:032x}"), "--as takes somebody whom the log knows"),
        (("attention", "LOG", "--as", f"person:{9:032x}"), "nothing is recorded about person:"),
        (("log", "LOG", "--corrections", "--as", f"person:{9:032x}"), "whom the log knows"),
    ],
)
def test_what_is_not_there_ends_with_2_and_a_sentence(
    asked: Path, run: Run, words: tuple[str, ...], said: str
) -> None:
    told = run(*(asked if word == "LOG" else word for word in words))

    assert (told.code, told.out) == (2, "")
    assert said in " ".join(told.err.split())


def test_of_what_came_later_it_is_not_said_that_nothing_is_recorded(asked: Path, run: Run) -> None:
    (person,) = run("log", asked, "--name", "person.registered", "--json").data

    now = run("history", asked, person["stream"])
    then = run("history", asked, person["stream"], "--as-known", person["position"] - 1)

    assert now.code == 0
    assert (then.code, then.out) == (2, "")
    said = f"nothing was recorded about {person['stream']} by then, up to position"
    assert said in " ".join(then.err.split())


def test_an_event_of_the_catalogue_that_did_not_happen_is_an_answer(asked: Path, run: Run) -> None:
    told = run("log", asked, "--name", "meeting-held")

    assert (told.code, told.out) == (0, "No events.\n")


def test_a_command_that_is_refused_ends_with_1_as_before(asked: Path, run: Run) -> None:
    told = run("record", asked, "enrol-participant", "person_id=Nobody", "role=mentee")

    assert told.code == 1
