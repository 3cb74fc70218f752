"""What is said of a pack that a program goes by and that is registered nowhere here."""

from mentorcore.domain.requirements.adoption import AdoptedPack
from mentorcore.errors import Refused
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs

__all__ = ["pack_missing", "registered"]


def pack_missing(pack_id: str, version: str, digest: str) -> Refused:
    """The refusal of whatever that pack would have to say something about."""
    return Refused(
        f"the program goes by version {version} of the policy pack {pack_id}, which is not here; "
        f"open the log with its file, whose SHA-256 is {digest}",
        "pack_missing",
        pack=pack_id,
        version=version,
        digest=digest,
    )


def registered(packs: Packs, adopted: AdoptedPack) -> Pack:
    """The pack that a program adopted.

    Raises:
        Refused: It is registered nowhere (``pack_missing``).
    """
    found = packs.adopted(adopted.pack_id, adopted.version, adopted.digest)
    if found is None:
        raise pack_missing(adopted.pack_id, adopted.version, adopted.digest)
    return found
