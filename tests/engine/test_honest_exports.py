"""However an export of an unaltered log is asked for, nobody who checks it takes it for altered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from audit.made_logs import Auditor
from engine.full_program import FullProgram
from engine.world import COORDINATOR, Place
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.domain.values import Sealed
from mentorcore.engine.engine import Engine

ORIGIN = "mentoring.example.edu/log1"
WITHHELD = ("states", "sealed", "person.*", "pairing.*", "program.designed", "response.*")


@attrs.frozen
class Kept:
    """A log in which everything happened once, and who holds a checkpoint of it.

    Attributes:
        engine: The log.
        auditor: Who holds a checkpoint.
        vkey: The log's verifier key.
        sealed: Every sealed value: position and field.
    """

    engine: Engine
    auditor: Auditor
    vkey: str
    sealed: tuple[tuple[int, str], ...]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    vkey = str(create_signing_key(folder / "signing-key", ORIGIN))
    signing = sign_with(folder / "signing-key", background=False)
    at = Place(str(folder / "program.db"), str(folder / "program.keys"))
    with at.open(1, sign=signing) as opened:
        FullProgram(opened)
        auditor = Auditor(folder)
        auditor.hold(opened.checkpoint().checkpoint.note)
        sealed = tuple(
            (recorded.position, field.name)
            for recorded in opened.events()
            for field in attrs.fields(type(recorded.event))
            if isinstance(getattr(recorded.event, field.name), Sealed)
        )
        yield Kept(opened, auditor, vkey, sealed)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_unaltered_log_is_verified_however_it_is_handed_out(
    kept: Kept, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("handed")
    withheld = data.draw(st.lists(st.sampled_from(WITHHELD), max_size=3))
    opened = data.draw(st.lists(st.sampled_from(kept.sealed), max_size=4))
    more: dict[str, Any] = {
        name: data.draw(st.booleans(), name) for name in ("tiles", "entries", "as_it_is")
    }
    to = folder / data.draw(st.sampled_from(["bundle", "bundle.zip"]))

    done = kept.engine.export(
        to, recipient="auditor", actor=COORDINATOR, withhold=withheld, disclose=opened, **more
    )

    report = kept.auditor.verify(to, vkey=kept.vkey)
    assert (report["verdict"], report["signed"]) == ("verified", done.size)
    assert {(p, f) for p, f, _ in report["opened"]} == set(opened)
    assert all(value not in (None, "") for _, _, value in report["opened"])
    assert (report["withheld"] > 0) == bool(set(withheld))
    assert done.refusal is None
    shutil.rmtree(folder)


def test_whatever_is_sealed_can_be_opened(kept: Kept, tmp_path: Path) -> None:
    to = tmp_path / "bundle"

    kept.engine.export(
        to, recipient="auditor", actor=COORDINATOR, withhold=["states"], disclose=kept.sealed
    )

    report = kept.auditor.verify(to, vkey=kept.vkey)
    assert report["verdict"] == "verified"
    assert len(report["opened"]) == len(set(kept.sealed))
