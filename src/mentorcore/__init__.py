"""The event-sourced system of record of peer-mentoring programs.

Open a log with `mentorcore.open`, ask with commands, read with a viewer:

    with mentorcore.open("program.db") as engine:
        engine.handle(mentorcore.HoldMeeting(...), actor=mentorcore.Actor(...))
        engine.status(program, viewer=mentorcore.Viewer.coordinator())
"""

from typing import Any

from mentorcore import public as _public

__version__ = "0.2.0.dev0"


def __getattr__(name: str) -> Any:
    # Type checkers read __init__.pyi and do not see this: to them a misspelt name is an error.
    found = _public.all_names() if name == "__all__" else _public.found(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return _public.all_names()
