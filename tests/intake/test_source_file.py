"""A source file says where secrets are and never holds one; all its problems are told at once."""

import os
from pathlib import Path

import pytest

from mentorcore.errors import Invalid
from mentorcore.intake.source_file import ServiceSource, read_source

GOOD = """
adapter = "qualtrics"
form = "SV_1"
mapping = "mappings/check-in.toml"

[settings]
datacenter = "fra1"

[secrets]
token = { env = "OUR_TOKEN" }
credentials = { file = "key.json" }
"""


def source(folder: Path, text: str = GOOD) -> ServiceSource:
    file = folder / "check-in.toml"
    file.write_text(text)
    return read_source(file)


def key(folder: Path, mode: int = 0o600, content: bytes = b'{"a": 1}\n') -> Path:
    path = folder / "key.json"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(Invalid) as caught:
        source(folder, text)
    return [str(problem) for problem in caught.value.problems]


def refused(folder: Path, environ: dict[str, str]) -> str:
    with pytest.raises(Invalid) as caught:
        source(folder).account(environ)
    return str(caught.value)


def test_a_source_file_names_form_mapping_settings_and_secrets(tmp_path: Path) -> None:
    key(tmp_path)

    found = source(tmp_path)
    account = found.account({"OUR_TOKEN": "t0ken"})

    assert (found.adapter, found.form, found.name) == ("qualtrics", "SV_1", "check-in")
    assert found.mapping == tmp_path / "mappings" / "check-in.toml"
    assert (account.name, account.form) == ("check-in", "SV_1")
    assert account.settings == {"datacenter": "fra1"}
    assert (account.secret("token"), account.secret("credentials")) == ("t0ken", '{"a": 1}')
    assert "t0ken" not in repr(account) + repr(found)


def test_every_problem_of_a_source_file_is_told(tmp_path: Path) -> None:
    found = problems(tmp_path, 'adaptor = "qualtrics"\nform = 3\n[settings]\nx = 1\n')

    assert [line.partition(":")[0] for line in found] == [
        "adapter",
        "form",
        "settings.x",
        "adaptor",
    ]


@pytest.mark.parametrize(
    "said",
    [
        '"s3cret"',
        '["s3cret"]',
        '{ env = "s3-cret" }',
        '{ env = "OUR", file = "s3cret" }',
        "{}",
        '{ value = "s3cret" }',
    ],
)
def test_a_secret_in_the_file_itself_is_refused_and_not_repeated(tmp_path: Path, said: str) -> None:
    found = problems(tmp_path, f'adapter = "a"\nform = "f"\n[secrets]\ntoken = {said}\n')

    assert any(line.startswith("secrets.token") for line in found)
    assert "s3" not in "".join(found)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o601])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = key(tmp_path, mode)

    said = refused(tmp_path, {"OUR_TOKEN": "t"})

    assert f"others may read or change {path}; say: chmod 600 {path}" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"x" * (2 << 20), "too large"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    key(tmp_path, content=content)

    assert why in refused(tmp_path, {"OUR_TOKEN": "t"})


def test_what_is_missing_is_told_all_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, {"OUR_TOKEN": ""})

    assert "secrets.token: its environment variable is not set, or empty" in said
    assert "key.json is not there, or no ordinary file" in said


def test_the_environment_of_the_process_is_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key(tmp_path)
    monkeypatch.setenv("OUR_TOKEN", "from outside")

    assert source(tmp_path).account().secret("token") == "from outside"
