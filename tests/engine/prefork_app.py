"""A web application of which a server forks its workers off: the log is open when it does.

It is opened once in the process that loads the application, and once in each worker that is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import mentorcore as mc

US = mc.Actor("host", "coordinator", "system")
LOG, KEYS = os.environ["LOG"], os.environ["KEYS"]

inherited = mc.open(LOG, keys=KEYS)
inherited.handle(mc.RegisterPerson(name="Loader"), actor=US)


@cache
def own() -> mc.Engine:
    return mc.open(LOG, keys=KEYS)


def application(
    environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    engine = inherited if environ["PATH_INFO"] == "/inherited" else own()
    try:
        said = engine.handle(mc.RegisterPerson(name="Ann"), actor=US).stream
    except mc.MentorcoreError as error:
        start("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [type(error).__name__.encode()]
    start("200 OK", [("Content-Type", "text/plain"), ("Worker", str(os.getpid()))])
    return [said.encode()]
