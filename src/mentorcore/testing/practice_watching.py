"""What the pure functions of a practice reach for: a clock, randomness, files, the network.

The interpreter itself tells of every function of C that is called (`sys.setprofile`), by whatever
library and under whatever name it was imported. Only the functions of the practice are watched,
each while it runs.
"""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import attrs

from mentorcore.domain.aggregate import Aggregate
from mentorcore.practices.practice import Practice
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.program_view import ProgramView

__all__ = ["watched"]

RULES = ("evolve", "reads", "decide", "subjects", "members", "restate", "beside", "consistent")
"""The functions of an aggregate."""
CLOCK = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
OF_TIME = {
    "time",
    "time_ns",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "localtime",
    "gmtime",
    "sleep",
}
CHANCE = {"urandom", "getrandom"}
FILES = {"open", "scandir", "listdir", "stat", "remove", "rename", "mkdir"}
ALLOWED = ("zoneinfo", "importlib", "_frozen_importlib")
"""Modules that read files of the installation, which are the same each time."""
HOUSE, PRACTICES = "mentorcore.", "mentorcore.practices."
"""What mentorcore does when it is asked, such as opening a text, is not the practice's doing."""


def watched(practice: Practice, heard: dict[str, None]) -> Practice:
    """The same practice, of which is noted in *heard* what its functions reach for."""
    projections: dict[int, Projection[Any]] = {}

    def folding(projection: Projection[Any]) -> Projection[Any]:
        if id(projection) not in projections:  # views that share partials go on sharing them
            projections[id(projection)] = attrs.evolve(
                projection,
                apply=_heard(projection.apply, "apply", heard),
                corrected=_heard(projection.corrected, "corrected", heard),
                group=_heard(projection.group, "group", heard),
            )
        return projections[id(projection)]

    def ruling(rules: Aggregate[Any]) -> Aggregate[Any]:
        changed: dict[str, Any] = {n: _heard(getattr(rules, n), n, heard) for n in RULES}
        return attrs.evolve(rules, **changed)

    def telling(view: ProgramView) -> ProgramView:
        return attrs.evolve(
            view,
            projection=folding(view.projection),
            rows=_heard(view.rows, "rows", heard),
            needs=_heard(view.needs, "needs", heard),
            combine=None if view.combine is None else _heard(view.combine, "combine", heard),
        )

    return attrs.evolve(
        practice,
        aggregates=tuple(map(ruling, practice.aggregates)),
        views=tuple(map(telling, practice.views)),
    )


def _heard(work: Callable[..., Any], name: str, heard: dict[str, None]) -> Callable[..., Any]:
    """A function of which is noted what it reaches for."""

    def told(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and (what := _impure(called)) and not _is_allowed(frame):
            heard[f"{name} calls {what}"] = None

    def work_watched(*given: Any) -> Any:
        before, collects = sys.getprofile(), gc.isenabled()
        gc.disable()  # whoever listens to the collector may look at the clock, in between
        sys.setprofile(told)
        try:
            made = work(*given)
            return iter(list(made)) if hasattr(made, "__next__") else made  # a generator runs here
        finally:
            sys.setprofile(before)
            if collects:
                gc.enable()

    return work_watched


def _impure(called: Any) -> str:
    """What a function of C does that a pure function does not; empty for nothing."""
    module, name = getattr(called, "__module__", None), getattr(called, "__qualname__", "")
    if name in CLOCK or (module == "time" and name in OF_TIME):
        return f"the clock ({name})"
    if name.startswith("Random.") or (module in ("posix", "nt") and name in CHANCE):
        return f"chance ({name})"
    if module in ("io", "_io", "posix", "nt") and name in FILES:
        return f"the file system ({name})"
    return f"the network ({name})" if name.startswith("socket.") else ""


def _is_allowed(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_globals.get("__name__") != __name__:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(ALLOWED):
            return True
        if module.startswith(HOUSE) and not module.startswith(PRACTICES):
            return True
        frame = frame.f_back
    return False
