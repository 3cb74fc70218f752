"""A signing key stands in a file of its own that nobody else can read, and is never replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit.vectors import KEY, ORIGIN, WITNESS

from mentorcore.audit.merkle.tree import EMPTY_ROOT
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import (
    begin_rotation,
    create_signing_key,
    end_rotation,
    read_key_file,
    read_signing_key,
)
from mentorcore.audit.notes.verifier_keys import COSIGNATURE
from mentorcore.errors import Invalid, KeyMissing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "program.signing-key"


def test_a_key_is_made_once_and_signs(path: Path) -> None:
    key = create_signing_key(path, ORIGIN)

    signed = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), read_signing_key(path))

    assert read_checkpoint(signed.note, [key]) == signed
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyMissing, match="never replaced"):
        create_signing_key(path, ORIGIN)


def test_the_file_of_checkpoints_is_made_with_the_key(path: Path) -> None:
    create_signing_key(path, ORIGIN)

    assert sign_with(path).memory.newest([KEY]) is None
    assert sign_with(path).origin == ORIGIN


def test_a_witness_has_a_key_of_its_own_kind(path: Path) -> None:
    key = create_signing_key(path, WITNESS.key.name, kind=COSIGNATURE)

    assert read_signing_key(path).key == key
    assert key.kind == COSIGNATURE


def test_a_key_that_others_can_read_signs_nothing(path: Path) -> None:
    create_signing_key(path, ORIGIN)
    path.chmod(0o640)

    with pytest.raises(KeyMissing, match=r"can be read by others \(mode 0640\)"):
        read_signing_key(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"format":"another/1"}',
        '{"format":"mentorcore-signing-key/1","name":"a","kind":1,"seed":"AAAA"}',
    ],
)
def test_what_is_no_signing_key_is_refused(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises((KeyMissing, Invalid)):
        read_signing_key(path)


def test_a_missing_key_says_how_one_is_made(path: Path) -> None:
    with pytest.raises(KeyMissing, match="--init-key"):
        read_signing_key(path)


def test_an_origin_is_a_name_without_spaces(path: Path) -> None:
    with pytest.raises(Invalid, match="spaces"):
        create_signing_key(path, "our log")

    assert not path.exists()


def test_a_new_key_takes_over_and_knows_the_ones_before(path: Path) -> None:
    first = create_signing_key(path, ORIGIN)
    second = begin_rotation(path).key
    assert read_signing_key(path).key == first, "nothing is replaced yet"

    kept = end_rotation(path)
    third = begin_rotation(path).key
    end_rotation(path)

    assert read_key_file(path)[0].key == third
    assert read_key_file(path)[1] == (second, first)
    assert read_signing_key(kept).key == first
    assert sign_with(path).keys == (third, second, first)
    assert path.stat().st_mode & 0o777 == 0o600


def test_each_step_of_replacing_a_key_can_be_repeated(path: Path) -> None:
    first = create_signing_key(path, ORIGIN)
    second = begin_rotation(path).key
    assert begin_rotation(path).key == second
    kept = path.with_name(f"{path.name}.retired-{first.id.hex()}")
    kept.hardlink_to(path)  # the process died just after this

    assert end_rotation(path) == kept

    assert read_signing_key(path).key == second
    assert read_signing_key(kept).key == first


def test_a_rotation_that_was_not_begun_cannot_end(path: Path) -> None:
    key = create_signing_key(path, ORIGIN)

    with pytest.raises(KeyMissing, match="cannot take the place"):
        end_rotation(path)
    assert read_signing_key(path).key == key
