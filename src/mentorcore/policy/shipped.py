"""The packs that come along; they are read when somebody first asks for one."""

from functools import cache

from mentorcore.policy.pack import Pack

__all__ = ["shipped_packs"]


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """The packs that come along, in the order of their ids and versions."""
    # A log whose programs go by no pack reads none, and is opened without what reads them.
    from importlib import resources  # noqa: PLC0415

    from mentorcore.policy.reading.pack_reader import read_pack  # noqa: PLC0415

    folder = resources.files("mentorcore.policy") / "packs"
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    packs = (read_pack(file.read_bytes(), file.name) for file in files)
    return tuple(sorted(packs, key=lambda pack: (pack.id, pack.version)))
