#!/usr/bin/env bash
# psycopg 3.2.10 with its binary package: a wait that ran out of time says that the line is ready.
#
# psycopg's connections drive a generator: it yields what it waits for, and is sent what is ready, or nothing
# (Ready.NONE) when the interval has passed, so that whoever drives it can look around. psycopg.waiting.wait,
# which connections use, is replaced by a function in C where the binary package is there, and that function
# sends Ready.R at every end of the interval, although nothing came. The functions in Python keep to it, and so
# does the one in C from 3.2.13 on:
#
#   what waits                      after 0.1 s without a byte
#   wait (in C), psycopg 3.2.10     ready for reading
#   wait_select, psycopg 3.2.10     not ready
#   wait (in C), psycopg 3.2.13     not ready
#
# So a generator around a connection's own that bounds the waiting for a server that says nothing has to ask
# the socket itself whether there is something to read.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"

look() {
  "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "psycopg[binary]==$1"
  "$work/venv/bin/python" - "$1" <<'PY'
import socket
import sys
import threading

import psycopg
from psycopg import waiting

seen, lines = {}, []
for name in ("wait", "wait_select"):
    here, there = socket.socketpair()
    lines.append((here, there))
    told = []

    def waits():
        for _ in range(2):
            told.append((yield waiting.Wait.R))

    # A byte in the end, so that whatever is done about an interval, the waiting ends.
    threading.Timer(1.0, there.send, (b"x",)).start()
    getattr(waiting, name)(waits(), here.fileno(), interval=0.1)
    seen[name] = "ready for reading" if told[0] == waiting.Ready.R else "not ready"
    print(f"{name:12} psycopg {psycopg.__version__} ({psycopg.pq.__impl__})  {seen[name]}")
wanted = {"wait": "ready for reading" if sys.argv[1] == "3.2.10" else "not ready", "wait_select": "not ready"}
if seen != wanted:
    sys.exit("this has changed: see what differs from the table above")
PY
}

look 3.2.10
look 3.2.13
