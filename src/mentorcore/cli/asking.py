"""Opening what a question is about: a log, or an export of one that is asked without any key."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import beside, opened
from mentorcore.cli.arguments import Usage, place, practices

__all__ = ["asking", "export_at"]


def asking(asked: Namespace) -> mentorcore.Engine:
    """The engine on the log or the export that was named, to be asked and told nothing.

    Who is asking is settled with it: the coordinator of a log, and an auditor of an export. Whether
    it is an export stands in ``asked.is_export`` afterwards.

    Raises:
        Usage: Keys were named for a bundle, or it is asked for somebody whom the log does not know.
    """
    export = export_at(asked)
    if export is None:
        try:
            engine = opened(asked)
        except mentorcore.KeyMissing as missing:
            export = _without_keys(asked)
            if export is None:
                raise
            print(f"{missing}\nNames and texts are shown as withheld.\n", file=sys.stderr)
    if export is not None:
        engine = mentorcore.open_export(export, practices=practices())
        if engine.refusal is not None:
            print(f"NOT AS SIGNED: {engine.refusal}.\n", file=sys.stderr)
    asked.is_export = export is not None
    if getattr(asked, "viewer", None) is None:
        asked.viewer = "auditor" if asked.is_export else "coordinator"
    _check_viewer(engine, asked.viewer)
    return engine


def _check_viewer(engine: mentorcore.Engine, viewer: str) -> None:
    """Refuse to show something to a member who is nobody: they would see that there is nothing.

    Raises:
        Usage: The log knows no such person.
    """
    if viewer.startswith("person:"):
        try:
            engine.events(stream=viewer)
        except mentorcore.Refused as refused:
            engine.close()
            raise Usage(f"--as takes somebody whom the log knows: {refused.reason}") from None


def export_at(asked: Namespace) -> Path | None:
    """The export that was named; ``None`` for a log, and for a copy that has its keys.

    Raises:
        Usage: Keys were named for a bundle.
    """
    if "://" in asked.log:
        return None
    where = Path(asked.log)
    if where.is_dir() and not mentorcore.is_export(where):
        where = Path(place(asked.log))
    is_bundle = where.is_dir() or where.suffix == ".zip"
    if is_bundle and asked.keys is not None:
        raise Usage(
            "a bundle is asked without keys; whoever has them loads it, and asks the copy: "
            f"mentorcore load {asked.log} copy.db"
        )
    has_keys = asked.keys is not None or _keys(where).exists()
    return where if not has_keys and mentorcore.is_export(where) else None


def _without_keys(asked: Namespace) -> Path | None:
    """A file whose keys were left where they are, as a copy that somebody made by hand."""
    where = Path(place(asked.log))
    has_keys = asked.keys is not None or _keys(where).exists()
    return None if has_keys or not where.is_file() else where


def _keys(log: Path) -> Path:
    return beside(str(log), ".keys")
