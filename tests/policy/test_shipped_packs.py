"""Every rule that is known of a jurisdiction comes along, with its source, or is said to be left out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import mentorcore.policy
from mentorcore.domain.model import CORE_MODEL
from mentorcore.policy.grammar import Rule
from mentorcore.policy.kinds import GUARDING, KINDS
from mentorcore.policy.other_kinds import Prerequisite, Ratio, Relief
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import unknown_events
from mentorcore.policy.registry import digest_of
from mentorcore.policy.shipped import shipped_packs
from mentorcore.policy.time_kinds import Duration, TotalDosage

FOLDER = Path(mentorcore.policy.__file__).parent / "packs"
PACKS = {pack.id: pack for pack in shipped_packs()}

SOURCES = {
    "us-ca-teacher-induction": "CA-1 CA-2a CA-2b CA-3 CA-4 CA-5 CA-6a CA-6b CA-7",
    "us-ca-administrator": "CA-A1",
    "us-nj-induction": "NJ-1 NJ-2 NJ-3 NJ-4 NJ-5 NJ-7",
    "us-tx-mentor": "TX-1 TX-2 TX-3 TX-4 TX-5 TX-6",
    "us-ny-mentored-experience": "NY-1 NY-2 NY-3",
    "us-ma-induction": "MA-1 MA-2 MA-3 MA-4",
    "us-il-induction": "IL-1 IL-2 IL-3",
    "us-il-principal": "IL-4",
    "us-ia-induction": "IA-1 IA-2",
    "us-md-mentoring": "MD-1",
    "us-nc-mentor": "NC-1 NC-2",
    "us-ct-team": "CT-1",
    "gb-eng-ect": "EN-1 EN-3",
    "naesp-principal-mentor": "NAESP",
    "ntc-induction-standards": "NTC-1",
    "eepm": "EEPM-1 EEPM-2",
    "us-stanford-faculty": "ST-1 ST-2 ST-3 ST-4 REV",
    "us-stanford-staff": "ST-5",
    "us-msu-faculty": "MSU",
    "us-nih-idp": "NIH",
    "example-practices": "EX-CA EX-CAA EX-NJ EX-MA EX-HI EX-EN EX-PS EX-MED EX-PED EX-CAR EX-OBS",
}
"""The sentences of each jurisdiction by their numbers; a letter behind one tells parts of it apart."""

NOT_ACTIVE = {"NJ-7", "TX-6", "IL-3", "IA-2", "REV"}
"""What is advice, money, a finding or not confirmed: no rule tests it, and the pack says so."""


def rules() -> Iterator[tuple[Pack, Rule]]:
    for pack in PACKS.values():
        for rule in pack.rules:
            yield pack, rule


def named(pack_id: str, rule_id: str) -> Rule:
    found = PACKS[pack_id].rule(rule_id)
    assert found is not None
    return found


def numbered(pack: Pack, number: str) -> list[str]:
    """The rules of a number: those that bear it, and those that say that they are read so."""
    return [
        r.id
        for r in pack.rules
        if r.id.rstrip("abcdefgh") == number
        or r.id.startswith(f"{number}-")
        or f"{number}:" in r.interpretation
    ]


def test_each_pack_stands_in_a_file_of_its_name_with_the_digest_of_its_bytes() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == PACKS.keys() == SOURCES.keys()
    for pack in PACKS.values():
        assert (FOLDER / f"{pack.id}.toml").read_bytes() == pack.text.encode()
        assert digest_of(pack.text) == pack.digest


@pytest.mark.parametrize("pack_id", SOURCES)
def test_every_sentence_of_a_jurisdiction_is_a_rule_or_said_to_be_left_out(pack_id: str) -> None:
    pack = PACKS[pack_id]
    said = " ".join(pack.left_out)

    for number in SOURCES[pack_id].split():
        active = [r.id for r in pack.rules if r.id == number] or numbered(pack, number)
        assert bool(active) != (number in NOT_ACTIVE), number
        assert number not in NOT_ACTIVE or f"{number}:" in said


def test_all_sixteen_kinds_are_in_use() -> None:
    used = {type(rule) for _, rule in rules()}

    assert used == set(KINDS.values())


def test_events_that_rules_look_for_are_recorded() -> None:
    assert [p for pack in PACKS.values() for p in unknown_events(pack, CORE_MODEL.names)] == []


def test_practice_of_one_program_is_marked_so_and_stands_in_the_examples_alone() -> None:
    marked = {pack.id for pack, rule in rules() if rule.mark == "P"}

    assert marked == {"example-practices"}
    assert {rule.mark for rule in PACKS["example-practices"].rules} == {"P"}


@pytest.mark.parametrize("pack_id", SOURCES)
def test_whoever_adopts_a_pack_is_told_to_check_the_text(pack_id: str) -> None:
    notice = PACKS[pack_id].notice

    assert "check the current text" in notice.casefold() or "do not adopt" in notice.casefold()


def test_what_forbids_is_of_a_kind_that_can() -> None:
    for _, rule in rules():
        assert rule.enforce == "project" or type(rule) in GUARDING


def test_a_relief_may_be_granted_wherever_one_is_said_to_be() -> None:
    for pack, rule in rules():
        if isinstance(rule, Relief):
            assert all(pack.rule(relieved) for relieved in rule.applies_to)


def test_figures_are_those_of_the_sources() -> None:
    coached = named("us-ca-administrator", "CA-A1a")
    load, mentees = named("us-tx-mentor", "TX-3"), named("us-md-mentoring", "MD-1a")
    certificate = named("naesp-principal-mentor", "NAESP-2")

    english = named("gb-eng-ect", "EN-1a")

    assert isinstance(coached, TotalDosage)
    assert (coached.minutes, coached.period) == (40 * 60, "school_year")
    assert isinstance(english, Duration)
    assert (english.limit, english.prorate) == (2, ("fte_extend",))
    assert isinstance(load, Ratio)
    assert (load.when[0].value, load.when[0].max, load.max, load.hard) == (6 * 60, 2, 4, True)
    assert isinstance(mentees, Ratio)
    assert (mentees.max, mentees.hard) == (15, False)
    assert isinstance(certificate, Prerequisite)
    assert certificate.valid_for_months == 36
