"""What people carry between institutions stands on streams that are named after what it is about."""

import pytest

from mentorcore.domain.participant.carried import brought_stream, origin_stream

LOG, OTHER = "hill.example.edu/log", "valley.example.edu/log"
OWNER = f"person:{1:032x}"


def test_a_log_and_what_is_brought_of_it_have_the_same_streams_everywhere() -> None:
    assert origin_stream(LOG) == "origin:6cc4a528e9f555f58c09e93998c5cd22"
    assert brought_stream(LOG, OWNER) == "brought:132e7d03d1596d33d7d2713fcbf55140"


@pytest.mark.parametrize(
    "other",
    [
        brought_stream(OTHER, OWNER),
        brought_stream(LOG, f"person:{2:032x}"),
        brought_stream(LOG + OWNER, ""),
        origin_stream(LOG).replace("origin", "brought"),
    ],
)
def test_other_logs_and_other_owners_have_other_streams(other: str) -> None:
    assert brought_stream(LOG, OWNER) != other
    assert origin_stream(LOG) != origin_stream(OTHER)
