"""What accompanies an event stands in the clear for ever, so names and addresses are kept out."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from log.made_up import ANNA

from mentorcore.errors import Invalid
from mentorcore.log.recorded import Actor, Envelope, Provenance

ENGINE = Actor("status-report", "engine", "system")
HEX = "0199f3a1c0de7a10b1c2d3e4f5061728"


@pytest.mark.parametrize(
    ("actor_id", "kind"),
    [(ANNA, "person"), ("reminders", "system"), ("google-forms", "adapter"), (ANNA, "adapter")],
)
def test_people_stand_under_their_id_and_parts_under_a_fixed_word(actor_id: Any, kind: Any) -> None:
    assert Actor(actor_id, "coordinator", kind).id == actor_id


@pytest.mark.parametrize(
    ("actor_id", "role", "kind"),
    [
        ("anna@example.org", "coordinator", "person"),
        ("Anna Kern", "coordinator", "person"),
        ("anna", "coordinator", "person"),
        ("person:anna", "coordinator", "person"),
        (ANNA.upper(), "coordinator", "person"),
        (ANNA + "\n", "coordinator", "person"),
        (ANNA, "Coordinator", "person"),
        (ANNA, "", "person"),
        (ANNA, "coordinator of Ms Kern", "person"),
        (ANNA, "coordinator", "ghost"),
        ("Google Forms", "adapter", "adapter"),
        (5, "adapter", "adapter"),
        (None, "coordinator", "person"),
    ],
)
def test_an_actor_under_any_other_text_is_refused(actor_id: Any, role: str, kind: Any) -> None:
    with pytest.raises(Invalid, match="an actor is malformed") as refusal:
        Actor(actor_id, role, kind)

    assert "anna@example.org" not in str(refusal.value)
    assert "Kern" not in str(refusal.value)


@pytest.mark.parametrize(
    "trace",
    [
        f"command:{HEX}",
        f"pairing:{HEX}#12",
        f"import-batch:{HEX}",
        HEX,
        "0199f3a1-c0de-7a10-b1c2-d3e4f5061728",
        "4bf92f3577b34da6",
        None,
    ],
)
def test_traces_are_random_ids(trace: Any) -> None:
    assert Envelope(ENGINE, correlation=trace, causation=trace).correlation == trace


@pytest.mark.parametrize(
    "trace",
    [
        "",
        "anna@example.org",
        "Anna Kern",
        "command:anna",
        f"command:{HEX}#",
        f"command:{HEX}#x",
        f" command:{HEX}",
        f"{HEX}\n",
        "ticket 4711",
        "abc",
        5,
    ],
)
def test_any_other_trace_is_refused_without_repeating_it(trace: Any) -> None:
    for field in ("correlation", "causation"):
        if trace == "abc" and field == "causation":
            continue  # a command's name
        with pytest.raises(Invalid, match=f"{field}: .*in the clear for ever") as refusal:
            Envelope(ENGINE, **{field: trace})
        assert "anna@" not in str(refusal.value)


def test_a_commands_name_is_a_cause_and_no_correlation() -> None:
    assert Envelope(ENGINE, causation="hold-meeting").causation == "hold-meeting"
    with pytest.raises(Invalid, match="correlation"):
        Envelope(ENGINE, correlation="hold-meeting")


def test_one_acts_on_behalf_of_a_person_only() -> None:
    assert Envelope(ENGINE, on_behalf_of=ANNA).on_behalf_of == ANNA
    others: tuple[Any, ...] = ("anna@example.org", "reminders", "", 5)
    for other in others:
        with pytest.raises(Invalid, match="on_behalf_of"):
            Envelope(ENGINE, on_behalf_of=other)


def test_a_source_holds_ids_and_versions() -> None:
    found = Provenance("google-forms", "1.2.0rc1+local", f"batch:{HEX}", "1FAIpQLSe_x-Y", None)

    assert found.form == "1FAIpQLSe_x-Y"
    assert found.response is None


def test_a_source_says_when_it_was_sent_in_utc() -> None:
    sent = datetime(2026, 9, 13, 23, 0, tzinfo=UTC)

    assert Provenance(sent_at=sent).sent_at == sent
    with pytest.raises(Invalid, match="sent_at"):
        Provenance(sent_at=sent.astimezone(ZoneInfo("Europe/Zurich")))
    with pytest.raises(Invalid, match="sent_at"):
        Provenance(sent_at=sent.replace(tzinfo=None))


@pytest.mark.parametrize("text", ["", "Mentor log.csv", "anna@example.org", "x" * 129, 5, "é"])
def test_a_source_under_any_other_text_is_refused(text: Any) -> None:
    for field in ("adapter", "adapter_version", "batch", "form", "response"):
        with pytest.raises(Invalid, match=f"{field}: "):
            Provenance(**{field: text})


def test_all_problems_of_an_envelope_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        Envelope(ENGINE, on_behalf_of="Anna", correlation="Ben", causation="Anna and Ben")

    assert [p.path for p in refusal.value.problems] == ["on_behalf_of", "correlation", "causation"]


@pytest.mark.parametrize("asked_by", [ANNA, f"account:{HEX}", HEX, None])
def test_whoever_asked_the_host_stands_under_an_id(asked_by: Any) -> None:
    assert Envelope(ENGINE, asked_by=asked_by).asked_by == asked_by


@pytest.mark.parametrize(
    "asked_by", ["anna@example.org", "Anna Kern", "anna", f"person:{HEX}#2", 5]
)
def test_whoever_asked_the_host_under_any_other_text_is_refused(asked_by: Any) -> None:
    with pytest.raises(Invalid, match=r"asked_by: .*in the clear for ever") as refusal:
        Envelope(ENGINE, asked_by=asked_by)

    assert "nna" not in str(refusal.value)


@pytest.mark.parametrize(
    "more",
    [{"on_behalf_of": ANNA}, {"causation": "vote"}, {"source": Provenance()}, {"asked_by": HEX}],
)
def test_an_envelope_without_an_actor_says_nothing_else_either(more: Any) -> None:
    assert Envelope(None).actor is None
    with pytest.raises(Invalid, match="actor: it is missing"):
        Envelope(None, **more)
