"""Packs are looked up by their digests, wherever they are from, and judged for what they ask."""

import attrs
import pytest

from mentorcore.errors import Invalid
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import read_pack
from mentorcore.policy.registry import Packs, digest_of
from mentorcore.policy.school_rules import counts_school_time
from mentorcore.policy.shipped import shipped_packs
from mentorcore.policy.stated import stated_facts

CALIFORNIA = next(pack for pack in shipped_packs() if pack.id == "us-ca-teacher-induction")
OWN = read_pack(CALIFORNIA.text.replace("us-ca-", "our-").encode(), "own.toml")


def test_a_pack_that_ships_and_one_that_was_given_are_found_by_their_digests() -> None:
    packs = Packs([OWN])

    assert packs.of(CALIFORNIA.digest) is CALIFORNIA
    assert packs.of(OWN.digest) is OWN
    assert packs.of("a" * 64) is None
    assert {CALIFORNIA.digest, OWN.digest} <= {pack.digest for pack in packs.every()}


def test_a_pack_that_a_log_keeps_is_read_once() -> None:
    asked: list[str] = []

    def kept(digest: str) -> Pack | None:
        asked.append(digest)
        return OWN if digest == OWN.digest else None

    packs = Packs().beside(kept)

    assert packs.of(OWN.digest) is packs.of(OWN.digest) is OWN
    assert asked == [OWN.digest]
    assert OWN not in packs.every()


def test_a_pack_is_the_one_that_was_adopted_by_id_version_and_digest() -> None:
    packs = Packs([OWN])

    assert packs.adopted(OWN.id, "1", OWN.digest) is OWN
    assert packs.adopted(OWN.id, "2", OWN.digest) is None
    assert packs.adopted(CALIFORNIA.id, "1", OWN.digest) is None
    assert packs.adopted(OWN.id, "1", "a" * 64) is None


def test_a_pack_is_registered_with_the_text_of_its_digest() -> None:
    with pytest.raises(Invalid, match="our-teacher-induction 1"):
        Packs([attrs.evolve(OWN, text=OWN.text + "# and more")])

    assert digest_of(OWN.text) == OWN.digest


@pytest.mark.parametrize(
    ("rule_id", "counts"),
    [
        ("CA-1", True),  # a unit
        ("CA-2a", False),
        ("CA-2b", False),
        ("CA-3", True),  # a window and a period
        ("CA-5", False),
        ("CA-7", False),
    ],
)
def test_rules_that_need_a_calendar_are_known(rule_id: str, counts: bool) -> None:
    rule = CALIFORNIA.rule(rule_id)

    assert rule is not None
    assert counts_school_time(rule) is counts


def test_a_share_of_the_weeks_and_the_beginning_of_a_school_year_need_one_too() -> None:
    texas = next(pack for pack in shipped_packs() if pack.id == "us-tx-mentor")
    before, share = texas.rule("TX-4a"), texas.rule("TX-2")
    weekly = read_pack(
        texas.text.replace('unit = "school_year"', 'unit = "week"\nprorate = "enrolled_share"')
        .replace('school_year_counts = "majority"', "")
        .encode(),
        "weekly.toml",
    ).rule("TX-1b")

    assert before is not None
    assert share is not None
    assert weekly is not None
    assert counts_school_time(before)
    assert counts_school_time(share)
    assert counts_school_time(weekly)


def test_facts_that_no_record_tells_have_to_be_stated() -> None:
    by_id = {pack.id: stated_facts(pack) for pack in shipped_packs()}

    assert by_id["us-ca-teacher-induction"] == ()
    assert by_id["us-tx-mentor"] == ("experience_years", "teaching_minutes_per_day")
    assert by_id["us-stanford-faculty"] == ("interests", "profile", "availability", "rank")
    assert by_id["us-nih-idp"] == ("idp_use",)
    assert by_id["us-nj-induction"][0] == "certificate"
