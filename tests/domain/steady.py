"""How the property tests of the domain run: the same examples every time, however busy the machine."""

from hypothesis import HealthCheck, settings

__all__ = ["steady"]


def steady(examples: int) -> settings:
    """So many examples, always the same ones, without a limit of time."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
