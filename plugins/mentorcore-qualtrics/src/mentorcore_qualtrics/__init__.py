"""Qualtrics for mentorcore: exports in files, survey definitions, and the export API.

It is written as any stranger's adapter would be: it knows `mentorcore.adapters.spec` and the
standard library.
"""

from collections.abc import Callable

from mentorcore.adapters.spec import Adapter, hookimpl

from mentorcore_qualtrics.adapter import Qualtrics

__all__ = ["Qualtrics", "mentorcore_adapters"]


@hookimpl
def mentorcore_adapters(register: Callable[[Adapter], None]) -> None:
    """Offer the adapter for Qualtrics."""
    register(Qualtrics())
