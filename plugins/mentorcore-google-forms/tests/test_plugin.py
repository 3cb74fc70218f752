"""The distribution offers its adapters as mentorcore expects them, and needs no more than it says."""

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pluggy
from mentorcore.adapters import spec
from mentorcore.adapters.registry import GROUP, Registry

HERE = Path(__file__).parent.parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]


def test_the_entry_point_names_a_module_whose_hook_offers_both_adapters() -> None:
    ((name, value),) = PROJECT["entry-points"][GROUP].items()
    manager = pluggy.PluginManager("mentorcore")
    pluggy.HookspecMarker("mentorcore")(spec.mentorcore_adapters)
    manager.add_hookspecs(spec)
    manager.register(EntryPoint(name, value, GROUP).load(), name)
    manager.check_pending()
    offered: list[spec.Adapter] = []

    manager.hook.mentorcore_adapters(register=offered.append)

    assert [(a.name, a.version) for a in offered] == [
        ("google-forms-csv", PROJECT["version"]),
        ("google-forms", PROJECT["version"]),
    ]
    registry = Registry()
    for adapter in offered:
        registry.add(adapter)
    lines = {line.name: line.abilities for line in registry.listing()}
    assert lines["google-forms-csv"] == ("files",)
    assert lines["google-forms"] == ("files", "service")


def test_importing_the_plugin_loads_neither_googles_client_nor_the_rest_of_mentorcore() -> None:
    code = (
        "import sys, mentorcore_google_forms;"
        "print(sorted(m for m in sys.modules if m.startswith(('google', 'httplib2', 'mentorcore.domain', 'mentorcore.log.'))))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE / "src", capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_only_the_contract_of_mentorcore_is_imported() -> None:
    for module in (HERE / "src").rglob("*.py"):
        for line in module.read_text().splitlines():
            if line.lstrip().startswith(("from mentorcore.", "import mentorcore.")):
                assert line.startswith("from mentorcore.adapters.spec import"), module
