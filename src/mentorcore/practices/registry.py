"""The practices that a log is kept by: put together with the core, given or found installed.

A kind, an event or a command belongs to one of them. A distribution whose practice is broken, or
does not fit beside the others, is left out with the reason, and the others work.
"""

import copy
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mentorcore.cached_property import cached_property
from mentorcore.domain.model import Model
from mentorcore.errors import PracticeError
from mentorcore.log.serialization.upcasts import LIFTS, UPCASTS, Lifts, Upcasts
from mentorcore.plugins import installed, offered_by, reason_of
from mentorcore.policy.guards.guards import pack_guards
from mentorcore.policy.registry import Packs
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.practice import (
    OURS,
    Here,
    LeftOut,
    Practice,
    PracticeLine,
    check,
    check_stored,
)
from mentorcore.projections.program_view import ProgramView, check_views

if TYPE_CHECKING:
    from mentorcore.intake.form_kind import FormKind

__all__ = ["GROUP", "Practices", "under"]

GROUP = "mentorcore.practices"
"""The entry point group under which distributions name the modules of their practices."""

HOOK = "mentorcore_practices"


class Practices:
    """Practices put together with the core; equal to itself alone.

    Args:
        here: Those that are here, in the order in which they were put together.
        left_out: Those that are installed and were left out.

    Attributes:
        model: The rules of the core and of all of them.
        views: Their views.
        upcasts: The steps from older payloads to today's, with those of the core.
        lifts: What those steps do to single fields.
        texts: What their words mean.
        packs: The policy packs that are registered.

    Raises:
        PracticeError: They do not fit together.
    """

    def __init__(self, here: Iterable[Here] = (), left_out: Iterable[LeftOut] = ()) -> None:
        self.here = tuple(here)
        self.left_out = tuple(left_out)
        practices: list[Practice] = []
        for found in self.here:
            check(found.practice, ours=found.origin == OURS)
            if found.practice.name in {p.name for p in practices}:
                raise PracticeError("another has its name", practice=found.practice.name)
            practices.append(found.practice)
        owners = {kind: p.name for p in practices for kind in p.kinds}
        self.model = Model(
            (a for p in practices for a in p.aggregates),
            owners,
            guards=(g for p in practices for g in p.guards),
        )
        self.packs = Packs()
        self.views = tuple(_fitted(view, self.model) for p in practices for view in p.views)
        self.upcasts: Upcasts = MappingProxyType(_joined(UPCASTS, *(p.upcasts for p in practices)))
        self.lifts: Lifts = MappingProxyType(_joined(LIFTS, *(p.lifts for p in practices)))
        self.texts: Mapping[str, str] = MappingProxyType(_joined(*(p.texts for p in practices)))
        check_views(self.views)
        strangers = [h.practice for h in self.here if h.origin != OURS]
        if any(practice.forms for practice in strangers):
            self.check_forms()
        for practice in strangers:
            check_stored(practice)

    @cached_property
    def forms(self) -> "tuple[FormKind, ...]":
        """Their kinds of form, beside the core's."""
        return tuple(form for h in self.here for form in h.practice.form_kinds)

    def check_forms(self) -> None:
        """Refuse kinds of form that do not fit beside the core's and each other.

        Raises:
            PracticeError: Says why.
        """
        from mentorcore.practices.form_checks import (  # noqa: PLC0415 - a log may need none
            check_forms,
        )

        ours = frozenset(h.practice.name for h in self.here if h.origin == OURS)
        check_forms({h.practice.name: h.practice.form_kinds for h in self.here}, ours)

    def __repr__(self) -> str:
        return f"Practices({', '.join(h.practice.name for h in self.here)})"

    @classmethod
    def of(cls, practices: Iterable[Practice]) -> "Practices":
        """The practices that come with mentorcore, and these; nothing is looked for.

        Raises:
            PracticeError: One of them does not fit; says why.
        """
        made = [Here(practice, OURS) for practice in BUILT_IN]
        return cls((*made, *(Here(practice) for practice in practices)))

    @classmethod
    def installed(cls, allow: Collection[str] | None = None) -> "Practices":
        """The practices that come with mentorcore, and those of installed distributions.

        Each is loaded by itself and tried together with the core and those before it. One that
        does not fit is left out with the reason, and the others work.

        Args:
            allow: Names of the entry points that may be loaded; all when not given.
        """
        from mentorcore.practices import spec  # noqa: PLC0415 - an author's, not needed before

        found = cls.of(())
        for plugin in installed(GROUP, allow):
            problem = plugin.problem
            if plugin.load is not None:
                from mentorcore.practices import spec  # noqa: PLC0415 - what a plugin imports

                try:
                    offered = offered_by(plugin.load(), plugin.name, spec, HOOK, "practice")
                    more = (Here(p, plugin.origin, plugin.distribution) for p in offered)
                    found = cls((*found.here, *more), found.left_out)
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code runs here
                    problem = str(error) if isinstance(error, PracticeError) else reason_of(error)
            if problem is not None:
                left = LeftOut(plugin.name, plugin.origin, problem)
                found = cls(found.here, (*found.left_out, left))
        return found

    def listing(self) -> tuple[PracticeLine, ...]:
        """Those that are here, then those that were left out; no log is read for it."""
        return (
            *(
                PracticeLine(
                    name=h.practice.name,
                    kinds=h.practice.kinds,
                    here=True,
                    views=tuple(view.name for view in h.practice.views),
                    origin=h.origin,
                    distribution=h.distribution,
                )
                for h in self.here
            ),
            *(
                PracticeLine(name=p.name, kinds=(), here=False, origin=p.origin, problem=p.problem)
                for p in self.left_out
            ),
        )

    @property
    def form_kinds(self) -> "tuple[FormKind, ...]":
        """The kinds of form of the core, and theirs."""
        from mentorcore.intake.forms.built_in import FORMS  # noqa: PLC0415 - a log may need none

        return (*FORMS, *self.forms)

    def bringing(self, kind: str) -> Here | None:
        """The practice that brings a kind of stream; ``None`` for a kind of the core."""
        return next((h for h in self.here if kind in h.practice.kinds), None)


def under(practices: Practices, packs: Packs) -> Practices:
    """These practices where policy packs are registered, with what the packs forbid.

    Args:
        practices: The practices; they stay as they are.
        packs: The policy packs.
    """
    made = copy.copy(practices)
    made.packs = packs
    here = [found.practice for found in practices.here]
    made.model = Model(
        (aggregate for practice in here for aggregate in practice.aggregates),
        {kind: practice.name for practice in here for kind in practice.kinds},
        guards=(*(g for practice in here for g in practice.guards), *pack_guards(packs)),
    )
    return made


def _fitted(view: ProgramView, model: Model) -> ProgramView:
    """A view as it is of a log that is kept by these rules."""
    made = view.together and view.together.for_model
    return made(model) if made else view


def _joined(*parts: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for part in parts for key, value in part.items()}
