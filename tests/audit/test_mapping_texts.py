"""The texts of mappings in a bundle are those that imports name, by a digest of what they say."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import Auditor, MadeLog, events, state
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.audit import standalone
from mentorcore.intake.mappings.mapping_reader import _digest, read_mapping

TEXT = """form = "people"
kind = "enrolment"
[people]
by = "email"
[source]
keys = ["Id"]
[fields]
name = "Name"
email = "E-mail, Zürich"
role = "Role"
since = "Since"
"""
DIGEST = read_mapping(TEXT, "people.toml").digest
NAME = f"mappings/{DIGEST[:32]}.toml"


def log_of(*digests: str) -> MadeLog:
    """A log of imports by these mappings."""
    started = [
        (10 + n, f"import:{n:032x}", 1, "import.started", state(n, mapping_digest=digest))
        for n, digest in enumerate(digests)
    ]
    return MadeLog([*events(8), *started])


def report(made: MadeLog, folder: Path, beside: dict[str, str]) -> dict[str, Any]:
    auditor = Auditor(folder)
    auditor.hold(made.note())
    return auditor.verify(made.bundle(folder / "bundle", beside=beside))


def test_the_text_that_an_import_names_is_in_order(tmp_path: Path) -> None:
    found = report(log_of(DIGEST), tmp_path, {NAME: TEXT})

    assert (found["verdict"], found["faults"], found["notices"]) == ("verified", [], [])


@pytest.mark.parametrize(
    "text",
    [
        "# read with care\n\n" + TEXT,
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        TEXT.replace("ü", "\\u00fc"),
        TEXT.replace('[people]\nby = "email"\n', "") + '[people]\nby = "email"\n',
    ],
)
def test_comments_order_and_spelling_do_not_count(text: str, tmp_path: Path) -> None:
    assert report(log_of(DIGEST), tmp_path, {NAME: text})["verdict"] == "verified"


OTHERS = {
    "another column": TEXT.replace("Since", "Until"),
    "one setting more": TEXT + 'post = "Post"\n',
    "no TOML": "name = ",
    "nothing": "",
}


@pytest.mark.parametrize("how", OTHERS)
def test_a_text_that_says_something_else_is_changed(how: str, tmp_path: Path) -> None:
    found = report(log_of(DIGEST), tmp_path, {NAME: OTHERS[how]})

    assert (found["verdict"], found["covered"]) == ("changed", 9)
    assert NAME in found["faults"][0]["reason"]


def test_a_text_under_its_own_digest_does_not_stand_for_another(tmp_path: Path) -> None:
    other = OTHERS["another column"]
    digest = read_mapping(other, "other.toml").digest

    found = report(log_of(DIGEST), tmp_path, {f"mappings/{digest[:32]}.toml": other})

    assert found["verdict"] == "verified"
    assert found["notices"] == [f"the mapping {DIGEST} of position 10 is not here"]


@pytest.mark.parametrize("name", ["mappings/people.toml", f"mappings/{DIGEST[32:]}.toml"])
def test_a_text_that_is_not_named_by_its_digest_is_changed(name: str, tmp_path: Path) -> None:
    assert report(log_of(DIGEST), tmp_path, {name: TEXT})["verdict"] == "changed"


def written(value: object) -> str:
    """A value in TOML."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case datetime() | date() | time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            members = (f"{written(key)} = {written(inner)}" for key, inner in value.items())
            return f"{{{', '.join(members)}}}"
    return repr(value)


MANIFEST = {
    "format": "mentorcore-export/2",
    "log_id": "00" * 16,
    "origin": None,
    "size": 0,
    "root": hashlib.sha256().hexdigest(),
    "states": "full",
    "engine": "0",
}
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=-8))])
VALUES: Any = st.recursive(
    st.booleans()
    | WORDS
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.times()
    | st.datetimes(timezones=ZONES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_the_digest_is_that_of_the_importer(said: dict[str, Any]) -> None:
    text = "".join(f"{written(key)} = {written(value)}\n" for key, value in said.items()).encode()
    name = f"mappings/{_digest(said)[:32]}.toml"
    manifest = MANIFEST | {"files": {name: [len(text), hashlib.sha256(text).hexdigest()]}}
    files = {"manifest.json": json.dumps(manifest).encode(), name: text}

    read = standalone.Bundle({n: lambda data=data: io.BytesIO(data) for n, data in files.items()})

    assert (read.faults, read.texts) == ([], {_digest(said)})
