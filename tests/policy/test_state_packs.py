"""The packs for New Jersey, Texas, Massachusetts and Illinois say what their sources say."""

from importlib import resources

import pytest

from mentorcore.domain.model import CORE_MODEL
from mentorcore.policy.kinds import KINDS
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import read_pack, unknown_events

RULES = {
    "us-nj-induction": "NJ-1 NJ-2a NJ-2b NJ-3 NJ-5a NJ-5b NJ-5c",
    "us-tx-mentor": "TX-1a TX-1b TX-1c TX-2 TX-3 TX-4a TX-4b TX-4c TX-4d TX-5",
    "us-ma-induction": "MA-1a MA-1b MA-1c MA-2a MA-2b MA-3 MA-4a MA-4b",
    "us-il-induction": "IL-1a IL-1b IL-2a IL-2b",
}
"""By pack its rules. What no source confirms, and amounts of money, are none."""

EVERY = pytest.mark.parametrize("pack_id", RULES)


def pack(pack_id: str) -> Pack:
    file = resources.files("mentorcore.policy") / "packs" / f"{pack_id}.toml"
    return read_pack(file.read_bytes(), file.name)


@EVERY
def test_a_pack_is_read_and_has_these_rules(pack_id: str) -> None:
    found = pack(pack_id)

    assert found.id == pack_id
    assert [rule.id for rule in found.rules] == RULES[pack_id].split()
    assert "not legal advice" in found.notice


@EVERY
def test_every_event_that_a_rule_looks_for_is_recorded(pack_id: str) -> None:
    assert unknown_events(pack(pack_id), CORE_MODEL.names) == ()


@EVERY
def test_every_rule_was_read_in_a_text_or_in_a_reliable_second_one(pack_id: str) -> None:
    assert {rule.mark for rule in pack(pack_id).rules} <= {"V", "V2"}


@pytest.mark.parametrize(
    ("pack_id", "rule_id", "kind", "numbers"),
    [
        ("us-nj-induction", "NJ-1", "duration", {"limit": 30, "unit": "in_session_week"}),
        ("us-nj-induction", "NJ-1", "duration", {"prorate": ("fte_extend", "minus_credit")}),
        ("us-nj-induction", "NJ-2a", "cadence", {"first": 1, "last": 4, "min_count": 1}),
        ("us-nj-induction", "NJ-2b", "cadence", {"first": 1, "last": 8, "min_count": 1}),
        ("us-tx-mentor", "TX-1a", "deadline", {"limit": 30, "count_from": "same_day"}),
        ("us-tx-mentor", "TX-2", "total_dosage", {"minutes": 720, "prorate": "enrolled_share"}),
        ("us-tx-mentor", "TX-3", "ratio", {"max": 4, "hard": True, "enforce": "guard"}),
        ("us-ma-induction", "MA-1a", "deadline", {"limit": 14, "count_from": "day_after"}),
        ("us-ma-induction", "MA-3", "total_dosage", {"minutes": 3000, "period": "program"}),
        ("us-il-induction", "IL-1a", "duration", {"limit": 2, "unit": "school_year"}),
        ("us-il-induction", "IL-2a", "ratio", {"min": 10, "max": None, "hard": False}),
    ],
)
def test_a_rule_has_the_numbers_of_its_source(
    pack_id: str, rule_id: str, kind: str, numbers: dict[str, object]
) -> None:
    rule = pack(pack_id).rule(rule_id)

    assert type(rule) is KINDS[kind]
    assert {name: getattr(rule, name) for name in numbers} == numbers
