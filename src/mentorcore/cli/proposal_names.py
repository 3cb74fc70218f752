"""Which proposal is meant by the people who were asked: it is no pairing, and found as none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import mentorcore

__all__ = ["ANSWERS", "proposals_called"]

ANSWERS = frozenset({"AcceptPairing", "DeclinePairing"})
"""Commands that are about a proposal first, where the same people are paired as well."""


def proposals_called(
    engine: mentorcore.Engine, names: Sequence[str], *, among: str | None = None, **asked: Any
) -> tuple[mentorcore.ProposalRow, ...]:
    """The open proposals to all these people; those to nobody else, where there are any.

    Args:
        engine: The engine on the log.
        names: What people are called, each somebody else.
        among: The program in which they take part, if that was said.
        asked: Who is asking, and of which moment.
    """
    found = list(_found(engine, names, among, asked))
    exact = [row for row in found if len(row.members) == len(names)]
    return tuple(exact or found)


def _found(
    engine: mentorcore.Engine, names: Sequence[str], among: str | None, asked: dict[str, Any]
) -> Iterator[mentorcore.ProposalRow]:
    programs = [p.program for p in engine.programs(**asked) if among in (None, p.program)]
    open_ = [row for program in programs for row in engine.status(program, **asked).proposals]
    if not open_:
        return
    meant = [{f.participant for f in engine.find(n, program=among, **asked)} for n in names]
    for row in open_:
        members = [who.participant for who in row.members]
        if any(
            all(member in one for member, one in zip(seated, meant, strict=True))
            for seated in permutations(members, len(names))
        ):
            yield row
