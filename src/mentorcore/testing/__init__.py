"""What mentorcore tests itself with, for the tests of those who build on it.

`given` tells a decision as a story. `AdapterContract` holds what every adapter promises, and needs
pytest. Example events of any class, for property tests, are in `mentorcore.testing.strategies`,
which needs hypothesis.
"""

from typing import TYPE_CHECKING, Any

from mentorcore.errors import MissingExtra
from mentorcore.testing.adapter_samples import Sample
from mentorcore.testing.scenario import Outcome, Scenario, given

if TYPE_CHECKING:
    from mentorcore.testing.adapter_contract import AdapterContract

__all__ = ["AdapterContract", "Outcome", "Sample", "Scenario", "given"]


def __getattr__(name: str) -> Any:
    if name == "AdapterContract":  # pytest is loaded for those who test an adapter only
        try:
            from mentorcore.testing.adapter_contract import (  # noqa: PLC0415 - see above
                AdapterContract,
            )
        except ModuleNotFoundError as error:
            if error.name != "pytest":
                raise
            raise MissingExtra("the contract test of adapters", "test") from error
        return AdapterContract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
