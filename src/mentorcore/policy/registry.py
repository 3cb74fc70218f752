"""The packs that are registered: those that come along, those given, and those kept with a log."""

import hashlib
from collections.abc import Callable, Iterable

from mentorcore.errors import Invalid, Problem
from mentorcore.policy.pack import Pack
from mentorcore.policy.shipped import shipped_packs

__all__ = ["Packs", "digest_of"]


def digest_of(text: str) -> str:
    """The digest under which a pack of this text is adopted, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


class Packs:
    """The packs by which rules can be looked up here.

    Args:
        given: Packs beside those that come along, as they were read from files.
        kept: What reads a pack by its digest that a log keeps; ``None`` where it keeps none.

    Raises:
        Invalid: A pack that is given was not read from a file, so that it could not be kept.
    """

    def __init__(
        self, given: Iterable[Pack] = (), kept: Callable[[str], Pack | None] = lambda _digest: None
    ) -> None:
        self._given = {pack.digest: pack for pack in given}
        self._kept = kept
        self._known: dict[str, Pack] = {}
        unread = [p for p in self._given.values() if digest_of(p.text) != p.digest]
        if unread:
            said = "does not have the text that its digest is of"
            problems = [Problem(f"{p.id} {p.version}", said, "read_pack(file)") for p in unread]
            raise Invalid("a pack is registered as it was read from its file", problems)

    def beside(self, kept: Callable[[str], Pack | None]) -> "Packs":
        """The same packs, and those that a log keeps."""
        return Packs(self._given.values(), kept)

    def every(self) -> tuple[Pack, ...]:
        """Those that come along and those that were given, in the order of ids and versions."""
        found = {pack.digest: pack for pack in shipped_packs()} | self._given
        return tuple(sorted(found.values(), key=lambda pack: (pack.id, pack.version)))

    def of(self, digest: str) -> Pack | None:
        """The pack of a digest, wherever it is from; ``None`` where it is not registered."""
        if digest not in self._known:
            found = next((p for p in self.every() if p.digest == digest), None)
            found = found or self._kept(digest)
            if found is None:
                return None
            self._known[digest] = found
        return self._known[digest]

    def adopted(self, pack_id: str, version: str, digest: str) -> Pack | None:
        """The pack that was adopted so; ``None`` where it is not registered, or is another one."""
        found = self.of(digest)
        return found if found and (found.id, found.version) == (pack_id, version) else None
