"""What auditors ask on the command line: lists of corrections, of what is late, of traces, copies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from cli.asking import Run

import mentorcore

mc: Any = mentorcore
US = mc.Actor(id="command-line", role="coordinator", kind="system")
SEE = mc.Viewer.coordinator()
LOGIN = f"login:{7:032x}"


@attrs.define
class Pair:
    """A log with one pair who met twice; somebody corrected the first time."""

    log: Path
    pairing: str
    person: str
    note: Path


@pytest.fixture
def pair(tmp_path: Path, run: Run) -> Pair:
    log = tmp_path / "log.db"
    day = datetime.now(UTC).date() - timedelta(days=200)
    text = mc.BLUEPRINT_TEMPLATE.replace("2026-", f"{day.year}-").replace(
        "2027-", f"{day.year + 1}-"
    )
    with mc.open(log) as engine:

        def do(command: Any, **more: Any) -> Any:
            return engine.handle(command, **{"actor": US, **more}).events[0]

        engine.batch(mc.read_blueprint(text, "bp").commands(engine.new_id), actor=US)
        cohort = engine.status(viewer=SEE).cohorts[0]
        members = []
        for name, role in (("Anna Berg", "mentor"), ("Ben Ode", "mentee")):
            person = do(mc.RegisterPerson(name=name)).stream
            enrolled = do(
                mc.EnrolParticipant(
                    person_id=person,
                    program_id=engine.programs()[0].program,
                    cohort_id=cohort.cohort,
                    role=role,
                    since=cohort.starts_on,
                )
            )
            members.append(mc.Member(participant=enrolled.stream, role=role))
        pairing = do(
            mc.FormPairing(
                program_id=engine.programs()[0].program,
                cohort_id=cohort.cohort,
                members=tuple(members),
                on=cohort.starts_on,
            )
        ).stream
        held = [
            do(mc.HoldMeeting(pairing_id=pairing, held_on=on, minutes=30)).version
            for on in (cohort.starts_on, cohort.starts_on + timedelta(days=1))
        ]
    run("checkpoint", log, "--init-key", "m.example/log1")
    note = tmp_path / "january.txt"
    note.write_bytes(run("checkpoint", log, "--json").data["note"].encode())
    with mc.open(log) as engine:
        engine.handle(
            mc.AmendRecord(
                stream=pairing,
                target=held[0],
                changes={"minutes": 60},
                reason="misread",
                authority="head-office",
            ),
            actor=mc.Actor(person, "coordinator", "person"),
            asked_by=LOGIN,
        )
    return Pair(log, pairing, person, note)


def flowing(text: str) -> str:
    return " ".join(text.split())


def test_a_correction_is_listed_from_what_to_what_with_grounds_and_author(
    pair: Pair, run: Run
) -> None:
    said = run("log", pair.log, "--corrections")
    data = run("log", pair.log, "--corrections", "--json").data

    assert said.code == 0
    assert (
        "minutes 30 → 60; because: misread; on the authority of head-office; by Ben Ode as "
        "coordinator, asked by login:…00000007" in flowing(said.out)
    )
    assert said.out.endswith("1 correction.\n")
    assert [row["correction"]["authority"] for row in data] == ["head-office"]
    assert data[0]["correction"]["asked_by"] == LOGIN


@pytest.mark.parametrize(
    ("words", "many"),
    [
        ((), 1),
        (("--since-audit", "NOTE"), 1),
        (("--known-to", "NOTE"), 0),
        (("--known-from", "2000-01-01", "--known-to", "2000-02-01"), 0),
        (("--name", "meeting-held"), 1),
        (("--name", "record.amended"), 1),
        (("--name", "record.retracted"), 0),
        (("--stream", "PAIRING"), 1),
        (("--limit", "0"), 0),
        (("--as", "auditor"), 1),
    ],
)
def test_corrections_of_a_period_a_stream_or_a_kind_are_asked_for(
    pair: Pair, run: Run, words: tuple[str, ...], many: int
) -> None:
    typed = [{"NOTE": pair.note, "PAIRING": pair.pairing}.get(word, word) for word in words]

    said = run("log", pair.log, "--corrections", *typed, "--json")

    assert (said.code, len(said.data)) == (0, many)


@pytest.mark.parametrize("words", [("--corrections",), ("--late", "0"), ()])
def test_a_period_of_days_holds_its_first_day_and_its_last(
    pair: Pair, run: Run, words: tuple[str, ...]
) -> None:
    today, tomorrow = (datetime.now(UTC).date() + timedelta(days=n) for n in (0, 1))
    whole = run("log", pair.log, *words, "--json").data

    for first in (today, today - timedelta(days=1)):
        assert run("log", pair.log, *words, "--known-from", first, "--json").data == whole != []
    until_now = run("log", pair.log, *words, "--known-from", today, "--known-to", today, "--json")
    assert until_now.data == whole
    assert run("log", pair.log, *words, "--known-from", tomorrow).code == 2


def test_without_corrections_it_is_said(pair: Pair, run: Run) -> None:
    said = run("log", pair.log, "--corrections", "--known-to", pair.note)

    assert (said.code, said.out) == (0, "No corrections.\n")


def test_an_auditor_is_shown_no_reason_and_all_figures(pair: Pair, run: Run) -> None:
    said = flowing(run("log", pair.log, "--corrections", "--as", "auditor").out)

    assert "misread" not in said
    assert "Anna" not in said
    assert "minutes 30 → 60" in said


def test_what_was_told_late_is_listed_with_the_days(pair: Pair, run: Run) -> None:
    said = run("log", pair.log, "--late", "30", "--name", "meeting-held")
    data = run("log", pair.log, "--late", "--name", "meeting-held", "--json").data
    none = run("log", pair.log, "--late", "9999")

    assert "Anna Berg & Ben Ode; by command-line as coordinator" in flowing(said.out)
    assert "2 records were told more than 30 days after it was true." in said.out
    told = datetime.now(UTC).date()
    days = [(told - date.fromisoformat(row["on"])).days for row in data]
    assert all(abs(row["days"] - d) <= 1 for row, d in zip(data, days, strict=True))
    assert none.out == "None more than 9,999 days after.\n"


def test_everything_about_a_person_is_one_list(pair: Pair, run: Run) -> None:
    by_name = run("log", pair.log, "--about", "Ben Ode", "--json").data
    by_id = run("log", pair.log, "--about", pair.person, "--json").data
    said = run("log", pair.log, "--about", "Ben Ode")

    assert by_name == by_id
    assert {"person.registered", "pairing.meeting-held", "record.amended"} <= {
        row["name"] for row in by_id
    }
    assert f"{len(by_id)} events." in said.out
    assert not any(row["stream"] == "person:" for row in by_id)


def test_who_was_handed_a_copy_is_listed(pair: Pair, run: Run, tmp_path: Path) -> None:
    none = run("log", pair.log, "--copies")
    run("export", pair.log, tmp_path / "a.zip", "--for", "state-auditor", "--withhold", "pairing.*")

    said = run("log", pair.log, "--copies")
    data = run("log", pair.log, "--copies", "--json").data

    assert none.out == "No copy was handed out by an export.\n"
    assert "state-auditor" in said.out
    assert "as zip, without the states of pairing." in flowing(said.out)
    assert [e["fields"]["recipient"] for e in data["exports"]] == ["state-auditor"]


def test_what_no_held_note_covers_is_listed_and_counted(
    pair: Pair, run: Run, tmp_path: Path
) -> None:
    later = tmp_path / "june.txt"
    later.write_bytes(run("checkpoint", pair.log, "--json").data["note"].encode())
    behind = len(run("log", pair.log, "--since-audit", pair.note, "--json").data)

    one = run("log", pair.log, "--not-covered-by", pair.note)
    both = run("log", pair.log, "--not-covered-by", pair.note, later)

    assert (one.code, behind) == (0, 1)
    assert "1 event, from position" in one.out
    assert "behind the note that you hold" in flowing(one.out)
    assert "Every event is covered by the 2 notes that you hold" in flowing(both.out)


def test_of_some_events_alone_it_is_not_said_that_every_event_is_covered(
    pair: Pair, run: Run
) -> None:
    covered = "--not-covered-by", pair.note

    none = flowing(run("log", pair.log, *covered, "--name", "meeting-held").out)
    one = flowing(run("log", pair.log, *covered, "--name", "record.amended").out)

    assert "None of the events asked for stands behind the note" in none
    assert "Every event" not in none
    assert "1 event, of those asked for, from position" in one


@pytest.mark.parametrize("option", ["--since-audit", "--not-covered-by"])
def test_a_checkpoint_is_taken_out_of_the_mail_that_it_came_in(
    pair: Pair, run: Run, tmp_path: Path, option: str
) -> None:
    mail = tmp_path / "mail.txt"
    mail.write_bytes(b"Dear auditor,\r\n\r\n" + pair.note.read_bytes() + b"\nKind regards\n")

    assert run("log", pair.log, option, mail).out == run("log", pair.log, option, pair.note).out


def test_traces_of_one_stream_alone_are_asked_for(pair: Pair, run: Run) -> None:
    about = "log", pair.log, "--about", "Ben Ode", "--json"

    of_the_pairing = run(*about, "--stream", pair.pairing).data

    every = run(*about).data
    assert of_the_pairing == [told for told in every if told["stream"] == pair.pairing]
    assert 0 < len(of_the_pairing) < len(every)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since-audit", "nowhere.txt"), "nowhere.txt"),
        (("--not-covered-by", "nowhere.txt"), "nowhere.txt"),
        (("--since-audit", "NO-NOTE"), "holds no checkpoint"),
        (("--not-covered-by", "NO-NOTE"), "holds no checkpoint"),
        (("--late", "--limit", "1"), "told whole"),
        (("--corrections", "--limit", "1"), "told whole"),
        (("--not-covered-by", "NO-NOTE", "--limit", "1"), "told whole"),
        (("--copies", "--stream", "pairing:1"), "all copies"),
        (("--copies", "--name", "meeting-held"), "all copies"),
        (("--late", "-1"), "so many days late"),
        (("--about", "Ben Odd"), "perhaps 'Ben Ode' is meant"),
        (("--corrections", "--late"), "not allowed with"),
        (("--as", "auditor"), "--as says for whom a list is shown"),
        (("--corrections", "--known-from", "99999999"), "beyond the end"),
        (("--corrections", "--name", "meeting-hold"), "perhaps pairing.meeting-held"),
        (("--late", "--name", "no.such"), "no event is called"),
        (("--late", "--name", "person.registered"), "has no day on which it is true"),
        (("--late", "--name", "record.amended"), "has no day on which it is true"),
        (("--known-from", "9", "--known-to", "6"), "nothing lies behind position"),
        (("--corrections", "--after", "9", "--known-to", "6"), "nothing lies behind position"),
        (("--since-audit", "NOTE", "--known-to", "6"), "nothing lies behind position"),
        (("--not-covered-by", "NOTE", "NO-NOTE"), "holds no checkpoint"),
        (
            ("--corrections", "--known-from", "2001-02-01", "--known-to", "2001-01-31"),
            "nothing lies between",
        ),
        (("--known-from", "2001-02-01", "--known-to", "2001-01-31"), "nothing lies between"),
        (("--known-from", "janaury.txt"), "or the file of a checkpoint, not 'janaury.txt'"),
        (("--known-from", "2026-02-30"), "a day such as"),
    ],
)
def test_a_list_of_what_is_not_there_is_an_error(
    pair: Pair, run: Run, words: tuple[str, ...], said: str
) -> None:
    no_note = pair.log.with_name("no-note.txt")
    no_note.write_text("no checkpoint\n", "utf-8")
    places = {"NO-NOTE": no_note, "NOTE": pair.note}

    told = run("log", pair.log, *(places.get(word, word) for word in words))

    assert (told.code, said in flowing(told.err)) == (2, True), told.err


def test_behind_a_position_stands_what_stands_behind_it_also_amid_an_append(
    pair: Pair, run: Run
) -> None:
    every = run("log", pair.log, "--json").data

    for position in range(len(every) + 1):
        behind = run("log", pair.log, "--after", position, "--json").data
        assert [e["position"] for e in behind] == list(range(position + 1, len(every) + 1))


@pytest.mark.parametrize(
    "asked", [("--about", "Ben Ode"), ("--late",), ("--corrections",), ("--copies",)]
)
def test_every_list_is_cut_where_it_is_asked_to_be(
    pair: Pair, run: Run, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    run("export", pair.log, tmp_path / "a.zip", "--for", "state-auditor")

    def positions(*more: Any) -> list[int]:
        data = run("log", pair.log, *asked, *more, "--json").data
        rows = data["exports"] if isinstance(data, dict) else data
        places = (row.get("correction", row) for row in rows)
        return [(p.get("record") or p.get("evidence") or p)["position"] for p in places]

    every = positions()

    assert positions("--limit", "1") == every[:1] != []
    assert positions("--after", every[0]) == [p for p in every if p > every[0]]
    if asked[0] == "--about":
        stream = run("log", pair.log, "--stream", pair.pairing, "--json").data
        assert positions("--stream", pair.pairing) == [e["position"] for e in stream]


def test_whoever_bears_the_name_and_takes_no_part_makes_it_unclear_whom_all_is_about(
    pair: Pair, run: Run
) -> None:
    run("record", pair.log, "register-person", "name=Ben Ode")
    told = run("log", pair.log, "--about", "Ben Ode")
    as_mentee = run("log", pair.log, "--about", "Ben Ode (mentee)")
    [one, other] = run("log", pair.log, "--name", "person.registered", "--json").data[-2:]
    run(
        "record",
        pair.log,
        "merge-persons",
        f"survivor={one['stream']}",
        f"absorbed={other['stream']}",
    )
    merged = run("log", pair.log, "--about", "Ben Ode", "--json").data

    assert (told.code, "may be 2 of them" in told.err) == (1, True)
    assert as_mentee.code == 0
    assert {one["position"], other["position"]} <= {row["position"] for row in merged}


def test_what_was_in_force_is_told_in_words_with_from_and_to(pair: Pair, run: Run) -> None:
    since = datetime.now(UTC).date() + timedelta(days=3)
    with mc.open(pair.log) as engine:
        program = engine.programs()[0].program
        now = next(iter(engine.events(names=["program.designed"]))).event.settings
        engine.handle(
            mc.ReviseProgram(
                program_id=program,
                effective_from=since,
                settings=attrs.evolve(now, meeting_limit=77),
                reason="shorter days",
            ),
            actor=US,
        )
        name = engine.programs()[0].name

    every = run("history", pair.log, "--program", name)
    today = run("history", pair.log, "--as-of", date.today().isoformat())  # noqa: DTZ011
    then = run("history", pair.log, "--as-of", since.isoformat())
    unknown = run("history", pair.log, "--program", "Nowhere")

    limit = "Longest meeting in minutes:"
    assert f"{since} - {limit} 77. (because: shorter days" in flowing(every.out)
    assert f"beginning {since} {limit} 480." in flowing(every.out)
    assert (f"{limit} 480." in flowing(today.out), f"{limit} 77." in flowing(today.out)) == (1, 0)
    assert f"{limit} 77." in flowing(then.out)
    assert unknown.code == 2
