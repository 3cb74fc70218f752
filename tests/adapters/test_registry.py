"""A broken plugin is put aside with its error and the others work; reading keeps within limits."""

import csv
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import attrs
import pytest
from adapters.made import Made, responses

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.sources import Limits
from mentorcore.adapters.spec import (
    CONTRACT,
    Answer,
    Confidence,
    Form,
    Item,
    Notice,
    Options,
    Question,
    Response,
    Source,
    Unreadable,
    Where,
)
from mentorcore.errors import AdapterError, SourceUnreadable

GOOD = """
from mentorcore.adapters.spec import CONTRACT, Confidence, Form, hookimpl

class Good:
    name = "NAME"
    version = "1.2"
    contract = CONTRACT

    def sniff(self, head, filename):
        return Confidence.LIKELY if filename.endswith(".NAME") else Confidence.NO

    def describe(self, source, options):
        return Form("a form", ())

    def read(self, source, options):
        yield from ()

@hookimpl
def mentorcore_adapters(register):
    register(Good())
"""


Install = Callable[..., str]


def made_ones(group: str) -> list[EntryPoint]:
    found = entry_points(group=group)
    return [entry for entry in found if entry.dist and entry.dist.name.startswith("made-")]


NUMBER = itertools.count(1)
"""A module that was imported once is not looked for again, though its folder is gone."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a made distribution with one plugin module; gives back its entry point's name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    # Plugins that somebody has installed beside mentorcore are none of the test's business.
    monkeypatch.setattr("mentorcore.plugins.entry_points", made_ones)

    def install(name: str, source: str | None, target: str = "") -> str:
        module = f"made_plugin_{next(NUMBER)}"
        if source is not None:
            (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"made_{name}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: made-{name}\nVersion: 1.0\n")
        with (info / "entry_points.txt").open("a") as file:
            file.write(f"[mentorcore.adapters]\n{name} = {module}{target}\n")
        return name

    return install


def left_out(registry: Registry) -> dict[str, str]:
    return {line.name: line.problem for line in registry.listing() if line.problem is not None}


def test_an_installed_plugin_is_loaded_and_listed_with_its_origin(install: Install) -> None:
    install("good", GOOD.replace("NAME", "good"))
    registry = Registry()

    registry.load_plugins()

    assert [(x.name, x.version, x.origin, x.abilities) for x in registry.listing()] == [
        ("csv", "1", "built in", ("files",)),
        ("good", "1.2", "made-good 1.0", ("files",)),
    ]
    assert registry.choose(Made("x", "form.good")).name == "good"


def test_nothing_is_loaded_before_it_is_asked_for(install: Install) -> None:
    install("loud", "raise AssertionError('loaded')")

    registry = Registry()

    assert [line.name for line in registry.listing()] == ["csv"]


BROKEN = {
    "fails-to-import": ("import no_such_module_at_all", "ModuleNotFoundError: No module named"),
    "leaves-the-program": ("raise SystemExit(3)", "SystemExit: 3"),
    "misspells-the-hook": (
        GOOD.replace("def mentorcore_adapters", "def mentorcore_adaptors"),
        "unknown hook 'mentorcore_adaptors'",
    ),
    "asks-for-another-argument": (
        GOOD.replace("mentorcore_adapters(register)", "mentorcore_adapters(registry)"),
        "registry",
    ),
    "lacks-the-argument": (
        GOOD.replace("mentorcore_adapters(register)", "mentorcore_adapters()").replace(
            "register(Good())", "pass"
        ),
        "it registers no adapter; its mentorcore_adapters(register) must call register",
    ),
    "takes-a-taken-name": (
        GOOD.replace("NAME", "csv"),
        "its name 'csv' is taken by an adapter from: built in",
    ),
    "takes-a-name-twice": (
        GOOD + "    register(Good())\n",
        "it registers the name 'NAME' twice",
    ),
    "raises-while-registering": (
        GOOD + "    raise ValueError('half way')\n",
        "ValueError: half way",
    ),
    "has-another-contract": (
        GOOD.replace("contract = CONTRACT", "contract = 2"),
        "was written for contract 2; this mentorcore keeps contract 1",
    ),
    "is-no-plugin": ("x = 1", "it has no hook mentorcore_adapters"),
    "is-not-marked": (
        GOOD.replace("@hookimpl", ""),
        "its mentorcore_adapters is not marked with @hookimpl",
    ),
    "registers-a-class": (
        GOOD.replace("register(Good())", "register(Good)"),
        "it registers the class Good, not an object of it",
    ),
    "registers-half-an-adapter": (
        GOOD.replace("def read", "def reed"),
        "its adapter Good lacks read",
    ),
    "has-an-odd-name": (GOOD.replace("NAME", "Odd Name"), "small letters, digits"),
    "fails-when-looked-at": (
        GOOD.replace('version = "1.2"', "version = property(lambda self: 1 / 0)"),
        "ZeroDivisionError",
    ),
    "swallows-an-error": (
        GOOD.replace("    register(Good())", "    register(None)"),
        "its adapter NoneType lacks name",
    ),
}


@pytest.mark.parametrize("way", BROKEN)
def test_a_plugin_that(way: str, install: Install) -> None:
    source, reason = BROKEN[way]
    install(way, source.replace("NAME", "bad") if "Odd" not in source else source)
    install("works", GOOD.replace("NAME", "works"))
    registry = Registry()

    registry.load_plugins()

    assert reason.replace("NAME", "bad") in left_out(registry)[way]
    assert {line.name for line in registry.listing() if line.problem is None} == {"csv", "works"}


def test_a_missing_module_and_a_missing_object_are_put_aside(install: Install) -> None:
    install("not-there", None)
    install("no-object", "x = 1", ":nothing")
    install("nothing-in-it", "nothing = None", ":nothing")
    registry = Registry()

    registry.load_plugins()

    assert set(left_out(registry)) == {"not-there", "no-object", "nothing-in-it"}


def test_of_two_plugins_with_one_name_the_first_stays(install: Install) -> None:
    install("a-first", GOOD.replace("NAME", "same"))
    install("b-second", GOOD.replace("NAME", "same"))
    registry = Registry()

    registry.load_plugins()

    assert left_out(registry) == {
        "b-second": "its name 'same' is taken by an adapter from: made-a-first 1.0"
    }


def test_a_plugin_registers_all_of_its_adapters_or_none(install: Install) -> None:
    two = GOOD + "    other = Good(); other.name = 'csv'; register(other)\n"
    install("half", two.replace("NAME", "half"))
    registry = Registry()

    registry.load_plugins()

    assert [line.name for line in registry.listing() if line.problem is None] == ["csv"]


def test_only_allowed_plugins_are_loaded(install: Install) -> None:
    install("wanted", GOOD.replace("NAME", "wanted"))
    install("other", "raise AssertionError('loaded')")
    registry = Registry()

    registry.load_plugins(allow={"wanted", "absent"})

    assert left_out(registry) == {
        "other": "it is not allowed",
        "absent": "it is allowed, but not installed",
    }
    assert registry.get("wanted").version == "1.2"


def test_strict_loading_raises_for_a_broken_plugin_and_not_for_one_that_is_not_allowed(
    install: Install,
) -> None:
    install("other", "raise AssertionError('loaded')")

    Registry().load_plugins(allow=(), strict=True)
    with pytest.raises(AdapterError, match="adapter 'other': was left out: AssertionError: loaded"):
        Registry().load_plugins(strict=True)


def test_loading_twice_changes_nothing(install: Install) -> None:
    install("good", GOOD.replace("NAME", "good"))
    registry = Registry()
    registry.load_plugins()

    registry.load_plugins()

    assert [line.name for line in registry.listing()] == ["csv", "good"]


def test_two_registries_share_nothing() -> None:
    one, other = Registry(), Registry()

    one.add(Yielding([]))

    assert one.get("made")
    with pytest.raises(AdapterError, match="adapter 'made': is not installed; there are: csv"):
        other.get("made")


def test_a_plugin_that_is_installed_and_not_loaded_is_named_as_such(install: Install) -> None:
    install("good", GOOD.replace("NAME", "good"))
    registry = Registry()

    with pytest.raises(AdapterError, match=r"good.*is installed, by made-good.*load_plugins\(\)"):
        registry.get("good")
    with pytest.raises(AdapterError, match=r"is not installed; .*plugins were not loaded"):
        registry.get("bad")
    registry.load_plugins()

    assert registry.get("good").name == "good"
    with pytest.raises(AdapterError, match=r"is not installed; there are: csv, good$"):
        registry.get("bad")


def test_what_was_left_out_is_named_when_it_is_asked_for(install: Install) -> None:
    install("lost", "raise ValueError('out of order')")
    registry = Registry()
    registry.load_plugins()

    with pytest.raises(AdapterError, match="was left out: ValueError: out of order"):
        registry.get("lost")


WHERE = Where("made.csv", 2, 2)


def answer_of(text: object) -> Response:
    answers = (Answer("Q", "Q", (text,)),)  # type: ignore[arg-type]  # some tests give what is no text
    return Response("made", "f", ("k",), None, "", "none", "complete", answers, WHERE)


@attrs.define
class Yielding:
    """An adapter that yields what it is given."""

    items: list[object]
    name: str = "made"
    version: str = "1"
    contract: int = CONTRACT
    sure: object = Confidence.CERTAIN
    form: object = Form("f", ())
    closed: bool = False

    def sniff(self, head: bytes, filename: str) -> Confidence:
        if isinstance(self.sure, Exception):
            raise self.sure
        return self.sure  # type: ignore[return-value]  # some tests give another type

    def describe(self, source: object, options: Options) -> Form:
        if isinstance(self.form, BaseException):
            raise self.form
        return self.form  # type: ignore[return-value]  # some tests give another type

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        stream = source.open()
        try:
            stream.read()
            for item in self.items:
                if isinstance(item, BaseException):
                    raise item
                yield item  # type: ignore[misc]  # some tests yield what is no record
        finally:
            self.closed = True


def reading(*items: object, **limits: float) -> tuple[Yielding, Made, Iterator[Item]]:
    adapter, source = Yielding(list(items)), Made("x" * 100)
    registry = Registry(Limits(**limits))  # type: ignore[arg-type]  # the tests give right numbers
    registry.add(adapter)
    return adapter, source, registry.read(source, Options(), name="made")


@pytest.mark.parametrize(
    "error", [ValueError("bad day"), RuntimeError(), SystemExit(1), RecursionError("deep")]
)
def test_an_error_in_an_adapter_names_the_adapter_and_the_source(error: BaseException) -> None:
    adapter, source, items = reading(answer_of("x"), error)

    assert next(items) == answer_of("x")
    with pytest.raises(AdapterError, match=r"adapter 'made' while reading made.csv: ") as failed:
        next(items)
    assert type(error).__name__ in str(failed.value)
    assert adapter.closed
    assert all(stream.closed for stream in source.streams)


def test_a_source_that_an_adapter_refuses_is_refused_in_its_words() -> None:
    _, source, items = reading(SourceUnreadable("no good", file="made.csv", line=3))

    with pytest.raises(SourceUnreadable, match=r"made.csv, line 3: no good"):
        list(items)
    assert source.streams[0].closed


def test_a_reading_that_is_given_up_closes_everything() -> None:
    adapter, source, items = reading(answer_of("x"), answer_of("y"))
    next(items)

    items.close()  # type: ignore[attr-defined]  # it is a generator

    assert adapter.closed
    assert all(stream.closed for stream in source.streams)


def test_a_reading_that_an_adapter_holds_on_to_is_closed_all_the_same() -> None:
    class Holding(Yielding):
        held: Iterator[Item]

        def read(self, source: Source, options: Options) -> Iterator[Item]:
            self.held = super().read(source, options)
            return self.held

    registry, adapter = Registry(), Holding([answer_of("x"), answer_of("y")])
    registry.add(adapter)
    items = registry.read(Made("x"), Options(), name="made")
    next(items)

    items.close()  # type: ignore[attr-defined]  # it is a generator

    assert adapter.closed


def broken(**changes: Any) -> Response:
    return attrs.evolve(answer_of("x"), **changes)


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({"a": "dict"}, "it yielded a dict"),
        (None, "it yielded a NoneType"),
        (answer_of(7), "is no text"),
        (broken(key="k"), "key is a str, not a tuple"),
        (broken(key=(1,)), "is no text"),
        (broken(answers=[]), "answers is a list, not a tuple"),
        (broken(answers=("x",)), "answers hold a str, not an Answer"),
        (broken(answers=(Answer("Q", "Q", "x"),)), "raw of an answer is a str"),  # type: ignore[arg-type]  # that is the point
        (broken(answers=(Answer("Q\0", "Q", ()),)), "cannot be a question's title"),
        (broken(submitted_at=datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001 - that is the point
        (broken(submitted_at="2026"), "submitted_at is a str, not a datetime"),
        (broken(where="line 2"), "where is a str, not a Where"),
        (Unreadable("here", "why"), "an Unreadable is malformed"),  # type: ignore[arg-type]  # that is the point
        (Notice(WHERE, 3), "a Notice is malformed"),  # type: ignore[arg-type]  # that is the point
    ],
)
def test_what_the_contract_does_not_know_ends_the_reading(item: object, why: str) -> None:
    _, _, items = reading(item)

    with pytest.raises(AdapterError, match=why):
        list(items)


def test_records_of_the_contract_pass_unchanged() -> None:
    given = [
        Notice(WHERE, "n"),
        broken(submitted_at=datetime(2026, 1, 1, tzinfo=UTC)),
        Unreadable(WHERE, "u"),
    ]

    _, _, items = reading(*given)

    assert list(items) == given


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (answer_of("x" * 51), "the answer to 'Q' has 51 characters, more than the 50 that are"),
        (broken(key=("\0",)), "the key holds a NUL character"),
        (broken(submitted_raw="\ud800"), "the time holds half of a character"),
    ],
)
def test_a_text_that_cannot_be_kept_makes_its_response_unreadable(
    response: Response, why: str
) -> None:
    _, _, items = reading(response, answer_of("é" * 50), cell=50)

    unreadable, good = items

    assert isinstance(unreadable, Unreadable)
    assert unreadable.where == WHERE
    assert unreadable.why.startswith(why)
    assert good == answer_of("é" * 50)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\0b", "a\ufffdb"), ("half \ud83d", "half \ufffd"), ("\udc00\0", "\ufffd" * 2)],
)
def test_what_no_store_can_hold_is_marked_in_an_answer(text: str, kept: str) -> None:
    _, _, items = reading(answer_of(text), answer_of(text))

    notice, first, second = items

    assert isinstance(notice, Notice)
    assert (notice.code, notice.where) == ("mended", WHERE)
    assert "the answer to 'Q' holds a NUL or half of a character" in notice.message
    assert first == second == answer_of(kept)


def test_many_long_answers_that_are_each_within_the_limit_pass() -> None:
    response = broken(answers=tuple(Answer(f"Q{i}", "Q", ("x" * 40,)) for i in range(5)))

    _, _, items = reading(response, cell=50)

    assert list(items) == [response]


def test_more_records_than_the_limit_end_the_reading() -> None:
    _, _, items = reading(*[answer_of("x")] * 4, rows=3)

    with pytest.raises(AdapterError, match=r"adapter 'made' .* more than 3 records"):
        list(items)


def test_more_bytes_than_the_limit_end_the_reading() -> None:
    _, _, items = reading(answer_of("x"), bytes=99)

    with pytest.raises(
        AdapterError, match=r"adapter 'made' while reading made.csv: .* more than the 99 bytes"
    ):
        list(items)


def test_too_long_between_two_records_ends_the_reading_and_waiting_for_us_does_not() -> None:
    ticks = iter([0.0, 1.0, 100.0, 101.0, 200.0, 206.0])
    registry = Registry(Limits(seconds=5), clock=lambda: next(ticks))
    registry.add(Yielding([answer_of("x"), answer_of("y"), answer_of("z")]))
    items = registry.read(Made("x"), Options(), name="made")

    assert responses([next(items), next(items)])
    with pytest.raises(AdapterError, match="more than 5 s for one record"):
        next(items)


def test_two_adapters_that_are_equally_sure_are_both_named() -> None:
    registry = Registry()
    registry.add(Yielding([], name="one"))
    registry.add(Yielding([], name="two"))

    with pytest.raises(SourceUnreadable, match="the adapters 'one' and 'two' are equally sure"):
        registry.choose(Made("a,b\n"))
    assert registry.choose(Made("a,b\n"), "two").name == "two"


@pytest.mark.parametrize("sure", [ValueError("oh"), "certainly", None, 17])
def test_an_adapter_that_fails_to_sniff_is_passed_over(sure: object) -> None:
    registry = Registry()
    registry.add(Yielding([], sure=sure))

    assert registry.choose(Made("a,b\n1,2\n")).name == "csv"
    with pytest.raises(SourceUnreadable, match=r"no adapter knows this file \(asked: csv; 'made'"):
        registry.choose(Made("{}", "x.json"))


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({}, "described a form with a dict"),
        (Form("f", ("Q",)), "the form holds a str"),  # type: ignore[arg-type]  # that is the point
        (Form("f", (Question("Q", "a"), Question("Q", "b"))), "two questions have the identity"),
        (ValueError("no form"), "ValueError: no form"),
    ],
)
def test_a_form_is_checked_too(form: object, why: str) -> None:
    registry = Registry()
    registry.add(Yielding([], form=form))

    with pytest.raises(AdapterError, match=why):
        registry.describe(Made("x"), Options(), "made")


def test_an_adapter_added_by_hand_keeps_the_contract() -> None:
    with pytest.raises(AdapterError, match="adapter 'csv': its name 'csv' is taken"):
        Registry().add(Yielding([], name="csv"))


def test_a_service_is_listed_as_such() -> None:
    class Both(Yielding):
        def check(self) -> None: ...
        def outline(self) -> None: ...
        def fetch(self) -> None: ...

    registry = Registry()
    registry.add(Both([]))

    assert registry.listing()[1].abilities == ("files", "service")


def test_the_limit_of_a_cell_is_set_by_the_core_and_never_lowered() -> None:
    before = csv.field_size_limit()
    csv.field_size_limit(1 << 30)

    list(Registry().read(Made("a,b\n1,2\n"), Options()))
    kept = csv.field_size_limit(before)

    assert kept == 1 << 30


def test_the_adapter_for_tables_knows_the_contract_and_the_standard_library_only() -> None:
    path = Path(__file__).parents[2] / "src/mentorcore/adapters/csv_file.py"

    imported = {
        line.split()[1]
        for line in path.read_text().splitlines()
        if line.startswith(("import ", "from "))
    }

    ours = {name for name in imported if name.split(".")[0] == "mentorcore"}
    assert ours == {"mentorcore.adapters.spec"}
    assert {name.split(".")[0] for name in imported - ours} <= sys.stdlib_module_names


@pytest.mark.processes
def test_knowing_the_records_does_not_load_the_plugin_machinery() -> None:
    code = "import sys, mentorcore.adapters.spec as s; assert 'pluggy' not in sys.modules; s.hookimpl; assert 'pluggy' in sys.modules"

    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_everything_that_the_contract_names_is_there() -> None:
    from mentorcore.adapters import spec

    assert spec.__all__ == sorted(spec.__all__)
    assert all(hasattr(spec, name) for name in spec.__all__)
    with pytest.raises(AttributeError, match="no attribute 'hookimp'"):
        spec.hookimp  # noqa: B018 - that is the point
