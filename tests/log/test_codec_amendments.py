"""An amendment's changes are stored, checked and sealed as fields of the record it corrects."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from log.made_up import ANNA, BEN, ENVELOPE, LOG, SAMPLES, STREAM, Mark, Remark, keys, row

from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.declarations import event, personal
from mentorcore.domain.effective import changes_of
from mentorcore.domain.values import Code, PersonId, Sealed, Text
from mentorcore.domain.visibility import WORK
from mentorcore.errors import Invalid, MalformedEvent, NewerEvent
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.upcasts import Lift

CODEC = Codec(SAMPLES)


@pytest.fixture
def sealing() -> Sealing:
    return Sealing(LOG, keys())


def amendment(**changes: Any) -> RecordAmended:
    told: dict[str, Any] = {
        "target": 3,
        "target_name": Code("sample.meeting-held"),
        "target_version": 1,
        "subjects": (ANNA, BEN),
        "public_changes": (("minutes", 30),),
    }
    return RecordAmended(**told | changes)


def test_changes_in_the_clear_come_back_in_the_types_of_their_target(sealing: Sealing) -> None:
    earlier = datetime(2026, 11, 20, 13, tzinfo=timezone(timedelta(hours=1)))
    changes = (
        ("held_at", earlier),
        ("first", Mark(scale=Code("use"), points=2)),
        ("days", (None,)),
    )

    draft, as_read = CODEC.draft(
        STREAM, 4, amendment(public_changes=changes), ENVELOPE, sealing.seal
    )

    assert b'"public_changes":{"held_at":"2026-11-20T12:00:00Z","first":{' in draft.tail
    assert dict(as_read.public_changes) == dict(changes)
    assert as_read.public_changes[0][1].tzinfo is UTC
    assert CODEC.reader(draft.name)(row(draft)).event == as_read
    assert CODEC.taken_apart(row(draft)).event == as_read


def test_personal_changes_are_one_sealed_object(sealing: Sealing) -> None:
    told = amendment(
        personal_names=(Code("comment"), Code("remarks")),
        personal_changes=(
            ("comment", "on time after all"),
            ("remarks", (Remark(by=BEN, words="Anna asks well"),)),
        ),
    )

    draft, as_read = CODEC.draft(STREAM, 4, told, ENVELOPE, sealing.seal)
    sealed = as_read.personal_changes

    assert isinstance(sealed, Sealed)
    assert sealed.subjects == (ANNA, BEN)
    assert sealing.open(attrs.evolve(sealed, part="comment")) == "on time after all"
    assert sealing.open(sealed)["remarks"] == [{"by": BEN, "words": "Anna asks well"}]
    assert b"on time" not in draft.tail
    assert CODEC.taken_apart(row(draft)).event == CODEC.recorded(row(draft)).event == as_read


@pytest.mark.parametrize("nothing", [None, ()])
def test_without_personal_changes_nothing_is_sealed(sealing: Sealing, nothing: Any) -> None:
    draft, as_read = CODEC.draft(
        STREAM, 4, amendment(personal_changes=nothing), ENVELOPE, sealing.seal
    )

    assert as_read.personal_changes is None
    assert CODEC.recorded(row(draft)).event == as_read


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"public_changes": (("comment", "in the clear!"),)}, "no public field"),
        ({"public_changes": (("minutes", "30"),)}, "'30' does not fit"),
        ({"public_changes": (("length", 30),)}, "no such field"),
        ({"public_changes": (("minutes", 30), ("minutes", 31))}, "twice"),
        (
            {"personal_changes": (("minutes", 5),), "personal_names": (Code("minutes"),)},
            "no personal field",
        ),
        (
            {"personal_changes": (("comment", 5),), "personal_names": (Code("comment"),)},
            "does not fit",
        ),
        ({"personal_changes": (("comment", "x"),)}, "personal_names"),
    ],
)
def test_changes_that_do_not_fit_their_target_are_not_written(
    sealing: Sealing, changes: Any, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        CODEC.draft(STREAM, 4, amendment(**changes), ENVELOPE, sealing.seal)


def test_a_change_that_is_sealed_already_is_not_written(sealing: Sealing) -> None:
    old = Sealed("AQ==", STREAM, 3, "comment", "free_text", (ANNA, BEN))
    told = amendment(personal_names=(Code("comment"),), personal_changes=(("comment", old),))

    with pytest.raises(TypeError, match="comment are sealed already"):
        CODEC.draft(STREAM, 4, told, ENVELOPE, sealing.seal)


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": "30"},
        {"comment": "in the clear"},
        {"length": 30},
        {"held_at": "2026-11-20T12:00:00+00:00"},
        {"first": {"scale": "use", "points": 2}},
        {"first": {"scale": "use", "points": 2, "given_at": None, "more": 1}},
        {"pair": ["two words", 2]},
        [["minutes", 30]],
        None,
    ],
    ids=str,
)
def test_stored_changes_that_do_not_fit_their_target_are_refused(
    sealing: Sealing, changes: Any
) -> None:
    draft, _ = CODEC.draft(STREAM, 4, amendment(), ENVELOPE, sealing.seal)
    stored = row(draft)._replace(
        state=row(draft).state.replace(b'{"minutes":30}', json.dumps(changes).encode())
    )

    with pytest.raises(MalformedEvent):
        CODEC.recorded(stored)
    with pytest.raises(Exception):  # noqa: B017 - of any kind, it is explained afterwards
        CODEC.reader(stored.name)(stored)


@pytest.mark.parametrize("name", ["sample.unheard-of", "record.amended"])
def test_an_amendment_of_what_cannot_be_amended_is_refused(sealing: Sealing, name: str) -> None:
    draft, _ = CODEC.draft(STREAM, 4, amendment(), ENVELOPE, sealing.seal)
    stored = row(draft)._replace(
        state=row(draft).state.replace(b"sample.meeting-held", name.encode())
    )

    with pytest.raises(MalformedEvent, match=r"unknown name|not amended"):
        CODEC.recorded(stored)
    with pytest.raises(ValueError, match=r"unknown name|not amended"):
        CODEC.draft(STREAM, 4, amendment(target_name=Code(name)), ENVELOPE, sealing.seal)


# ------------------------------------------------------- amended fields of an older version


@event("sample.meeting-held", version=3, occurred="held_at")
class HeldToday:
    """The meeting of the samples, two versions later."""

    held_at: datetime | None
    seconds: int
    subjects: tuple[PersonId, ...]
    first: Mark | None = None
    said: Text | None = personal("free_text", default=None, readers=WORK)


TODAY = {**SAMPLES, Code("sample.meeting-held"): HeldToday}
LIFTS = {
    ("sample.meeting-held", 1): {
        "minutes": Lift("seconds", lambda minutes: minutes * 60),
        "comment": Lift("told"),
        "open": Lift(None),
    },
    ("sample.meeting-held", 2): {"told": Lift("said"), "remarks": Lift(None)},
}
LATER = Codec(TODAY, lifts=LIFTS)


def test_an_amendment_says_in_which_version_its_fields_are_told(sealing: Sealing) -> None:
    draft, as_read = CODEC.draft(STREAM, 4, amendment(), ENVELOPE, sealing.seal)

    assert b'"target_version":1,' in draft.tail
    assert as_read.target_version == 1


def test_amended_fields_of_an_older_version_become_those_of_today(sealing: Sealing) -> None:
    mark = Mark(scale=Code("use"), points=2)
    told = amendment(public_changes=(("minutes", 30), ("open", False), ("first", mark)))
    draft, _ = CODEC.draft(STREAM, 4, told, ENVELOPE, sealing.seal)

    found = LATER.recorded(row(draft)).event

    assert found.public_changes == (("seconds", 1800), ("first", mark))
    assert found.target_version == 1
    with pytest.raises(ValueError, match="not amended in version 1"):
        LATER.reader(draft.name)(row(draft))


def test_amended_texts_of_an_older_version_open_under_the_names_of_today(sealing: Sealing) -> None:
    told = amendment(
        personal_names=(Code("comment"), Code("remarks")),
        personal_changes=(
            ("comment", "on time after all"),
            ("remarks", (Remark(by=BEN, words="Anna asks well"),)),
        ),
    )
    draft, _ = CODEC.draft(STREAM, 4, told, ENVELOPE, sealing.seal)

    found = LATER.recorded(row(draft)).event

    changes = changes_of(found)
    assert found.personal_names == ("said",)
    assert changes.keys() == {"seconds", "said"}
    assert sealing.open(changes["said"]) == "on time after all"


def test_an_amendment_in_fields_of_a_later_version_says_what_to_do(sealing: Sealing) -> None:
    draft, _ = CODEC.draft(STREAM, 4, amendment(), ENVELOPE, sealing.seal)
    state = row(draft).state.replace(b'"target_version":1', b'"target_version":2')

    with pytest.raises(
        NewerEvent, match=r"^position 1 .* reads up to version 1\. Update mentorcore"
    ):
        CODEC.recorded(row(draft)._replace(state=state))


@pytest.mark.parametrize("version", ["0", "true", "null", '"1"'])
def test_an_amendment_in_fields_of_no_version_is_refused(sealing: Sealing, version: str) -> None:
    draft, _ = CODEC.draft(STREAM, 4, amendment(), ENVELOPE, sealing.seal)
    state = row(draft).state.replace(b'"target_version":1', f'"target_version":{version}'.encode())
    stored = row(draft)._replace(state=state)

    with pytest.raises(MalformedEvent):
        CODEC.recorded(stored)


def test_an_amendment_is_written_in_the_fields_of_today(sealing: Sealing) -> None:
    with pytest.raises(Invalid, match="target_version"):
        CODEC.draft(STREAM, 4, amendment(target_version=2), ENVELOPE, sealing.seal)
