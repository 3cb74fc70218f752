"""A verifier key may be given as it is handed out, as text, wherever keys are trusted."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, Clock, mc


class Signed:
    """A signed log with two checkpoints, and what was handed out of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "program.db"
        self.key = mc.create_signing_key(folder / "signing.key", "log.example.org/a")
        with mc.open(self.path, clock=Clock(), sign=folder / "signing.key") as engine:
            person = engine.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR).events[0]
            self.first = engine.checkpoint().checkpoint
            engine.handle(mc.RegisterPerson(name="Lin"), actor=COORDINATOR)
            self.second = engine.checkpoint().checkpoint
            self.receipt = engine.receipt(person.position)
            self.continued = engine.consistency(self.first, self.second)

    def policy(self, keys: Any, **asked: Any) -> str:
        demands = mc.VerificationPolicy(keys=keys, held={"mine": self.first.note}, **asked)
        return str(mc.verify_log(self.path, demands).verdict)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return Signed(tmp_path_factory.mktemp("signed"))


def read(signed: Signed, keys: Any) -> Any:
    return mc.read_checkpoint(signed.first.note, keys)


def receipt(signed: Signed, keys: Any) -> Any:
    return mc.verify_receipt(signed.receipt, keys)


def continued(signed: Signed, keys: Any) -> Any:
    return mc.verify_continued(signed.continued.text, signed.first.note, keys)


def log(signed: Signed, keys: Any) -> Any:
    return signed.policy(keys)


TRUSTING: list[Callable[[Signed, Any], Any]] = [read, receipt, continued, log]


@pytest.mark.parametrize("trusting", TRUSTING)
def test_text_and_key_are_the_same(signed: Signed, trusting: Any) -> None:
    expected = trusting(signed, [signed.key])

    for keys in ([str(signed.key)], str(signed.key), signed.key, (str(signed.key),)):
        assert trusting(signed, keys) == expected
    assert expected != "bad-signature"


@pytest.mark.parametrize("trusting", TRUSTING)
@pytest.mark.parametrize("wrong", ["k+00cf2a9a", "", b"k+00cf2a9a+AAAA", None, 5])
def test_whatever_is_no_key_is_refused_with_a_sentence(
    signed: Signed, trusting: Any, wrong: object
) -> None:
    with pytest.raises(mc.Invalid, match="is no verifier key"):
        trusting(signed, [wrong])


def test_witnesses_are_trusted_by_text_as_well(signed: Signed) -> None:
    key = mc.create_signing_key(signed.folder / "witness.key", "witness.example.org", kind=4)

    assert mc.VerificationPolicy(
        keys=[str(signed.key)], witnesses=[str(key)], quorum=1
    ) == mc.VerificationPolicy(keys=[signed.key], witnesses=[key], quorum=1)


def test_a_held_checkpoint_may_be_one_or_its_bytes(signed: Signed) -> None:
    notes: Iterator[Any] = iter((signed.first, signed.first.note.encode(), signed.first.note))

    verdicts = {
        mc.verify_log(
            signed.path, mc.VerificationPolicy(keys=[signed.key], held={"mine": note})
        ).verdict
        for note in notes
    }

    assert verdicts == {"verified"}


def test_a_witness_is_told_by_text_which_logs_it_watches(signed: Signed) -> None:
    mc.create_signing_key(signed.folder / "another.key", "witness.example.org/b", kind=4)
    signer = mc.read_signing_key(signed.folder / "another.key")
    witness = mc.Witness(
        signed.folder / "seen.db", signer, [str(signed.key)], lambda: datetime.now(UTC)
    )

    answer = witness.submit(b"old 0\n\n" + signed.first.note.encode())
    witness.close()

    assert answer.status == 200


def test_white_space_around_the_text_is_no_part_of_it(signed: Signed) -> None:
    assert mc.VerifierKey.read(f"\t{signed.key} \r\n") == signed.key
