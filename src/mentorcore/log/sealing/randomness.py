"""Random bytes for nonces, salts and ids, asked of the system for some hundred at a time."""

import os
from collections.abc import Callable

__all__ = ["random_bytes"]

SIZE = 12
"""Of a nonce and of a salt; an id takes a little less."""
TOGETHER = 340

_pool: list[bytes] = []


def random_bytes(size: int, ask: Callable[[int], bytes] = os.urandom) -> bytes:
    """Bytes that the system gave, and that nobody else gets.

    Taking one from the pool is a single step, whatever other threads do; a process that was forked
    off has a pool of its own.
    """
    if size > SIZE:
        return ask(size)
    try:
        one = _pool.pop()
    except IndexError:
        some = ask(SIZE * TOGETHER)
        fresh = [some[at : at + SIZE] for at in range(0, len(some), SIZE)]
        one = fresh.pop()
        _pool.extend(fresh)
    return one[:size]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.clear)
