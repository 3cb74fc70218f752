"""What processes of `multiprocessing` do with a log; importable, as spawned ones need it."""

from __future__ import annotations

from datetime import date
from typing import Any

import mentorcore as mc

US = mc.Actor("host", "coordinator", "system")
_engine: mc.Engine | None = None


def begin(url: str, keys: str) -> None:
    """Open the log once in this process."""
    global _engine  # noqa: PLW0603 - as hosts do it
    _engine = mc.open(url, keys=keys)


def register(name: str) -> str:
    """Record somebody on this process's own engine."""
    assert _engine is not None
    return _engine.handle(mc.RegisterPerson(name=name), actor=US).stream


def on(engine: mc.Engine) -> str:
    """Record somebody on an engine that was handed over, or say what is wrong with it."""
    try:
        return engine.handle(mc.RegisterPerson(name="Ann"), actor=US).stream
    except mc.MentorcoreError as error:
        return type(error).__name__


def told(answers: Any, engine: mc.Engine) -> None:
    """Put what comes of an engine that was handed over where the parent reads it."""
    answers.put(on(engine))


def impossible(_name: str) -> str:
    """Something that the rules refuse."""
    assert _engine is not None
    return _engine.handle(
        mc.ChangePersonDetails(person_id="person:" + "0" * 32, name="Ann", since=date(2025, 9, 1)),
        actor=US,
    ).stream
