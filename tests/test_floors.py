"""The picture of the architecture, held against the code.

Every module stands on a floor; imports only point down; a floor may use the third-party packages
named for it and no others. A new module has to be given its floor here.
"""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src"

FLOORS: list[tuple[str, int, set[str]]] = [
    # module prefix, floor, third-party packages; the longest prefix that fits counts
    ("mentorcore.errors", 0, {"attrs"}),
    ("mentorcore.plugins", 0, {"attrs", "pluggy"}),
    ("mentorcore.domain", 1, {"attrs"}),
    # spec, and what it offers to authors
    ("mentorcore.adapters", 1, {"attrs", "msgspec", "pluggy"}),
    ("mentorcore.adapters.registry", 2, {"attrs", "pluggy"}),
    ("mentorcore.adapters.csv_file", 2, {"attrs"}),
    (
        "mentorcore.log",
        2,
        {"attrs", "cattrs", "msgspec", "eventsourcing", "cryptography", "psycopg", "psycopg_pool"},
    ),
    ("mentorcore.intake", 3, {"attrs", "cattrs", "msgspec"}),
    ("mentorcore.projections", 3, {"attrs", "msgspec"}),
    ("mentorcore.practices", 3, {"attrs"}),
    ("mentorcore.practices.spec", 3, {"attrs", "pluggy"}),
    ("mentorcore.audit.standalone", 0, {"cryptography"}),
    ("mentorcore.audit", 3, {"attrs", "msgspec", "cryptography"}),
    ("mentorcore.engine", 4, {"attrs", "msgspec"}),
    ("mentorcore.reference", 4, {"attrs", "msgspec"}),
    ("mentorcore.public", 5, set()),
    ("mentorcore", 5, set()),
    ("mentorcore.testing", 6, {"attrs", "hypothesis", "pytest"}),
    ("mentorcore.demo", 6, {"attrs"}),
    ("mentorcore.render", 6, {"attrs"}),
    ("mentorcore.cli", 7, {"attrs"}),
    ("mentorcore.__main__", 8, set()),
]

WINGS = {
    # Two wings stand beside each other on the lower floors and meet in intake and engine only.
    "mentorcore.adapters": {"mentorcore.errors", "mentorcore.plugins", "mentorcore.adapters"},
    "mentorcore.domain": {"mentorcore.errors", "mentorcore.domain"},
    "mentorcore.log": {"mentorcore.errors", "mentorcore.domain", "mentorcore.log"},
    "mentorcore.projections": {
        "mentorcore.errors",
        "mentorcore.domain",
        "mentorcore.log",
        "mentorcore.projections",
    },
    "mentorcore.audit": {
        "mentorcore.errors",
        "mentorcore.domain",
        "mentorcore.log",
        "mentorcore.audit",
    },
    "mentorcore.cli": {"mentorcore", "mentorcore.cli", "mentorcore.render", "mentorcore.demo"},
    "mentorcore.render": {"mentorcore", "mentorcore.render"},
    "mentorcore.demo": {"mentorcore", "mentorcore.demo"},
}


def name_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(p): p for p in sorted(SRC.rglob("*.py"))}


def floor_of(module: str) -> tuple[str, int, set[str]]:
    fitting = [
        f
        for f in FLOORS
        if module == f[0] or (f[0] != "mentorcore" and module.startswith(f[0] + "."))
    ]
    assert fitting, f"{module} has no floor: give it one in tests/test_floors.py"
    return max(fitting, key=lambda f: len(f[0]))


def imports_of(module: str) -> set[str]:
    """Every module that *module* imports, inside functions too."""
    tree = ast.parse(MODULES[module].read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert node.module is not None
            inside = [f"{node.module}.{a.name}" for a in node.names]
            found.update(i if i in MODULES else node.module for i in inside)
    return found - {module}


def house(module: str) -> set[str]:
    return {i for i in imports_of(module) if i.split(".")[0] == "mentorcore"}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    _, floor, _ = floor_of(module)

    above = {i for i in house(module) if floor_of(i)[1] > floor}

    assert not above, f"{module} on floor {floor} imports {above} from above"


@pytest.mark.parametrize("module", MODULES)
def test_each_floor_uses_only_its_packages(module: str) -> None:
    _, _, allowed = floor_of(module)
    spelled = {"attr": "attrs", "google": "google"}

    outside = {
        spelled.get(top, top)
        for i in imports_of(module)
        if (top := i.split(".")[0]) != "mentorcore" and top not in sys.stdlib_module_names
    }

    assert outside <= allowed


@pytest.mark.parametrize("module", MODULES)
def test_the_wings_meet_in_intake_and_engine_only(module: str) -> None:
    allowed = [
        a for prefix, a in WINGS.items() if module == prefix or module.startswith(prefix + ".")
    ]
    for rooms in allowed:
        strangers = {
            i
            for i in house(module)
            if not any(
                i == room or (room != "mentorcore" and i.startswith(room + ".")) for room in rooms
            )
        }
        assert not strangers, f"{module} imports {strangers}"


def test_there_are_no_cycles() -> None:
    graph = {module: house(module) & MODULES.keys() for module in MODULES}

    order = list(TopologicalSorter(graph).static_order())

    assert set(order) >= MODULES.keys()


def test_nobody_imports_the_testing_package() -> None:
    users = {m for m in MODULES if any(i.startswith("mentorcore.testing") for i in house(m))}

    assert all(m.startswith("mentorcore.testing") for m in users)


LONGER = {
    # It is carried about as one file and rewritten in other languages from one reading; whatever
    # it needs has to stand in it.
    "mentorcore.audit.standalone": 499,
}


def test_no_module_outgrows_one_sitting() -> None:
    long = {
        m: n
        for m, p in MODULES.items()
        if (n := len(p.read_text().splitlines())) > LONGER.get(m, 400)
    }

    assert not long


def test_what_is_pure_stays_pure() -> None:
    forbidden = {"time", "os", "random", "secrets", "sqlite3", "socket", "locale", "uuid"}
    impure = {
        m: bad
        for m in MODULES
        if m.startswith("mentorcore.domain") and (bad := imports_of(m) & forbidden)
    }

    assert not impure


def test_adapters_that_ship_with_the_engine_know_the_spec_only() -> None:
    assert house("mentorcore.adapters.csv_file") <= {
        "mentorcore.adapters.spec",
        "mentorcore.errors",
    }


@pytest.mark.parametrize("kind", ["pairing-list", "meeting-log", "goal-check-in"])
def test_a_kind_of_form_is_named_where_it_is_read_and_nowhere_else(kind: str) -> None:
    naming = {m for m, path in MODULES.items() if f'"{kind}"' in path.read_text()}

    assert naming == {f"mentorcore.intake.forms.{kind.replace('-', '_')}"}
