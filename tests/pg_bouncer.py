"""A PgBouncer of our own before the tests' PostgreSQL, where the program is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from pg_server import ADMIN, PgServer

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

SETTINGS = """
[databases]
postgres = host={server} port=5432 user={user} dbname=postgres pool_size={size}
[pgbouncer]
listen_addr =
unix_socket_dir = {home}
auth_type = any
pool_mode = {mode}
logfile = {home}/pgbouncer.log
server_login_retry = 1
"""


class PgBouncer:
    """Lends connections to *server*, so many at a time, in one of its modes."""

    def __init__(self, server: PgServer, mode: str = "transaction", size: int = 3) -> None:
        assert PROGRAM is not None
        self.home = Path(tempfile.mkdtemp(prefix="mc-pb-", dir="/tmp"))
        text = SETTINGS.format(server=server.home, home=self.home, mode=mode, size=size, user=ADMIN)
        (self.home / "pgbouncer.ini").write_text(text)
        words = [PROGRAM, "-q"]
        if server.user is not None:  # it refuses to be root, too
            account = pwd.getpwnam(server.user)
            os.chown(self.home, account.pw_uid, account.pw_gid)
            words += ["-u", account.pw_name]
        self._process = subprocess.Popen([*words, str(self.home / "pgbouncer.ini")])
        until = time.monotonic() + 20
        while not self._accepts():
            assert time.monotonic() < until, (self.home / "pgbouncer.log").read_text()
            time.sleep(0.02)

    def url(self, schema: str, **more: str) -> str:
        """The address of a log behind it."""
        words = "".join(f"&{name}={value}" for name, value in more.items())
        return f"postgresql://{ADMIN}@:6432/postgres?host={self.home}&schema={schema}{words}"

    def remove(self) -> None:
        """Stop it and delete what it kept."""
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.home / ".s.PGSQL.6432")) == 0
