"""The pages for authors say what is there, and their blocks run as they stand."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest
from adapters.made import Made, responses
from test_readme import run_blocks

from mentorcore.adapters import spec
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Confidence, Options
from mentorcore.testing import AdapterContract, Sample

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "adapters.md").read_text(encoding="utf-8")
PLUGINS = dict(re.findall(r"<!-- plugin: (\w+) -->\n```python\n(.*?)```", REFERENCE, re.DOTALL))
METHODS: dict[str, Callable[..., object]] = {
    "Adapter.sniff": spec.Adapter.sniff,
    "Adapter.describe": spec.Adapter.describe,
    "Adapter.read": spec.Adapter.read,
    "Service.check": spec.Service.check,
    "Service.outline": spec.Service.outline,
    "Service.fetch": spec.Service.fetch,
    "The hook: mentorcore_adapters": spec.mentorcore_adapters,
}


def loaded(name: str) -> Registry:
    """A registry with the plugin of a block, registered as an installed one is."""
    module = ModuleType(f"made_{name}")
    exec(compile(PLUGINS[name], f"<{name}>", "exec"), vars(module))
    registry = Registry()
    registry._register(module, name, "made")
    return registry


def test_the_tutorial_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])

    outputs = run_blocks((DOCS / "tutorial-adapters.md").read_text(encoding="utf-8"))

    sys.modules.pop("mentorcore_our_survey")
    assert len(outputs) == 5
    assert [said for _, said in outputs] == [expected for expected, _ in outputs]


@pytest.mark.parametrize("name", spec.__all__)
def test_every_name_of_the_contract_is_in_the_reference(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (.+) \|$", REFERENCE, re.MULTILINE)

    assert row is not None, f"{name} is not in docs/reference/adapters.md"
    assert row[1].endswith(".")


def test_the_reference_names_nothing_else() -> None:
    assert sorted(re.findall(r"^\| `(\w+)` \|", REFERENCE, re.MULTILINE)) == sorted(spec.__all__)


@pytest.mark.parametrize("name", METHODS)
def test_each_hook_stands_with_its_signature(name: str) -> None:
    section = REFERENCE.split(f"## {name}\n", 1)[1]
    written = re.match(r"\n`(.+)`\n\n\S", section)

    signature = str(inspect.signature(METHODS[name]))

    plain = re.sub(r"[\w.]+\.(?=[A-Z])", "", signature)
    plain = plain.replace("Response | Unreadable | Notice", "Item")
    assert written is not None
    assert written[1] == f"{METHODS[name].__name__}{plain}"


@pytest.mark.parametrize("cls", [spec.Adapter, spec.Service])
def test_no_method_of_the_contract_is_left_out(cls: type) -> None:
    methods = {n for n, m in vars(cls).items() if inspect.isfunction(m) and n[0] != "_"}

    assert {f"{cls.__name__}.{name}" for name in methods} <= METHODS.keys()


@pytest.mark.parametrize("name", PLUGINS)
def test_each_plugin_of_the_reference_is_complete(name: str) -> None:
    registry = loaded(name)

    assert name in {line.name for line in registry.listing() if line.problem is None}


def test_the_plugins_of_the_reference_do_what_they_say() -> None:
    table = Made("Id,Q\n1,a\n2,b\n")

    assert loaded("sniffing").choose(Made("#our-survey\n")).name == "sniffing"
    assert [q.key for q in loaded("describing").describe(table, Options(), "describing").questions]
    read = responses(loaded("reading").read(table, Options(keys=("Id",)), "reading"))
    assert [r.key for r in read] == [("1",), ("2",)]
    assert loaded("serving").listing()[1].abilities == ("files", "service")


class TestTheSmallestPlugin(AdapterContract):
    """It is no table, so the kit is told how to take its files apart."""

    adapter = loaded("lines").get("lines")
    samples = (Sample("a.lines", "one\ntwo\nthrée\n".encode()),)

    def rows(self, sample: Sample) -> Sequence[bytes]:
        return sample.content.splitlines(keepends=True)

    def with_rows(self, sample: Sample, rows: Sequence[bytes]) -> bytes:
        return b"".join(rows)

    def with_text(self, sample: Sample, text: str) -> Iterator[bytes]:
        if "\n" not in text:
            yield f"{text}\n".encode() + sample.content

    def is_whole(self, sample: Sample, size: int) -> bool:
        return sample.content[:size].endswith(b"\n")

    def test_it_is_sure_of_its_name(self) -> None:
        assert self.adapter.sniff(b"", "a.lines") is Confidence.LIKELY
