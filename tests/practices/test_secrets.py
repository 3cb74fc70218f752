"""No text of a practice gets out but to its readers, in any answer and in no byte that lies about.

Texts are those of the worlds of the practices. Who their readers are says the page that
`test_who_sees_what` holds against the timelines; here all other answers are searched for them.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import attrs
import pytest
from cli.asking import Run
from engine.world import COORDINATOR, mc
from practices.seeing import LATER, WIDE, YES, Looked, looked_at
from practices.test_who_sees_what import written
from practices.worlds import WITH_STREAMS, lived_through

import mentorcore
from mentorcore.cli.verbs import VERBS
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.values import Sealed
from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, MentorcoreError, Refused
from mentorcore.log.recorded import Recorded
from mentorcore.projections.plain import plain
from mentorcore.projections.program_view import key_of
from mentorcore.testing.practice_values import texts_in

SHORTEST = 8
"""Letters of a text that is found by chance nowhere else."""


@attrs.frozen
class Secret:
    """A text that was sealed, with the record that it stands in, or that it corrects."""

    text: str
    record: Recorded[Any]
    field: str

    @property
    def row(self) -> str:
        """Its row of the page."""
        return f"field `{self.record.name}` `{self.field}`"

    @property
    def about(self) -> frozenset[str]:
        mark = personal_fields(type(self.record.event))[self.field]
        return frozenset(mark.subjects(self.record.event))


@pytest.fixture(scope="module", params=WITH_STREAMS, ids=lambda practice: practice.name)
def looked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Looked]:
    yield from looked_at(request.param, tmp_path_factory.mktemp("secrets"), amended)


def amended(engine: Engine) -> None:
    """Each text that may be corrected is said otherwise, for a reason that is a secret as well."""
    kinds = {kind for practice in WITH_STREAMS for kind in practice.kinds}
    for record in [r for r in engine.events() if kind_of(r.stream) in kinds]:
        for field in personal_fields(type(record.event)):
            nth = f"{record.position} {field}"
            correction = mc.AmendRecord(
                stream=record.stream,
                target=record.version,
                changes={field: f"Said otherwise {nth}"},
                reason=f"{REASON} {nth}",
            )
            with suppress(Refused, Invalid):
                engine.handle(correction, actor=COORDINATOR)


REASON = "Misheard on the phone"


def secrets(looked: Looked) -> list[Secret]:
    """What the practice sealed, opened: as it was said, and as it was corrected."""
    placed = {(r.stream, r.version): r for r in looked.records}
    found = []
    for record in looked.records:
        for field in personal_fields(type(record.event)):
            value = getattr(record.event, field)
            if not isinstance(value, Sealed):
                continue
            opened = looked.engine._sealing.open(value)
            if field == "personal_changes":
                target = placed[record.stream, record.event.target]
                found += [
                    Secret(t, target, name)
                    for name, told in dict(opened).items()
                    for t in texts_in(told)
                ]
            else:
                found += [Secret(text, record, field) for text in texts_in(opened)]
    short = [s for s in found if len(s.text) < SHORTEST]
    assert not short, f"say more in the world of the contract, to be looked for: {short}"
    return found


def of_the_page(looked: Looked) -> list[Secret]:
    """Those whose readers the page names; of the reason for a correction it does not."""
    return [s for s in secrets(looked) if s.row in written()]


def spelled(text: str) -> tuple[str, ...]:
    """A text as it stands in answers: as it is, and as JSON; lines are broken anywhere."""
    return tuple(dict.fromkeys((flat(text), flat(json.dumps(text)[1:-1]))))


def flat(told: str) -> str:
    return " ".join(told.split())


def leaks(found: Iterable[Secret], told: str) -> list[str]:
    """The rows of what is told of these."""
    said = flat(told)
    return sorted({s.row for s in found if any(t in said for t in spelled(s.text))})


def readers(looked: Looked, secret: Secret) -> set[Any]:
    """The viewers whom the page shows a text."""
    cells = written()[secret.row]
    found: set[Any] = set()
    for column, viewers in looked.columns(secret.record.stream, secret.about).items():
        if YES in cells[column]:
            found.update(viewers)
    return found


def viewers(looked: Looked) -> list[Any]:
    persons = [r.stream for r in looked.every if r.name == "person.registered"]
    return [*WIDE.values(), *map(mc.Viewer.member, persons)]


def answers(looked: Looked, engine: Engine, viewer: Any) -> Iterator[Any]:
    """Whatever somebody can ask, as text and as JSON; a refusal is an answer as well."""

    def asked(work: Any) -> Iterator[Any]:
        try:
            told = work()
            yield json.dumps(plain(told, viewer=viewer), ensure_ascii=False)
        except MentorcoreError as error:
            told = error
        yield repr(told)
        yield str(told)

    streams = dict.fromkeys(r.stream for r in looked.every)
    for stream in streams:
        yield from asked(lambda s=stream: engine.history(s, viewer=viewer))
        yield from asked(lambda s=stream: engine.figures(s, viewer=viewer))
        yield from asked(lambda s=stream: engine.traces(s, viewer=viewer))
    for record in engine.events():
        yield from asked(lambda r=record: plain(r, viewer=viewer))
        yield from asked(lambda r=record: engine.feed(viewer).event(r))
    yield from asked(lambda: engine.corrections(viewer=viewer))
    yield from asked(lambda: engine.late_entries(1, viewer=viewer))
    yield from asked(lambda: engine.diff(mc.Moment(as_known=1), viewer=viewer))
    for program in looked.programs:
        yield from asked(lambda p=program: engine.status(p, viewer=viewer))
        yield from asked(lambda p=program: engine.compliance(p, viewer=viewer))
        for view in engine._practices.views:
            yield from asked(lambda p=program, v=view: engine.view(v.name, p, viewer=viewer))
        for days in LATER:
            looked.clock.move(days=days)
            yield from asked(lambda p=program: engine.attention(p, viewer=viewer))
            looked.clock.move(days=-days)
    for key, figure in figures(looked):
        yield from asked(lambda k=key, f=figure: engine.explain(k, f, viewer=viewer))
    for need in engine.attention(looked.programs[0], viewer=WIDE["coordinator"]).needs:
        yield from asked(lambda n=need: engine.explain(n, viewer=viewer))


def figures(looked: Looked) -> Iterator[tuple[str, str]]:
    """What can be explained of the practice's rows."""
    sees = WIDE["coordinator"]
    for program in looked.programs:
        for view in looked.practice.views:
            for key in map(key_of, looked.engine.view(view.name, program, viewer=sees).rows):
                for figure in looked.engine.figures(key, viewer=sees):
                    yield key, figure.name


def test_no_answer_shows_a_text_to_anybody_but_its_readers(looked: Looked) -> None:
    found = of_the_page(looked)

    for viewer in viewers(looked):
        told = "\n".join(answers(looked, looked.engine, viewer))

        mine = [s for s in found if viewer in readers(looked, s)]
        assert leaks(hidden(found, mine), told) == []
        assert leaks(mine, told) == sorted({s.row for s in mine})


def test_an_export_without_keys_shows_nobody_a_text(looked: Looked) -> None:
    found = secrets(looked)

    for viewer in viewers(looked):
        told = "\n".join(answers(looked, looked.export, viewer))

        assert leaks(found, told) == []


def test_no_text_stands_in_a_byte_that_lies_about(looked: Looked, tmp_path: Path) -> None:
    found = secrets(looked)
    looked.engine.rebuild_views()
    with looked.engine.tables(tmp_path / "host.db") as tables:
        tables.copy(tmp_path / "copy", viewer=WIDE["coordinator"])
    looked.engine.backup(tmp_path / "backup", keys=tmp_path / "backup.keys")
    looked.engine.export(tmp_path / "bundle.zip", recipient="state-auditor", actor=COORDINATOR)

    files = [p for folder in (looked.folder, tmp_path) for p in folder.rglob("*") if p.is_file()]

    assert len(files) > 20
    for path in files:
        told = path.read_bytes()
        assert [s.row for s in found if s.text.encode() in told] == [], path


def test_the_tables_hold_nothing_of_a_practice(looked: Looked, tmp_path: Path) -> None:
    with looked.engine.tables(tmp_path / "host.db") as tables:
        tables.copy(tmp_path / "copy", viewer=WIDE["coordinator"])

    told = "".join(p.read_text("utf-8") for p in (tmp_path / "copy").rglob("*") if p.is_file())

    assert looked.programs[0] in told
    assert [r.stream for r in looked.records if r.stream in told] == []


def hidden(found: Iterable[Secret], mine: Iterable[Secret]) -> list[Secret]:
    """What somebody may not read who may read some."""
    read = {s.text for s in mine}
    return [s for s in found if s.text not in read]


def test_the_command_line_tells_what_the_viewer_may_see(looked: Looked, run: Run) -> None:
    found, log = of_the_page(looked), looked.folder / "program.db"
    for viewer in viewers(looked):
        told = ""
        about = (("log", "--about", person) for person in sorted(set(looked.persons.values())))
        for words in (*questions(looked), *about):
            who = (
                ()
                if words[0] in UNASKED and not words[1:]
                else ("--as", viewer.person or viewer.kind)
            )
            for form in ((), ("--json",)):
                said = run(words[0], log, *words[1:], *who, *form)
                assert said.code == 0 or viewer.kind in ("member", "site_administrator"), said.err
                told += said.out + said.err

        mine = [s for s in found if viewer in readers(looked, s)]
        assert leaks(hidden(found, mine), told) == []


ASKED = ("status", "attention", "compliance", "cases", "attestations")


def questions(looked: Looked) -> Iterator[tuple[str, ...]]:
    """What the command line can be asked about the practice."""
    yield from (("log",), ("log", "--corrections"), ("log", "--late", "1"), ("log", "--copies"))
    for program in looked.programs:
        yield from ((verb, "--program", program) for verb in ASKED)
        yield from (("view", v.name, "--program", program) for v in looked.practice.views)
    yield from (("history", s) for s in dict.fromkeys(r.stream for r in looked.records))
    for key, figure in list(figures(looked))[:3]:
        yield ("why", key, figure)


UNASKED = {"log"}
"""Verbs that show no text to anybody, and ask for no viewer."""
TELLING = {"log", "view", "history", "why", *ASKED}
"""Verbs that tell of what practices record; `questions` asks each."""
OTHERS = {
    *("demo", "blueprints", "init", "import", "sync", "settle", "discover", "record"),
    *("tables", "diff", "recompute", "adapters", "practices", "packs", "catalog", "compat"),
    *("checkpoint", "prove", "verify-proof", "witness", "stamps", "export", "verify", "rebuild"),
    *("attest", "trust-log", "issue-record", "receive-record"),
    *("check-record", "load", "backup", "restore", "copy-keys", "migrate", "doctor"),
}
"""Verbs that tell of no practice, or hand out sealed bytes and what is asked of the engine above."""


def test_every_verb_is_asked_or_tells_of_no_practice() -> None:
    """Whoever adds a verb says in `questions` how it is asked."""
    assert set(VERBS) == TELLING | OTHERS
    assert not TELLING & OTHERS


def test_no_error_and_no_log_line_repeats_a_text(
    looked: Looked, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each command of the world is asked again, where it fits and where nothing fits."""
    found, told = secrets(looked), []
    caplog.set_level(logging.DEBUG)
    with closing(mentorcore.open(tmp_path / "empty.db", clock=looked.clock)) as empty:
        for command in commands(looked, tmp_path):
            for engine in (looked.engine, empty):
                told += _refused(lambda e=engine, c=command: e.check(c))
            word = next(w for w, c in empty.commands.items() if c is type(command))
            for field in attrs.fields(type(command)):
                fields = {f.name: getattr(command, f.name) for f in attrs.fields(type(command))}
                spoilt = {**plain(fields), field.name: [{"text": fields[field.name]}]}
                told += _refused(lambda e=empty, w=word, f=spoilt: e.command(w, f))
            told.append(repr(command))

    assert told
    assert leaks(found, "\n".join([*told, caplog.text])) == []


def _refused(work: Any) -> list[str]:
    try:
        answer = work()
    except (MentorcoreError, TypeError) as error:
        return [str(error), repr(error)]
    return [str(answer), repr(answer)]


def commands(looked: Looked, folder: Path) -> list[Any]:
    """The practice's own commands, as the world asks for them."""
    own = {c for rules in looked.practice.aggregates for c in rules.commands}
    asked: list[Any] = []
    with closing(mentorcore.open(folder / "again.db", clock=looked.clock)) as engine:
        lived_through(looked.practice, engine, asked.append)
    return [c for c in asked if type(c) in own]
