from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audit.books import Book
from audit.carrying.files import books


@pytest.fixture
def book_in(tmp_path: Path) -> Iterator[Callable[..., Book]]:
    """Opens a log of its own for a test."""
    with books(tmp_path) as book:
        yield book
