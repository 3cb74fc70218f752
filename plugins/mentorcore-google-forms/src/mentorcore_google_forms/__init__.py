"""Google Forms for mentorcore: both CSV downloads, and the service itself."""

from collections.abc import Callable

from mentorcore.adapters.spec import Adapter, hookimpl

from mentorcore_google_forms.exports import GoogleFormsCsv
from mentorcore_google_forms.service import GoogleForms

__all__ = ["GoogleForms", "GoogleFormsCsv", "mentorcore_adapters"]


@hookimpl
def mentorcore_adapters(register: Callable[[Adapter], None]) -> None:
    """Offer the adapter for downloaded tables and the one for the Forms API."""
    register(GoogleFormsCsv())
    register(GoogleForms())
