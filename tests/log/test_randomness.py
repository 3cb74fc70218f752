"""Nonces and salts are the system's random bytes, each for one value alone."""

import os
import threading

import pytest

from mentorcore.log.sealing import randomness
from mentorcore.log.sealing.randomness import SIZE, TOGETHER, random_bytes


def test_no_bytes_are_given_twice() -> None:
    number = 3 * TOGETHER + 1

    given = {random_bytes(SIZE) for _ in range(number)}

    assert len(given) == number
    assert {len(one) for one in given} == {SIZE}


def test_threads_that_take_from_it_at_once_get_different_bytes() -> None:
    given: list[list[bytes]] = [[] for _ in range(4)]

    def take(mine: list[bytes]) -> None:
        mine.extend(random_bytes(SIZE) for _ in range(5 * TOGETHER))

    threads = [threading.Thread(target=take, args=(mine,)) for mine in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({one for mine in given for one in mine}) == 4 * 5 * TOGETHER


def test_every_byte_comes_from_the_system_and_is_used_once() -> None:
    randomness._pool.clear()
    asked: list[bytes] = []

    def ask(size: int) -> bytes:
        asked.append(os.urandom(size))
        return asked[-1]

    given = [random_bytes(SIZE, ask) for _ in range(TOGETHER)]

    assert len(asked) == 1
    assert sorted(given) == sorted(asked[0][at : at + SIZE] for at in range(0, len(asked[0]), SIZE))
    assert not randomness._pool


def test_bytes_of_other_lengths_are_as_long_as_asked() -> None:
    assert [len(random_bytes(size)) for size in (0, 10, 12, 13, 32)] == [0, 10, 12, 13, 32]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_that_is_forked_off_takes_nothing_that_its_parent_takes_too() -> None:
    random_bytes(SIZE)
    reading, writing = os.pipe()

    child = os.fork()
    if not child:
        os.write(writing, random_bytes(SIZE))
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, SIZE)
    ours = {random_bytes(SIZE) for _ in range(TOGETHER)}

    assert theirs not in ours
