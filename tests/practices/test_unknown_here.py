"""A log is opened where a practice is not installed: what it recorded is kept, proven, and unknown."""

import threading
from pathlib import Path
from typing import Any

import attrs
import pytest
from audit.made_logs import Auditor
from engine.world import COORDINATOR, World, engine, mc
from practices.conftest import Visited
from practices.stranger import VISITS
from practices.stranger.events import MakeVisit
from practices.test_recording import HELD

import mentorcore
from mentorcore.audit.bundle.loading import load
from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.audit.sequencing.receipt import verify_receipt
from mentorcore.audit.verification.verdicts import VerificationPolicy
from mentorcore.audit.verification.verification import verify_log
from mentorcore.domain import responses
from mentorcore.errors import Invalid, Refused, UnknownEvent
from mentorcore.log.recorded import UnknownHere
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.storage.store import Draft
from mentorcore.practices.registry import Practices

any_: Any = responses
SEES = mc.Viewer.coordinator()
INSTALL = "the practice 'visits', which is not here; install acme-visits"


def refused_by(work: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value


def test_its_events_are_read_with_place_time_and_actor(visited: Visited) -> None:
    visit = visited.visit(held_at=HELD)

    known = list(visited.here.events(stream=visit))
    told = list(visited.away.events(stream=visit))

    assert [r.event for r in told] == [UnknownHere("acme-visit.made")]
    assert [r.name for r in told] == ["acme-visit.made"]
    assert [attrs.evolve(r, event=None) for r in told] == [
        attrs.evolve(r, event=None) for r in known
    ]
    assert told[0].actor == COORDINATOR


def test_a_correction_of_it_is_as_unknown(visited: Visited) -> None:
    visit = visited.visit()
    visited.world.ask(mc.RetractRecord(stream=visit, target=1, cause="entered_in_error"))

    told = [r.event for r in visited.away.events(stream=visit)]

    assert told == [UnknownHere("acme-visit.made"), UnknownHere("record.retracted")]


def test_following_the_log_goes_on_past_it(visited: Visited) -> None:
    visited.visit()
    visited.world.ask(mc.RegisterPerson(name="Cleo"))
    stop = threading.Event()
    seen = []

    for recorded in visited.away.follow(visited.away.position - 2, stop=stop):
        seen.append(recorded.name)
        if len(seen) == 2:
            stop.set()

    assert seen == ["acme-visit.made", "person.registered"]


def test_the_core_tells_what_it_told(visited: Visited) -> None:
    program = visited.world.program
    before = visited.away.status(program, viewer=SEES)
    needs = visited.away.attention(program, viewer=SEES)

    visited.visit()

    after = visited.away.status(program, viewer=SEES)
    assert after.unknown == ("acme-visit",)
    assert attrs.evolve(after, unknown=(), position=0) == attrs.evolve(before, position=0)
    assert visited.away.attention(program, viewer=SEES).needs == needs.needs
    assert visited.away.history(visited.pairing, viewer=SEES).entries


def test_the_core_explains_and_compares_as_it_did_and_says_what_it_cannot_tell(
    visited: Visited,
) -> None:
    program, pairing = visited.world.program, visited.pairing
    visited.world.ask(mc.HoldMeeting(pairing_id=pairing, held_at=HELD, minutes=45))
    before = visited.away.explain(pairing, "minutes", viewer=SEES)
    entries = visited.away.history(program, viewer=SEES).entries
    since = mc.Moment(as_known=visited.away.position)

    visited.visit()

    after = visited.away.explain(pairing, "minutes", viewer=SEES)
    told = visited.away.history(program, viewer=SEES)
    assert attrs.evolve(after, position=0) == attrs.evolve(before, position=0)
    assert (told.entries, told.unknown) == (entries, ("acme-visit",))
    assert visited.away.attention(program, viewer=SEES).unknown == ("acme-visit",)
    assert visited.away.diff(since, viewer=SEES).rows == ()


def test_what_the_log_knew_before_it_names_no_kind_that_came_later(visited: Visited) -> None:
    before = visited.away.position
    visited.visit()

    then = visited.away.status(visited.world.program, viewer=SEES, as_known=before)

    assert then.unknown == ()


def test_its_events_are_covered_and_proven_without_it(visited: Visited, tmp_path: Path) -> None:
    visit = visited.visit()
    key = create_signing_key(tmp_path / "signing-key", "mentoring.example.edu/log1")
    signing = sign_with(tmp_path / "signing-key", background=False)
    away = visited.shared.open(signing=signing)

    away.checkpoint()

    verify_receipt(away.receipt(f"{visit}#1").text, [key])


def test_who_is_erased_is_erased_there_too(visited: Visited) -> None:
    visit = visited.visit()
    person, keys = visited.world.persons[visited.mentee], visited.shared.keys
    if isinstance(keys, MemoryKeys):
        keys.erase(person)
    else:
        keys.erase(person, "2026-11-23T20:00:00Z")  # type: ignore[attr-defined]  # a key file
    away, again = visited.shared.open(), visited.shared.open(VISITS)

    told = away.status(visited.world.program, viewer=SEES)

    (who,) = [p.who.name for p in told.participants if p.participant == visited.mentee]
    assert isinstance(who, mc.Erased)
    assert again.view("visits.list", visited.world.program, viewer=SEES).row(visit) is not None


def test_who_was_visited_has_no_time_for_a_meeting(visited: Visited) -> None:
    visited.visit(held_at=HELD)
    meeting = mc.HoldMeeting(pairing_id=visited.pairing, held_at=HELD, minutes=45)

    refused = refused_by(lambda: visited.away.handle(meeting, actor=COORDINATOR))

    assert refused.code == "overlaps"


def test_what_needs_its_rules_is_refused_and_names_the_distribution(visited: Visited) -> None:
    visit, away = visited.visit(), visited.away
    retract = mc.RetractRecord(stream=visit, target=1, cause="entered_in_error")
    amend = mc.AmendRecord(stream=visit, target=1, changes={"minutes": 20})
    make = MakeVisit(pairing_id=visited.pairing, visited=visited.mentee, on=HELD.date(), minutes=5)

    refusals = [
        refused_by(lambda: away.handle(retract, actor=COORDINATOR)),
        refused_by(lambda: away.handle(amend, actor=COORDINATOR)),
        refused_by(lambda: away.handle(make, actor=COORDINATOR)),
        refused_by(lambda: away.command("make-visit", {})),
        refused_by(lambda: away.view("visits.list", viewer=SEES)),
        refused_by(lambda: away.history(visit, viewer=SEES)),
        refused_by(lambda: away.effective(stream=visit)),
        refused_by(lambda: away.effective(names=["acme-visit.made"])),
    ]

    assert {r.code for r in refusals} == {"practice_missing"}
    assert [str(r) for r in refusals] == [
        f"streams of the kind 'acme-visit' belong to {INSTALL}"
    ] * len(refusals)
    assert refusals[0].facts["distribution"] == "acme-visits"


def test_the_records_that_stand_are_told_without_it(visited: Visited) -> None:
    visited.visit()

    away = list(visited.away.effective())

    here = [r for r in visited.here.effective() if r.stream.partition(":")[0] != "acme-visit"]
    assert away == here


def test_a_kind_that_nobody_noted_is_missing_without_a_name(visited: Visited) -> None:
    retract = mc.RetractRecord(stream=f"acme-other:{1:032x}", target=1, cause="entered_in_error")

    refused = refused_by(lambda: visited.away.handle(retract, actor=COORDINATOR))

    assert refused.code == "practice_missing"
    assert str(refused) == (
        "streams of the kind 'acme-other' belong to a practice that is not here; "
        "install the package that brings it"
    )


def test_an_unknown_word_is_no_command(visited: Visited) -> None:
    with pytest.raises(Invalid, match="'visit-twice' is unknown"):
        visited.away.command("visit-twice", {})


def test_a_companion_is_corrected_with_its_principal_only(visited: Visited) -> None:
    visited.visit(held_at=HELD)
    person = visited.world.persons[visited.mentee]
    companion = next(
        r for r in visited.away.events(stream=person) if r.name == "person.meeting-attended"
    )
    retract = mc.RetractRecord(stream=person, target=companion.version, cause="entered_in_error")

    refused = refused_by(lambda: visited.away.handle(retract, actor=COORDINATOR))

    assert refused.code == "companion"


def test_the_practices_of_a_log_are_listed(visited: Visited) -> None:
    visited.follow_up(visited.visit())

    (here,) = visited.here.practices()
    (away,) = visited.away.practices()

    assert (here.name, here.here, here.origin, here.events) == (
        "visits", True, "acme-visits 1.0", 2,
    )  # fmt: skip
    assert (away.name, away.here, away.kinds, away.events, away.distribution) == (
        "visits", False, ("acme-visit",), 2, "acme-visits",
    )  # fmt: skip


def test_a_practice_is_noted_once(visited: Visited) -> None:
    visited.visit()
    before = visited.shared.store.entries("practice")
    again = visited.shared.open(VISITS)

    again.handle(
        MakeVisit(pairing_id=visited.pairing, visited=visited.mentee, on=HELD.date(), minutes=5),
        actor=COORDINATOR,
    )

    assert visited.shared.store.entries("practice") == before
    assert len(before) == 1


def test_an_unknown_name_on_a_known_kind_stops_as_ever(visited: Visited) -> None:
    (row,) = visited.shared.store.stream(visited.world.program)[:1]
    head, _, tail = row.state.partition(row.state[row.state.index(b'"at":"') + 6 :][:27])
    visited.shared.store.append(
        [Draft(visited.world.program, 99, "program.shut", head, tail)],
        (),
        lambda: HELD,
    )

    with pytest.raises(UnknownEvent, match=r"program\.shut"):
        list(visited.away.events(stream=visited.world.program))


def test_an_export_says_which_events_have_no_schema(visited: Visited, tmp_path: Path) -> None:
    visited.visit()

    visited.away.export(tmp_path / "away", recipient="state-auditor", actor=COORDINATOR)
    visited.here.export(tmp_path / "here", recipient="state-auditor", actor=COORDINATOR)

    assert (
        b'"without_schema": [\n  "acme-visit.made"\n ]'
        in (tmp_path / "away" / "manifest.json").read_bytes()
    )
    assert b"without_schema" not in (tmp_path / "here" / "manifest.json").read_bytes()
    assert (tmp_path / "here" / "schema" / "acme-visit.made.1.json").is_file()


def test_both_verifiers_and_loading_go_by_bytes(visited: Visited, tmp_path: Path) -> None:
    visit = visited.visit()
    visited.away.export(tmp_path / "bundle", recipient="state-auditor", actor=COORDINATOR)

    load(tmp_path / "bundle", tmp_path / "copy.db")

    report = Auditor(tmp_path).verify(tmp_path / "bundle", vkey=None)
    assert (
        report["verdict"]
        == verify_log(tmp_path / "bundle", VerificationPolicy()).verdict
        == "unanchored"
    )
    with mc.open(tmp_path / "copy.db", keys=MemoryKeys(), practices=[VISITS]) as copied:
        assert [r.name for r in copied.events(stream=visit)] == ["acme-visit.made"]


def test_what_is_unknown_is_said_with_who_brings_it(tmp_path: Path) -> None:
    with mentorcore.open(tmp_path / "program.db", practices=[VISITS]) as opened:
        visits(opened)

    away = mentorcore.compat(tmp_path / "program.db")
    here = mentorcore.compat(tmp_path / "program.db", Practices.of([VISITS]))

    assert here.reads_all
    (problem,) = away.problems
    assert (problem.name, problem.count) == ("acme-visit.made", 1)
    assert problem.what == (
        "Streams of the kind 'acme-visit' belong to the practice 'visits', which is not here."
    )
    assert problem.remedy == (
        "Install the package that brings it. Until then they are kept and proven, and nothing is "
        "told of them."
    )


def visits(opened: Any) -> None:
    world = World(opened)
    mentee = world.mentee()
    pairing = world.pair(mentee=mentee)
    made = world.do(MakeVisit(pairing_id=pairing, visited=mentee, on=HELD.date(), minutes=5))
    world.ask(mc.RetractRecord(stream=made, target=1, cause="entered_in_error"))


def test_everything_is_there_again_with_the_practice(visited: Visited) -> None:
    visit = visited.visit()
    visited.away.handle(mc.RegisterPerson(name="Cleo"), actor=COORDINATOR)
    visited.away.status(visited.world.program, viewer=SEES)

    again = visited.shared.open(VISITS)

    told = again.view("visits.list", visited.world.program, viewer=SEES)
    assert [row.visit for row in told.rows] == [visit]
    assert again.status(visited.world.program, viewer=SEES).unknown == ()


def test_an_import_is_reversed_around_it(visited: Visited) -> None:
    """A record that an import had led to, and whose rules are gone, is left and listed."""
    batch = visited.world.do(
        any_.StartImport(form="visits", adapter="csv", adapter_version="1", mapping_digest="0" * 64)
    )
    source = mc.Source(batch=batch)
    visited.here.handle(
        MakeVisit(pairing_id=visited.pairing, visited=visited.mentee, on=HELD.date(), minutes=5),
        actor=COORDINATOR,
        source=source,
    )
    visited.world.ask(any_.CompleteImport(batch_id=batch, counts=any_.Counts()))

    done = visited.away.handle(any_.ReverseImport(batch_id=batch), actor=COORDINATOR)

    (left,) = done.events[-1].event.left
    assert left.why == "practice_missing"


def test_an_engine_without_practices_opens_a_log_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "program.db"
    with mentorcore.open(path, practices=[VISITS]) as opened:
        assert opened.practices()[-1].origin == "given"

    with engine(str(path)) as opened:
        assert {line.origin for line in opened.practices() if line.here} == {"built in"}
