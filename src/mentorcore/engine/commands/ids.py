"""New ids: random numbers in the order of time.

Ids that rise with time keep inserts at the end of the database's index; random ones made a bulk
import six times slower. The layout is that of UUID version 7 (RFC 9562, section 5.7).
"""

import threading
from collections.abc import Callable
from datetime import datetime

from mentorcore.log.sealing.randomness import random_bytes

__all__ = ["time_ordered"]


def time_ordered(
    clock: Callable[[], datetime], random: Callable[[int], bytes] = random_bytes
) -> Callable[[], str]:
    """A source of 32 hex digits, rising within this process even inside one millisecond."""
    lock = threading.Lock()
    last = 0

    def make() -> str:
        nonlocal last
        tail = int.from_bytes(random(10), "big")
        with lock:
            # 48 bits of milliseconds, then 12 bits that count within a millisecond.
            moment = max(int(clock().timestamp() * 1000) << 12 | tail >> 70 & 0x3FF, last + 1)
            last = moment
        number = (moment >> 12 & 0xFFFFFFFFFFFF) << 80
        number |= 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | tail & (2**62 - 1)
        return f"{number:032x}"

    return make
