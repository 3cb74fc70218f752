"""Every field of every event, and of every value inside one, says what it means."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from mentorcore.domain import field_docs as said
from mentorcore.domain.field_docs import COMMON, about, meanings
from mentorcore.domain.pairing.events.ending import PairingEnded, PairingPaused
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import Sealed
from mentorcore.practices.registry import Practices


def inside(hint: Any) -> Iterator[type]:
    """The value classes that a type is made of."""
    if isinstance(hint, type) and attrs.has(hint) and hint is not Sealed:
        yield hint
        for inner in get_type_hints(hint).values():
            yield from inside(inner)
    for part in get_args(hint):
        yield from inside(part)


MODEL = Practices.of(()).model
VALUES = dict.fromkeys(
    v for e in MODEL.events for h in get_type_hints(e).values() for v in inside(h)
)


@pytest.mark.parametrize("cls", [*MODEL.events, *VALUES], ids=lambda cls: cls.__name__)
def test_every_field_has_a_meaning(cls: type) -> None:
    untold = [name for name, meaning in meanings(cls).items() if not meaning]

    assert not untold, (
        f"say what {', '.join(untold)} of {cls.__name__} means, under Attributes in its docstring; "
        "or in COMMON of domain/field_docs.py, if it means the same everywhere"
    )
    assert about(cls)
    assert list(meanings(cls)) == [f.name for f in attrs.fields(cls)]


@pytest.mark.parametrize("cls", [*MODEL.events, *VALUES], ids=lambda cls: cls.__name__)
def test_a_meaning_is_a_sentence_that_anybody_can_read(cls: type) -> None:
    for meaning in (about(cls), *meanings(cls).values()):
        assert meaning[0].isupper()
        assert meaning.endswith(".")
        assert "``" not in meaning


@pytest.mark.parametrize("cls", [*MODEL.events, *VALUES], ids=lambda cls: cls.__name__)
def test_a_class_explains_no_field_that_it_does_not_have(cls: type) -> None:
    assert said._said(cls).keys() <= {f.name for f in attrs.fields(cls)}


def test_a_class_is_asked_before_what_is_said_for_all() -> None:
    assert meanings(PairingEnded)["reason"] == "Why it ended, as one of the words for it."
    assert meanings(PairingPaused)["reason"] == COMMON["reason"]


class Wordy:
    """Something with a long story.

    Attributes:
        told: What is said here
            goes on in the next line.
        after: What comes after it.
    """


def test_an_explanation_of_several_lines_is_one_sentence() -> None:
    assert said._said(Wordy) == {
        "told": "What is said here goes on in the next line.",
        "after": "What comes after it.",
    }


def test_what_an_event_is_about_leaves_its_fields_out() -> None:
    assert about(MeetingHeld) == ("Members met; `held_on` is the day in the program's time zone.")
    assert "INV-21" in meanings(Settings)["meeting_limit"]


def test_common_meanings_are_needed() -> None:
    used = {f.name for cls in (*MODEL.events, *VALUES) for f in attrs.fields(cls)}

    assert COMMON.keys() <= used
