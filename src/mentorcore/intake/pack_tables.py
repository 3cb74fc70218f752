"""The policy packs that a blueprint adopts, ``[[packs]]`` each: which one, and from which day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, get_args

import attrs

from mentorcore.domain.requirements.adoption import AppliesTo
from mentorcore.domain.values import Code
from mentorcore.intake.mappings.toml_tables import Table
from mentorcore.near_words import did_you_mean
from mentorcore.policy.pack import Pack

__all__ = ["PlannedPack", "planned_packs"]


@attrs.frozen
class PlannedPack:
    """A policy pack as the file says it.

    Attributes:
        pack_id: The pack.
        version: Its version.
        digest: SHA-256 of the bytes of its file.
        effective_from: The first day on which the program goes by it.
        applies_to: Everybody, or only those who enrol from that day on.
    """

    pack_id: Code
    version: Code
    digest: Code
    effective_from: date
    applies_to: AppliesTo = "all"


def planned_packs(
    top: Table, launched: date | None, given: Iterable[Pack]
) -> tuple[PlannedPack, ...]:
    """The packs of a blueprint; what is wrong with one is noted in its table.

    Args:
        top: The file.
        launched: The day of the launch, from which packs hold that name no other.
        given: The packs that can be adopted beside those that come along.

    Raises:
        Invalid: A pack that is given was not read from a file.
    """
    top.may_hold("packs")
    if "packs" not in top:
        return ()
    from mentorcore.policy.registry import Packs  # noqa: PLC0415 - most blueprints adopt none

    said = top.content["packs"]
    if isinstance(said, list):
        said = [{"pack": one} if isinstance(one, str) else one for one in said]
    tables = Table({"packs": said}, "", top.problems).tables("packs")
    by_id: dict[str, list[Pack]] = {}
    for pack in Packs(given).every():
        by_id.setdefault(pack.id, []).append(pack)
    found = [_planned(table, launched, by_id) for table in tables]
    packs = tuple(pack for pack in found if pack is not None)
    ids = [pack.pack_id for pack in packs]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        top.wrong("packs", f"{twice!r} stands there twice", "each pack once, in one version")
    return packs


def _planned(
    table: Table, launched: date | None, by_id: Mapping[str, list[Pack]]
) -> PlannedPack | None:
    pack_id, version = table.code("pack"), table.code("version", needed=False)
    since = table.day("effective_from", needed=False) or launched
    applies_to: Any = table.word("applies_to", get_args(AppliesTo), "all")
    table.done()
    if pack_id is None or applies_to is None:
        return None
    if pack_id not in by_id:
        hint = did_you_mean(pack_id, by_id)
        table.wrong("pack", f"no policy pack {pack_id!r} is here{hint}", _registered(by_id))
        return None
    versions = sorted(by_id[pack_id], key=lambda pack: (pack.effective_from, pack.version))
    chosen = [pack for pack in versions if version in (None, pack.version)]
    if not chosen:
        there = ", ".join(pack.version for pack in versions)
        table.wrong("version", f"there is no version {version!r} of {pack_id}", f"of {there}")
        return None
    if since is None:
        return None
    pack = chosen[-1]
    return PlannedPack(Code(pack.id), Code(pack.version), Code(pack.digest), since, applies_to)


def _registered(by_id: Mapping[str, list[Pack]]) -> str:
    return "one of " + ", ".join(sorted(by_id))
