"""What mentorcore tests itself with, for the tests of those who build on it.

`given` tells a decision as a story. `AdapterContract` and `PracticeContract` hold what every
adapter and every practice promises, and need pytest; `small_program` begins a program for a
practice to work in. Example events of any class, for property tests, are in
`mentorcore.testing.strategies`, which needs hypothesis.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mentorcore.errors import MissingExtra
from mentorcore.testing.adapter_samples import Sample
from mentorcore.testing.scenario import Outcome, Scenario, given

if TYPE_CHECKING:
    from mentorcore.testing.adapter_contract import AdapterContract
    from mentorcore.testing.practice_contract import PracticeContract
    from mentorcore.testing.practice_world import small_program

__all__ = [
    "AdapterContract",
    "Outcome",
    "PracticeContract",
    "Sample",
    "Scenario",
    "given",
    "small_program",
]

_LATE = {
    "AdapterContract": ("adapter_contract", "the contract test of adapters"),
    "PracticeContract": ("practice_contract", "the contract test of practices"),
    "small_program": ("practice_world", "a small program"),
}
"""What is loaded for those who test an adapter or a practice only."""


def __getattr__(name: str) -> Any:
    if name in _LATE:
        module, what = _LATE[name]
        try:
            return getattr(import_module(f"{__name__}.{module}"), name)
        except ModuleNotFoundError as error:
            if error.name != "pytest":
                raise
            raise MissingExtra(what, "test") from error
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
