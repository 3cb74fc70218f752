"""A recorded event as plain data: opened for who may see it, withheld from everybody else."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from projections.examples import CASES, TODAY, mentor
from projections.test_seeing import SECRETS, SEES, town
from projections.town import Town, mc

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORE_MODEL
from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import AUDITOR, COORDINATOR, Viewer
from mentorcore.projections.plain import plain

__all__ = ["town"]


def happened(event: type) -> Any:
    """A town in which the example of an event took place."""
    example = CASES[event]
    town: Any = Town(**example.settings)
    pair = town.pair()
    town.to(TODAY)
    town.subject = mentor(town, pair)
    for _ in example.happens(town, pair):
        pass
    return town


def told(events: Any, viewer: Viewer | None) -> str:
    """What a viewer reads in all of these events."""
    return json.dumps([plain(event, viewer=viewer) for event in events], ensure_ascii=False)


def secrets_in(text: str) -> set[str]:
    return {kind for kind, secret in SECRETS.items() if secret in text}


@pytest.mark.parametrize("event", CORE_MODEL.events, ids=lambda e: e.__name__)
def test_every_event_of_the_catalogue_is_json_for_every_viewer(event: type) -> None:
    town = happened(event)
    member = Viewer.member(next(iter(town.persons.values())))
    recorded = list(town.engine.events(names=[event_info(event).name]))

    info = event_info(event)
    for viewer in (None, COORDINATOR, AUDITOR, member):
        for found in recorded:
            read = json.loads(json.dumps(plain(found, viewer=viewer)))
            of_a_case = viewer is not None and info.case is not None
            hidden = of_a_case and (viewer is member or info.companion)
            assert read["position"] == found.position
            assert (read["name"] == found.name) is not hidden

    assert recorded
    assert told(recorded, None).replace(" ", "") != ""


@pytest.mark.parametrize("who", ["coordinator", "partner", "stranger", "auditor"])
def test_a_viewer_reads_in_the_events_what_the_views_show_them(town: Any, who: str) -> None:
    read = secrets_in(told(town.engine.events(), town.viewers[who]))

    assert read == SEES[who]


def test_an_author_reads_what_they_wrote_and_nobody_elses_name(town: Any) -> None:
    read = secrets_in(told(town.engine.events(), town.viewers["author"]))

    assert read == SEES["author"] - {"name"}  # the event that names Anna is about Anna


def test_without_a_viewer_nothing_personal_is_told(town: Any) -> None:
    told_to_nobody = told(town.engine.events(), None)

    assert secrets_in(told_to_nobody) == set()
    assert "give plain() a viewer" in told_to_nobody


def test_a_stranger_is_not_told_what_happened_between_others(town: Any) -> None:
    meeting = next(town.engine.events(names=["pairing.meeting-held"]))

    shown = plain(meeting, viewer=town.viewers["stranger"])

    assert shown["event"]["withheld"] == "program_metadata"
    assert shown["actor"]["withheld"] == "program_metadata"


def test_a_text_that_was_narrowed_is_withheld_in_its_first_recording_too(town: Any) -> None:
    note = next(
        n
        for n in town.engine.events(stream=town.pairing, names=["pairing.note-written"])
        if n.event.visibility == "growth_only"
    )
    before = plain(note, viewer=COORDINATOR)["event"]["body"]

    town.ask(
        mc.AmendRecord(
            stream=town.pairing, target=note.version, changes={"visibility": "pair_private"}
        )
    )

    assert before == "For growth"
    assert plain(note, viewer=COORDINATOR)["event"]["body"]["withheld"] == "pair_private"
    assert plain(note, viewer=town.viewers["partner"])["event"]["body"] == "For growth"


def test_an_amendment_shows_each_value_to_the_readers_of_the_field_that_it_corrects() -> None:
    town: Any = Town()
    pair = town.pair()
    town.to("2026-09-20")
    town.meet(pair, date(2026, 9, 1), topics=("seating",))
    held = next(town.engine.events(names=["pairing.meeting-held"]))
    town.ask(
        mc.AmendRecord(
            stream=pair,
            target=held.version,
            changes={"minutes": 50, "topics": ("homework",)},
            reason="misread the clock",
        )
    )
    (amended,) = town.engine.events(stream=pair, names=["record.amended"])

    open_to_all, hidden = (plain(amended, viewer=v)["event"] for v in (COORDINATOR, AUDITOR))

    assert open_to_all["personal_changes"] == {"topics": ["homework"]}
    assert open_to_all["reason"] == "misread the clock"
    assert hidden["public_changes"] == open_to_all["public_changes"] == [["minutes", 50]]
    assert hidden["personal_changes"]["topics"]["withheld"] == "free_text"
    assert hidden["reason"]["withheld"] == "free_text"


def test_an_answer_and_effective_records_are_told_like_events() -> None:
    town: Any = Town()
    answer = town.ask(mc.RegisterPerson(name="Zora"))
    (record,) = town.engine.effective(stream=answer.stream)

    shown = plain(answer, viewer=COORDINATOR)["events"][0]

    assert shown == plain(next(town.engine.events(stream=answer.stream)), viewer=COORDINATOR)
    assert shown["event"]["name"] == plain(record, viewer=COORDINATOR)["event"]["name"] == "Zora"


def test_a_copy_that_has_left_its_log_is_withheld_and_says_so() -> None:
    town: Any = Town()
    recorded = town.ask(mc.RegisterPerson(name="Zora")).events[0]

    for left in (copy.copy(recorded), pickle.loads(pickle.dumps(recorded))):
        assert left == recorded
        name = plain(left, viewer=COORDINATOR)["event"]["name"]
        assert (name["withheld"], "engine.events" in name["reason"]) == ("identity", True)


def test_who_recorded_a_mismatch_is_withheld_from_the_one_it_is_about(town: Any) -> None:
    mismatch = next(town.engine.events(names=["pairing.mismatch-reported"]))

    seen = {who: plain(mismatch, viewer=viewer) for who, viewer in town.viewers.items()}

    assert seen["partner"]["actor"]["withheld"] == "author"
    assert seen["partner"]["event"]["by"]["withheld"] == "by"
    assert seen["author"]["actor"]["kind"] == seen["coordinator"]["actor"]["kind"] == "person"


def test_a_bare_event_and_a_sealed_value_are_withheld(town: Any) -> None:
    recorded = next(town.engine.events(names=["person.registered"]))

    assert plain(recorded.event)["name"]["withheld"] == "identity"
    assert plain(recorded.event.name, viewer=COORDINATOR)["withheld"] == "identity"


def test_a_refusal_and_bytes_have_a_plain_form() -> None:
    refused = Refused("no place is free", "no_free_place", places=2, on=date(2026, 9, 1))

    told = plain({"why": refused, "root": b"\x01\xff", "file": Path("a/b")})

    assert told == {
        "why": {
            "code": "no_free_place",
            "reason": "no place is free",
            "facts": {"places": 2, "on": "2026-09-01"},
        },
        "root": "01ff",
        "file": str(Path("a/b")),
    }
