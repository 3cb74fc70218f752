"""An error tells the same in another process: it can be handed over with all that it carries."""

import copy
import pickle
from datetime import UTC, datetime

import pytest

from mentorcore import errors
from mentorcore.errors import MentorcoreError

OTHERS: dict[str, MentorcoreError] = {
    "Refused": errors.Refused("no place is free", "no_free_place", mentor="person:1", places=2),
    "Conflict": errors.Conflict("somebody was faster", "pairing:1"),
    "Invalid": errors.Invalid("the mapping", [errors.Problem("form", "is missing", "a name")]),
    "SourceRefused": errors.SourceRefused("the ids were changed", file="meetings.csv"),
    "SourceUnreadable": errors.SourceUnreadable("is no CSV", file="meetings.csv", line=3),
    "AdapterError": errors.AdapterError("crashed", adapter="qualtrics", source="meetings"),
    "UnfitRow": errors.UnfitRow(7, "its name is empty"),
    "FollowerStopped": errors.FollowerStopped("cannot be folded", view="status", position=7),
    "PracticeError": errors.PracticeError("crashed", practice="visits", command="MakeVisit"),
    "MissingExtra": errors.MissingExtra("PostgreSQL", "postgres"),
}
"""Those that are made of more than a message."""

KINDS = [
    name
    for name in errors.__all__
    if isinstance(kind := getattr(errors, name), type) and issubclass(kind, MentorcoreError)
]


@pytest.mark.parametrize("name", KINDS)
def test_an_error_comes_out_of_another_process_as_it_went_in(name: str) -> None:
    error = OTHERS.get(name) or getattr(errors, name)("a message")
    error.add_note("while it was tried")

    told = pickle.loads(pickle.dumps(error))

    assert type(told) is type(error)
    assert str(told) == str(error)
    assert vars(told) == vars(error)
    assert told.args == error.args


def test_a_refusal_keeps_what_was_asked() -> None:
    refused = errors.Refused("no place is free", "no_free_place")
    refused.asked = errors.Asked("a command", datetime(2026, 9, 1, tzinfo=UTC), 12)

    told = copy.copy(refused)

    assert told.asked == refused.asked
