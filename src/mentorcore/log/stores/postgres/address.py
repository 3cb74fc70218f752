"""Which PostgreSQL server, database and schema an address means: the address alone decides.

libpq fills what it is not told from its environment (`PGHOST`, `PGSERVICE`, `PGOPTIONS`, ...), so
that a log could be written somewhere else than its address says. Everything that leads to a place
is therefore passed explicitly, and an address that leaves it open is completed here or refused.
"""

import os
import re
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from mentorcore.errors import LogError

__all__ = ["Place", "place"]

PASSED_ON = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name")
POOLERS = ("transaction", "session")
SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@attrs.frozen
class Place:
    """Where a log lives in PostgreSQL.

    Attributes:
        url: The address for messages, without its password.
        dbname: The database.
        host: A host name, an address, or the folder of a Unix socket.
        port: The port, also part of the name of a Unix socket.
        user: Who connects.
        password: With what; empty when the server asks for none (or ``~/.pgpass`` knows it).
        schema: The schema that holds the tables.
        pooler: What stands between us and the server: ``transaction`` for a pooler that lends its
            connections for one transaction, ``session`` for one that lends them for as long as we
            stay connected; empty to find out.
        options: Further parameters of the connection.
    """

    url: str
    dbname: str
    host: str
    port: int
    user: str
    password: str = attrs.field(repr=False)
    schema: str
    pooler: str
    options: dict[str, str]

    def parameters(self) -> dict[str, str | int]:
        """Everything that libpq is told, so that it asks its environment for nothing."""
        return {
            "dbname": self.dbname,
            "host": self.host,
            "hostaddr": "",
            "port": self.port,
            "user": self.user,
            "password": self.password,
            **self.options,
        }


def place(url: str, *, read_only: bool = False) -> Place:
    """Read an address such as ``postgresql://user:password@host:5432/database?schema=name``.

    Without a host it is ``localhost``; a folder of Unix sockets is given as ``?host=/folder``.
    Without a user it is the account that runs this process, without a schema ``public``. Where a
    pooler such as PgBouncer lends connections, ``pooler=transaction`` or ``pooler=session`` says
    how; else it is found out.

    Args:
        url: The address.
        read_only: Whether a server that takes no writes will do.

    Raises:
        LogError: The address is malformed, or names something that is not understood.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        query = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
    except ValueError:
        # What exactly is wrong may quote a piece of the password: not even the cause is shown.
        raise LogError(
            "the address of the log is malformed: postgresql://user:password@host:port/database, "
            "with special characters of the password percent-encoded"
        ) from None
    shown = url
    if parts.password is not None:
        shown = url.replace(f":{parts.password}@", "@", 1)
    known = {"host", "port", "user", "schema", "pooler", *PASSED_ON}
    if unknown := query.keys() - known:
        raise LogError(
            f"unknown in the address of a log: {', '.join(sorted(unknown))} "
            f"(known: {', '.join(sorted(known))})"
        )
    dbname = unquote(parts.path.removeprefix("/"))
    if not dbname:
        raise LogError(f"{shown} names no database: postgresql://user@host/database")
    schema = query.get("schema", "public")
    if not SCHEMA.fullmatch(schema):
        raise LogError(f"{shown}: {schema!r} cannot name a schema (letters, digits, underscores)")
    pooler = query.get("pooler", "")
    if pooler and pooler not in POOLERS:
        raise LogError(
            f"{shown}: a log can be used through a pooler that lends connections for a "
            f"transaction or a session ({', '.join(POOLERS)}), not {pooler!r}"
        )
    try:
        number = int(query["port"]) if "port" in query else port or 5432
    except ValueError as error:
        raise LogError(f"{shown}: the port is no number") from error
    if not query.get("connect_timeout", "0").isdecimal():
        raise LogError(f"{shown}: connect_timeout is no number of seconds")
    return Place(
        url=shown,
        dbname=dbname,
        host=query.get("host") or unquote(parts.hostname or "") or "localhost",
        port=number,
        user=query.get("user") or unquote(parts.username or "") or _account(shown),
        password=unquote(parts.password or ""),
        schema=schema,
        pooler=pooler,
        options={
            "application_name": "mentorcore",
            "client_encoding": "UTF8",
            "connect_timeout": "10",
            # A standby would take reads and fail at the first append.
            "target_session_attrs": "any" if read_only else "read-write",
            "options": "",
            "keepalives_idle": "30",
            "keepalives_interval": "10",
            "keepalives_count": "3",
            **{name: query[name] for name in PASSED_ON if name in query},
        },
    )


def _account(shown: str) -> str:
    try:
        import pwd  # noqa: PLC0415 - not everywhere

        return pwd.getpwuid(os.geteuid()).pw_name
    except (ImportError, KeyError):
        raise LogError(f"{shown} names no user: postgresql://user@host/database") from None
