"""What a question names has to be there: an event's name, a stream, a position, a moment.

A typing error must not read like evidence that nothing was recorded. So what is not there is
refused, with what comes near to it.
"""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches

from mentorcore.domain.aggregate import kind_of
from mentorcore.errors import Invalid, Problem, Refused
from mentorcore.log.serialization.instants import instant, stamped
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.access.redactor import Viewer

__all__ = ["check_known", "check_position", "event_names", "stream_rows"]

TODAY = timedelta(days=1)
"""The end of a day counts as now, wherever in the world that day is."""

NEAR = 3
"""How many that come near are named."""

SLIPS = 2
"""How many digits of an id may be mistyped so that it is still known what was meant."""

PART = 6
"""So many digits of an id, from its beginning or its end, may stand for all of it."""

PAGE = 1_000


def event_names(
    stated: Sequence[str], known: Collection[str], is_held: Callable[[str], bool]
) -> tuple[str, ...]:
    """The stored names of events; what stands behind the dot is enough where one kind has it.

    Args:
        stated: As somebody wrote them.
        known: Every stored name of the catalogue.
        is_held: Whether the log holds events of a name, which may be of a practice that is not
            here.

    Raises:
        Invalid: These are no names.
        Refused: There is no such event (``no_such_event_name``); tells what comes near.
    """
    if isinstance(stated, str) or not all(isinstance(name, str) for name in stated):
        problem = Problem("names", f"{stated!r} is none", "a list, such as ['meeting-held']")
        raise Invalid("these are no names of events", [problem])
    return tuple(_event_name(name, known, is_held) for name in stated)


def _event_name(stated: str, known: Collection[str], is_held: Callable[[str], bool]) -> str:
    if stated in known:
        return stated
    alike = sorted(name for name in known if name.partition(".")[2] == stated)
    if len(alike) == 1:
        return alike[0]
    if not alike and is_held(stated):
        return stated
    said = f"several events are called {stated!r}" if alike else f"no event is called {stated!r}"
    near = alike or _near(stated, known)
    meant = f"perhaps {' or '.join(near)} is meant" if near else "`mentorcore catalog` lists them"
    raise Refused(f"{said}; {meant}", "no_such_event_name", near=tuple(near))


def _near(stated: str, known: Collection[str]) -> list[str]:
    """The names that come near to a word, by all of it or by what stands behind the dot."""
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", stated).lower()
    word = re.sub(r"[\s_]+", "-", word.strip())
    by_word = {name: name for name in known}
    for name in known:
        by_word.setdefault(name.partition(".")[2], name)
    found = [by_word[near] for near in get_close_matches(word, by_word, NEAR)]
    return list(dict.fromkeys(found))


def stream_rows(store: Store, stream: str, viewer: Viewer | None = None) -> list[Row]:
    """The rows of a stream.

    Raises:
        Invalid: This is no id at all.
        Refused: Nothing is recorded there (``no_such_subject``); tells what comes near, except a
            viewer who may not know of every stream that there is.
    """
    kind_of(stream)
    rows = store.stream(stream)
    if rows:
        return rows
    near = _streams_near(store, stream) if viewer is None or _may_know_all(viewer) else []
    meant = f"; perhaps {' or '.join(near)} is meant" if near else ""
    raise Refused(f"nothing is recorded about {stream}{meant}", "no_such_subject", near=tuple(near))


def _may_know_all(viewer: Viewer) -> bool:
    """Whether somebody may know of every stream that there is; of a case it alone is a secret."""
    return viewer.kind in ("coordinator", "auditor") and viewer.program is None


def _streams_near(store: Store, stream: str) -> list[str]:
    """Streams whose ids come near: another kind, a part of the digits, or a slip or two."""
    kind, _, digits = stream.rpartition(":")
    digits = digits.strip("….")
    found: dict[str, tuple[int, bool]] = {}
    after = 0
    while digits and (page := store.page(after, PAGE)):
        for row in page:
            held_kind, _, held = row.stream.partition(":")
            slips = _slips(digits, held)
            if slips is not None:
                found[row.stream] = (slips, held_kind != kind)
        after = page[-1].position
    return sorted(found, key=lambda near: found[near])[:NEAR]


def _slips(digits: str, held: str) -> int | None:
    """In how many digits an id differs from what was typed; ``None`` where it is another one."""
    if len(digits) != len(held):
        part = len(digits) >= PART and (held.startswith(digits) or held.endswith(digits))
        return SLIPS if part else None
    slips = sum(a != b for a, b in zip(digits, held, strict=True))
    return slips if slips <= SLIPS else None


def check_position(store: Store, position: int, what: str) -> None:
    """Refuse a position behind the last one: nothing is there that could be known.

    Raises:
        Refused: It is (``no_such_position``); names the last one.
    """
    last = store.tail()
    if position > last:
        raise Refused(
            f"{what} {position} is beyond the end of this log, whose last position is {last}",
            "no_such_position",
            last=last,
        )


def check_known(store: Store, as_known: datetime | int | None, now: Callable[[], datetime]) -> None:
    """Refuse a moment that has not come: nobody can say what will have been known then.

    Args:
        store: The log.
        as_known: What is asked about.
        now: The clock.

    Raises:
        Refused: It is a position beyond the last one, or lies more than a day after both the clock
            and what was recorded last (``no_such_position``, ``moment_to_come``).
    """
    if type(as_known) is int:
        check_position(store, as_known, "position")
    if not isinstance(as_known, datetime) or as_known.utcoffset() is None:
        return
    if as_known <= now() + TODAY:
        return
    last = _recorded_last(store)
    if last is None or as_known > last + TODAY:
        raise Refused(
            f"{as_known:%Y-%m-%d %H:%M} is still to come, so nobody can say what the log will know "
            "then; ask without it for what it knows now",
            "moment_to_come",
        )


def _recorded_last(store: Store) -> datetime | None:
    tail = store.tail()
    for row in store.page(tail - 1, 1) if tail else ():
        text = stamped(row.state)
        return None if text is None else instant(text)
    return None
