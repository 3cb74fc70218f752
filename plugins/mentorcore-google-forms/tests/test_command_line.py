"""The words of the command line reach the service, and nothing but the answers comes back."""

import json
from collections.abc import Iterator
from pathlib import Path

import mentorcore
import pytest
from forms_server import FormsServer
from mentorcore.adapters.spec import Options, SourceUnreadable
from mentorcore.cli.main import main
from test_sync import FORM, MAPPING, TOKEN, US, response

from mentorcore_google_forms import GoogleForms


@pytest.fixture
def service() -> Iterator[FormsServer]:
    people = [response(n, f"2026-09-0{n}T10:00:00.123Z", f"Person {n}") for n in range(1, 4)]
    with FormsServer(FORM, people) as found:
        found.token = TOKEN
        yield found


@pytest.fixture
def source(service: FormsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that name a log with a program, and the source file of the form."""
    with mentorcore.open(tmp_path / "program.db") as engine:
        plan = mentorcore.read_blueprint(mentorcore.BLUEPRINT_TEMPLATE, "template")
        engine.batch(plan.commands(engine.new_id), actor=US)
    (tmp_path / "sign-up.toml").write_text(MAPPING)
    (tmp_path / "source.toml").write_text(
        'adapter = "google-forms"\nform = "F1"\nmapping = "sign-up.toml"\n'
        f'[settings]\nbase_url = "{service.url}/"\n'
        '[secrets]\ncredentials = { env = "MADE_TOKEN" }\n'
    )
    monkeypatch.setenv("MADE_TOKEN", TOKEN)
    return [str(tmp_path / "program.db"), "--source", str(tmp_path / "source.toml")]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(words)
    told = capsys.readouterr()
    assert TOKEN not in told.out + told.err
    return code, told.out + told.err


def test_a_form_is_checked_tried_and_synced(
    source: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    checked = said(capsys, "sync", *source, "--check")
    tried = said(capsys, "sync", *source, "--dry-run", "--json")
    first = said(capsys, "sync", *source, "--json")
    again = said(capsys, "sync", *source, "--json")

    assert checked[0] == tried[0] == first[0] == again[0] == 0
    reports = [json.loads(text) for _, text in (tried, first, again)]
    assert [r["counts"]["taken"] for r in reports] == [3, 3, 0]
    assert [r["dry_run"] for r in reports] == [True, False, False]


def test_a_mapping_is_proposed_from_the_service(
    source: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = said(capsys, "discover", *source[1:])

    assert code == 0
    assert '"0000000a": 3 different answers; "Your name"' in text


def test_an_expired_token_is_told_without_it(
    service: FormsServer, source: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    service.token = "another"

    code, text = said(capsys, "sync", *source, "--debug")

    assert code != 0
    assert "does not accept the credentials" in text


@pytest.mark.parametrize("base", ["http://forms.example.org", "ftp://127.0.0.1", "https://", "//x"])
def test_a_token_is_sent_to_no_address_in_the_clear(base: str) -> None:
    account = mentorcore.ServiceAccount(name="us", form="F1", secrets={"credentials": TOKEN})
    options = Options(more={"base_url": base})

    with pytest.raises(SourceUnreadable, match="it must begin with https://"):
        GoogleForms().outline(account, options)
    assert [n.code for n in GoogleForms().check(account, options)] == ["refused"]
