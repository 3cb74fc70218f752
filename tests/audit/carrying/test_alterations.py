"""Whatever is altered in a carried file, it is refused."""

from pathlib import Path

import pytest
from audit.carrying.alterations import accepted


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_altered_file_is_accepted(tmp_path: Path, seed: int) -> None:
    passed, codes = accepted(250, seed, tmp_path)

    assert passed == []
    assert set(codes) == {"record_unreadable", "record_altered", "unknown_issuer"} or set(
        codes
    ) == {"record_unreadable", "record_altered"}
