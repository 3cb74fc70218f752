"""A property that is computed once, without a lock that a fork could leave held for ever."""

import functools
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

__all__ = ["cached_property"]

T = TypeVar("T")


class cached_property(functools.cached_property[T]):  # noqa: N801 - it stands for that one
    """`functools.cached_property` as it is from Python 3.12 on.

    Before, a lock of the whole class is held meanwhile: a process that is forked off at that moment
    would wait for it for ever.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        super().__init__(func)
        self.lock = nullcontext()
