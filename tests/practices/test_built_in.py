"""Every practice that comes with mentorcore is registered, and the contract is run on it."""

from importlib import import_module
from pathlib import Path

import pytest

import mentorcore.practices
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.practice import Practice, check_stored
from mentorcore.practices.registry import Practices

HOME = Path(mentorcore.practices.__file__).parent
FOLDERS = sorted(path.parent.name for path in HOME.glob("*/__init__.py"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_a_practice_is_registered(folder: str) -> None:
    offered = vars(import_module(f"mentorcore.practices.{folder}")).values()
    found = [practice for practice in offered if isinstance(practice, Practice)]

    assert found, f"practices/{folder} offers no Practice in its __init__.py"
    assert all(practice in BUILT_IN for practice in found), (
        f"practices/{folder} is not registered: add its Practice to BUILT_IN in "
        "practices/built_in.py"
    )


WITH_STREAMS = [practice for practice in BUILT_IN if practice.aggregates]
"""What the contract is about: those that only have views record nothing."""


@pytest.mark.parametrize("practice", WITH_STREAMS, ids=lambda practice: practice.name)
def test_the_contract_is_run_on_every_practice(practice: Practice) -> None:
    module = practice.aggregates[0].events[0].__module__.rpartition(".")[0]
    tests = [p.read_text("utf-8") for p in Path(__file__).parent.rglob("*.py")]

    assert any("(PracticeContract)" in text and module in text for text in tests), (
        f"nothing runs the contract on {practice.name!r}: put a class of PracticeContract into "
        "tests/practices"
    )


@pytest.mark.parametrize("practice", BUILT_IN, ids=lambda practice: practice.name)
def test_what_comes_along_fits_without_being_checked_whenever_a_log_is_opened(
    practice: Practice,
) -> None:
    check_stored(practice)

    Practices.of(()).check_forms()
