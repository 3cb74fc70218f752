"""A practice is a bundle of rules, views and forms, and what one may not be is refused at once.

What cannot be stored or told is refused when a practice is registered, and not years later.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.domain.aggregate import Aggregate
from mentorcore.domain.declarations import command_info, event_info
from mentorcore.domain.model import CORE_MODEL, OPEN_COMPANIONS, Guard
from mentorcore.errors import PracticeError
from mentorcore.log.event_types import table
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.upcasts import Lifts, Upcasts, steps_missing
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.program_view import LOG, ProgramView

if TYPE_CHECKING:
    from mentorcore.intake.form_kind import FormKind

__all__ = [
    "CONTRACT",
    "Here",
    "LeftOut",
    "Practice",
    "PracticeLine",
    "check",
    "check_stored",
    "distribution_of",
]

CONTRACT = 1
"""The number of the contract between mentorcore and practices."""

OURS, GIVEN = "built in", "given"

_NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")


@attrs.frozen(kw_only=True)
class Practice:
    """What a program does beyond the core.

    Attributes:
        name: What it is called: small letters, digits and hyphens.
        contract: The number of the contract that it was written for.
        aggregates: Its kinds of streams with their rules. Kinds of distributions other than
            mentorcore carry a hyphen, such as ``acme-visit``; those without are mentorcore's.
        views: What it tells of a program.
        forms: The kinds of form that it is read from, or a function that answers with them, for
            a practice whose forms are rarely asked for. Those of distributions other than
            mentorcore carry the practice's name, such as ``visits-log`` of ``visits``.
        upcasts: (stored name, version) → the step that leads from that version to the next.
        lifts: What those steps do to single fields, which amendments hold.
        texts: What its words mean: of fields, and of kinds of needs.
        guards: What narrows commands of the core; of practices that come with mentorcore only.
    """

    name: str
    contract: int
    aggregates: tuple[Aggregate[Any], ...] = ()
    views: tuple[ProgramView, ...] = ()
    forms: "tuple[FormKind, ...] | Callable[[], tuple[FormKind, ...]]" = ()
    upcasts: Upcasts = attrs.field(factory=dict)
    lifts: Lifts = attrs.field(factory=dict)
    texts: Mapping[str, str] = attrs.field(factory=dict)
    guards: tuple[Guard, ...] = ()

    @property
    def form_kinds(self) -> "tuple[FormKind, ...]":
        """The kinds of form that it is read from."""
        return self.forms() if callable(self.forms) else self.forms

    @property
    def kinds(self) -> tuple[str, ...]:
        """Its kinds of streams."""
        return tuple(aggregate.kind for aggregate in self.aggregates)


@attrs.frozen
class Here:
    """A practice that is here.

    Attributes:
        practice: Which.
        origin: Where it comes from: ``built in``, ``given``, or a distribution with its version.
        distribution: The distribution to install for it; ``None`` where it is not known.
    """

    practice: Practice
    origin: str = GIVEN
    distribution: str | None = None


@attrs.frozen
class LeftOut:
    """A practice that is installed and was left out.

    Attributes:
        name: The name of its entry point.
        origin: The distribution that brings it, with its version.
        problem: Why.
    """

    name: str
    origin: str
    problem: str


@attrs.frozen(kw_only=True)
class PracticeLine:
    """A practice as an open log knows it.

    Attributes:
        name: Its name; empty where the log notes none.
        kinds: Its kinds of streams.
        here: Whether its rules are here.
        views: The views that it brings, by name.
        origin: Where it comes from; empty for what is not here.
        events: How many events of these kinds the log holds.
        distribution: The distribution to install for it; ``None`` where it is not known.
        problem: Why it was left out, if it is installed.
    """

    name: str
    kinds: tuple[str, ...]
    here: bool
    views: tuple[str, ...] = ()
    origin: str = ""
    events: int = 0
    distribution: str | None = None
    problem: str | None = None


def distribution_of(found: Here) -> str | None:
    """The distribution to install for a practice; looked for where nobody said it."""
    if found.distribution is not None or found.origin != GIVEN:
        return found.distribution
    from importlib.metadata import packages_distributions  # noqa: PLC0415 - it loads half of email

    modules = {e.__module__.partition(".")[0] for a in found.practice.aggregates for e in a.events}
    known = packages_distributions()
    return next((name for module in sorted(modules) for name in known.get(module, ())), None)


def _unfit(practice: Practice, why: str) -> PracticeError:
    return PracticeError(why, practice=practice.name)


def check(practice: Practice, *, ours: bool) -> None:
    """Refuse what a practice may not be or have, whatever others there are.

    Args:
        practice: Which.
        ours: Whether it comes with mentorcore.

    Raises:
        PracticeError: Says why.
    """
    if not isinstance(practice, Practice):
        raise PracticeError(f"{practice!r} is no Practice", practice=type(practice).__name__)
    if not _NAME.fullmatch(practice.name):
        raise _unfit(practice, "a practice is called by small letters, digits and hyphens")
    if practice.contract != CONTRACT:
        raise _unfit(
            practice,
            f"it was written for contract {practice.contract!r}; this mentorcore keeps contract "
            f"{CONTRACT}",
        )
    for aggregate in practice.aggregates:
        _check_kind(practice, aggregate, ours=ours)
    if practice.guards and not ours:
        raise _unfit(practice, "only practices that come with mentorcore have guards")
    for view in practice.views:
        _check_view(practice, view, ours=ours)


def _check_kind(practice: Practice, aggregate: Aggregate[Any], *, ours: bool) -> None:
    kind = aggregate.kind
    if not _NAME.fullmatch(kind):
        raise _unfit(practice, f"{kind!r} is no kind: small letters, digits and hyphens")
    if ("-" in kind) is ours:
        raise _unfit(
            practice,
            f"the kind {kind!r} carries a hyphen, as only those of other distributions do"
            if ours
            else f"the kind {kind!r} carries no hyphen, as only mentorcore's own do; call it "
            f"after who brings it, such as 'acme-{kind}'",
        )
    founding = [e for e in aggregate.events if event_info(e).founding]
    if not founding:
        raise _unfit(practice, f"no event founds a stream of the kind {kind!r}")
    for event in aggregate.events:
        if event_info(event).companion:
            raise _unfit(practice, f"{event.__name__} is a companion, and only the core has those")
        if event_info(event).anonymous and not ours:
            raise _unfit(practice, f"{event.__name__} is anonymous, as only mentorcore's may be")
    for command in aggregate.commands:
        if aggregate.id_field not in {f.name for f in attrs.fields(command)}:
            raise _unfit(practice, f"{command.__name__} has no field {aggregate.id_field!r}")
        for event in command_info(command).events:
            if event not in aggregate.events and event not in OPEN_COMPANIONS:
                raise _unfit(
                    practice, f"{command.__name__} leads to {event.__name__}, which is not its own"
                )


def _check_view(practice: Practice, view: ProgramView, *, ours: bool) -> None:
    if not view.name.startswith(f"{practice.name}."):
        raise _unfit(practice, f"its view {view.name!r} is not called '{practice.name}.…'")
    if view.together is not None and not ours:
        raise _unfit(
            practice,
            f"its view {view.name!r} tells rows of several streams together, as only views that "
            "come with mentorcore do",
        )
    for kind in view.projection.initial:
        own = next((a for a in practice.aggregates if a.kind == kind), None)
        if own is None and not ours:
            raise _unfit(practice, f"its view {view.name!r} folds streams of the kind {kind!r}")
        if own is not None and not _is_grouped(view.projection, own):
            raise _unfit(
                practice,
                f"what founds a stream of the kind {kind!r} names no program_id, and the view "
                f"{view.name!r} does not say that it belongs to the whole log",
            )


def _is_grouped(projection: Projection[Any], aggregate: Aggregate[Any]) -> bool:
    """Whether it can be told which program a stream belongs to."""
    founding = [e for e in aggregate.events if event_info(e).founding]
    if all("program_id" in {f.name for f in attrs.fields(e)} for e in founding):
        return True
    bare: list[Any] = [object.__new__(e) for e in founding]
    try:
        return all(projection.group(event) == LOG for event in bare)
    except Exception:  # noqa: BLE001 - a stranger's code, asked about an event without fields
        return False


def check_stored(practice: Practice) -> None:
    """Refuse events that could not be stored, or not be read again."""
    events = tuple(event for aggregate in practice.aggregates for event in aggregate.events)
    own = {event_info(event).name: event_info(event).version for event in events}
    try:
        codec = Codec(table((*CORE_MODEL.events, *events)))
        for name, version in own.items():
            codec.reader(name)
            if missing := steps_missing(name, version, practice.upcasts):
                raise _unfit(practice, f"no step leads {name!r} on from version {missing[0]}")
    except TypeError as error:
        raise _unfit(practice, str(error)) from error
    strange = {name for name, _ in (*practice.upcasts, *practice.lifts)} - own.keys()
    if strange:
        raise _unfit(practice, f"it has steps for {min(strange)!r}, which is not its own")
