"""Where people's keys are in PostgreSQL, and whence the key comes under which they are wrapped."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import attrs

from mentorcore.errors import LogError
from mentorcore.log.sealing.wrapping_key import DEFAULT, WrappedBy
from mentorcore.log.stores.postgres.address import Place, place

__all__ = ["SCHEMES", "KeysInPostgres", "place_of"]

SCHEMES = ("postgresql://", "postgres://")


def _check(keys: "KeysInPostgres", _: object, address: str) -> None:
    if not address.startswith(SCHEMES):
        raise LogError("the address of keys in PostgreSQL begins with postgresql://")
    place_of(keys)  # what is wrong with it is told now, and without its password


@attrs.frozen
class KeysInPostgres:
    """Where people's keys are in PostgreSQL, to be given to `mentorcore.open` as ``keys``.

    Attributes:
        address: ``postgresql://user@host/database``, another database than the log's;
            ``?schema=name`` names a schema.
        wrapped_by: Where the key comes from under which each of them is wrapped: ``env:NAME``, an
            environment variable; ``file:/path`` or a path, a file that only its owner may read;
            both hold 32 bytes in hex or base64. Or a function that answers with the 32 bytes, such
            as one that asks a service for keys. In an address it is ``?wrapped_by=env:NAME``.

    Raises:
        LogError: The address is malformed, or of something else than PostgreSQL.
    """

    address: str = attrs.field(validator=_check, repr=lambda url: repr(place(_apart(url)[0]).url))
    wrapped_by: WrappedBy = attrs.field(default=DEFAULT, repr=False)

    @classmethod
    def at(cls, address: str) -> "KeysInPostgres":
        """The place that an address names, wrapping key included."""
        url, named = _apart(address)
        return cls(url, named or DEFAULT)


def place_of(keys: KeysInPostgres, *, read_only: bool = False) -> Place:
    """Which server, database and schema keys are in.

    Raises:
        LogError: The address is malformed.
    """
    return place(_apart(keys.address)[0], read_only=read_only)


def _apart(address: str) -> tuple[str, str | None]:
    """An address without what names the wrapping key, and that."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address, None  # `place` says what is wrong
    told = parse_qsl(parts.query, keep_blank_values=True)
    named = dict(told).get("wrapped_by")
    rest = urlencode([(k, v) for k, v in told if k != "wrapped_by"])
    return (address if named is None else urlunsplit(parts._replace(query=rest))), named
