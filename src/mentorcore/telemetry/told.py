"""What is told of a call: fixed words and numbers, never an id, a name or a text of somebody."""

from collections.abc import Mapping, Sequence
from typing import Any

from mentorcore.domain.model import command_name
from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.errors import Refused
from mentorcore.intake.report import Report

__all__ = ["Attributes", "came_of", "commands_in", "raised", "responses", "stated"]

Attributes = dict[str, str | int | Sequence[str]]


def commands_in(name: str, asked: Sequence[Any]) -> tuple[str, ...]:
    """The names of the commands that are asked for; ``other`` for what is none."""
    if name not in ("handle", "batch", "check") or not asked:
        return ()
    several = asked[0] if name == "batch" else (asked[0],)
    return tuple(
        command_name(type(c)) if hasattr(type(c), "__command_info__") else "other" for c in several
    )


def stated(name: str, commands: Sequence[str], options: Mapping[str, Any]) -> Attributes:
    """What a call was asked."""
    found: Attributes = {"mentorcore.operation": name}
    if len(commands) == 1:
        found["mentorcore.command"] = commands[0]
    elif commands:
        found["mentorcore.commands"] = tuple(dict.fromkeys(commands))
    viewer = options.get("viewer")
    if viewer is not None:
        found["mentorcore.viewer"] = str(getattr(viewer, "kind", "other"))
    return found


def came_of(answer: Any) -> Attributes:
    """What a call was answered."""
    if isinstance(answer, Outcome):
        if answer.replayed:
            return {"mentorcore.outcome": "replayed"}
        if not answer.events:
            return {"mentorcore.outcome": "nothing_new"}
        return {"mentorcore.outcome": "recorded", "mentorcore.events": len(answer.events)}
    if isinstance(answer, Report):
        counted = {f"mentorcore.responses.{o}": n for o, n in responses(answer).items() if n}
        return {"mentorcore.outcome": "done", "mentorcore.events": answer.events, **counted}
    return {"mentorcore.outcome": "done"}


def responses(report: Report) -> Mapping[str, int]:
    """How many responses came to what."""
    counts = report.counts
    return {name: getattr(counts, name) for name in ("taken", "amended", "unchanged", "refused")}


def raised(error: BaseException) -> Attributes:
    """What a call ended with; its text may name people, and is not told."""
    if isinstance(error, Refused):
        return {"mentorcore.outcome": "refused", "mentorcore.refusal": error.code}
    return {"mentorcore.outcome": "failed", "error.type": type(error).__qualname__}
