"""The picture of the architecture, held against the code.

Every module stands on a floor; imports only point down; a floor may use the third-party packages
named for it and no others. Where a floor is divided into rooms, each room names the others that it
may use. A new module stands where its only importer is, else in the lowest room that all its
importers may use.
"""

import ast
import re
import sys
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src"

FLOORS: list[tuple[str, int, set[str]]] = [
    # module prefix, floor, third-party packages; the longest prefix that fits counts
    ("mentorcore.errors", 0, {"attrs"}),
    ("mentorcore.cached_property", 0, set()),
    ("mentorcore.error_root", 0, set()),
    ("mentorcore.log_errors", 0, set()),
    ("mentorcore.integrity_errors", 0, set()),
    ("mentorcore.personal_text", 0, set()),
    ("mentorcore.near_words", 0, set()),
    ("mentorcore.plugins", 0, {"attrs", "pluggy"}),
    ("mentorcore.domain", 1, {"attrs"}),
    ("mentorcore.policy", 1, {"attrs"}),
    # spec, and what it offers to authors
    ("mentorcore.adapters", 1, {"attrs", "msgspec", "pluggy"}),
    ("mentorcore.adapters.registry", 2, {"attrs", "pluggy"}),
    ("mentorcore.adapters.csv_file", 2, {"attrs"}),
    ("mentorcore.log", 2, {"attrs"}),
    ("mentorcore.log.storage", 2, {"attrs", "msgspec"}),
    ("mentorcore.log.stores", 2, {"attrs"}),
    ("mentorcore.log.stores.postgres", 2, {"attrs", "psycopg"}),
    ("mentorcore.log.serialization", 2, {"attrs", "cattrs", "msgspec"}),
    ("mentorcore.log.sealing", 2, {"attrs", "msgspec", "cryptography"}),
    ("mentorcore.intake", 3, {"attrs", "cattrs", "msgspec"}),
    ("mentorcore.projections", 3, {"attrs", "msgspec"}),
    ("mentorcore.feeds", 3, {"attrs", "msgspec"}),
    ("mentorcore.practices", 3, {"attrs"}),
    ("mentorcore.practices.spec", 3, {"attrs", "pluggy"}),
    ("mentorcore.audit.standalone", 0, {"cryptography"}),
    ("mentorcore.audit", 3, {"attrs"}),
    ("mentorcore.audit.notes", 3, {"attrs", "cryptography"}),
    ("mentorcore.audit.witness", 3, {"attrs", "cryptography"}),
    ("mentorcore.audit.bundle", 3, {"attrs", "msgspec"}),
    # a host's own database, by the connection that it hands over
    ("mentorcore.tables", 4, {"attrs"}),
    ("mentorcore.tables.opening", 4, {"psycopg"}),
    ("mentorcore.tables.postgres", 4, {"psycopg"}),
    ("mentorcore.engine", 4, {"attrs", "msgspec"}),
    ("mentorcore.reference", 4, {"attrs", "msgspec"}),
    ("mentorcore.blueprints", 4, {"attrs"}),
    # bridges to what a host may have already
    ("mentorcore.interop", 5, {"eventsourcing"}),
    ("mentorcore.telemetry", 5, {"opentelemetry"}),
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
    "mentorcore.adapters": {
        "mentorcore.errors",
        "mentorcore.cached_property",
        "mentorcore.personal_text",
        "mentorcore.plugins",
        "mentorcore.adapters",
    },
    "mentorcore.domain": {"mentorcore.errors", "mentorcore.personal_text", "mentorcore.domain"},
    "mentorcore.policy": {
        "mentorcore.errors",
        "mentorcore.near_words",
        "mentorcore.domain",
        "mentorcore.policy",
    },
    "mentorcore.log": {
        "mentorcore.errors",
        "mentorcore.cached_property",
        "mentorcore.personal_text",
        "mentorcore.domain",
        "mentorcore.log",
    },
    "mentorcore.projections": {
        "mentorcore.errors",
        "mentorcore.cached_property",
        "mentorcore.personal_text",
        "mentorcore.domain",
        "mentorcore.policy",
        "mentorcore.log",
        "mentorcore.projections",
    },
    "mentorcore.feeds": {
        "mentorcore.errors",
        "mentorcore.domain",
        "mentorcore.log",
        "mentorcore.projections",
        "mentorcore.feeds",
    },
    "mentorcore.tables": {
        "mentorcore.errors",
        "mentorcore.domain",
        "mentorcore.log",
        "mentorcore.projections",
        "mentorcore.tables",
    },
    "mentorcore.audit": {
        "mentorcore.errors",
        "mentorcore.cached_property",
        "mentorcore.personal_text",
        "mentorcore.domain",
        "mentorcore.log",
        "mentorcore.audit",
    },
    "mentorcore.interop": {
        "mentorcore.errors",
        "mentorcore.log.storage",
        "mentorcore.engine.engine",
        "mentorcore.interop",
    },
    "mentorcore.telemetry": {
        "mentorcore.errors",
        "mentorcore.domain.model",
        "mentorcore.intake.report",
        "mentorcore.engine",
        "mentorcore.telemetry",
    },
    "mentorcore.blueprints": {"mentorcore.blueprints"},
    "mentorcore.cli": {"mentorcore", "mentorcore.cli", "mentorcore.render", "mentorcore.demo"},
    "mentorcore.render": {"mentorcore", "mentorcore.render"},
    "mentorcore.demo": {"mentorcore", "mentorcore.demo"},
}

ROOMS: dict[str, dict[str, str]] = {
    # By floor, each of its rooms (or modules beside them) with the rooms of the floor it may use.
    "mentorcore.policy": {
        "grammar": "",
        "time_kinds": "grammar",
        "other_kinds": "grammar",
        "kinds": "grammar time_kinds other_kinds",
        "pack": "grammar",
        "selectors": "grammar",
        "school_rules": "grammar",
        "results": "",
        "facts": "results",
        "event_facts": "facts results",
        "fact_makers": "facts results",
        "working_time": "facts",
        "template": "",
        "reading": "grammar time_kinds other_kinds kinds pack selectors event_facts",
        "shipped": "pack reading",
        "registry": "pack shipped",
        "evaluation": "grammar time_kinds other_kinds pack school_rules results facts",
        "stated": "grammar other_kinds pack evaluation",
        "guards": (
            "grammar other_kinds pack school_rules results facts event_facts fact_makers registry "
            "working_time evaluation"
        ),
    },
    "mentorcore.engine": {
        "indexes": "",
        "commands": "indexes",
        "auditing": "indexes",
        "importing": "commands indexes",
        "derived_copies": "",
        "queries": "commands indexes auditing",
        "carrying": "auditing commands",
        "closing": "",
        "attesting": "commands queries",
        "asking": "commands importing closing attesting",
        "left_behind": "",
        "health": "",
        "within": "commands",
        "clock": "",
        "missing_events": "",
        "engine": "commands indexes carrying importing queries auditing closing left_behind derived_copies "
        "health within asking clock registered_packs",
        "pack_files": "",
        "registered_packs": "indexes pack_files",
        "opening": "clock engine missing_events registered_packs",
        "export_opening": "indexes engine opening registered_packs",
        "zone_tables": "",
        "diagnosis": "engine event_check opening zone_tables",
        "event_check": "",
    },
    "mentorcore.projections": {
        "plain": "access",
        "folding": "",
        "access": "",
        "summary": "folding access",
        "status": "folding access summary",
        "attention": "folding access summary status",
        "history": "folding access summary plain",
        "diff": "folding access summary status program_view",
        "explain": "folding access summary status attention history program_view",
        "program_view": "folding access summary status attention",
        "compliance": "folding access summary program_view",
        "program_scope": "folding access summary history explain",
        "views": (
            "folding access summary status attention history diff explain program_view "
            "program_scope"
        ),
        "incomplete_views": (
            "folding access summary status attention history diff explain program_view views"
        ),
    },
    "mentorcore.log": {
        "recorded": "",
        "event_types": "",
        "storage": "",
        "stores.sqlite": "storage",
        "stores.postgres": "storage",
        "stores": "storage stores.sqlite stores.postgres",
        # Keys may stand in a database that is reached as a log in one is.
        "sealing": "event_types storage stores.postgres",
        "serialization": "event_types recorded storage sealing",
    },
    "mentorcore.audit": {
        "standalone": "",
        "merkle": "",
        "notes": "merkle",
        "sequencing": "merkle notes",
        "witness": "merkle notes",
        "carrying": "merkle notes sequencing",
        "bundle": "merkle notes sequencing standalone",
        "verification": "merkle notes bundle standalone witness",
    },
}
"""Below a floor everything lower may be used; between its rooms only what stands here."""


def name_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(p): p for p in sorted(SRC.rglob("*.py"))}


@cache
def floor_of(module: str) -> tuple[str, int, set[str]]:
    fitting = [
        f
        for f in FLOORS
        if module == f[0] or (f[0] != "mentorcore" and module.startswith(f[0] + "."))
    ]
    assert fitting, f"{module} has no floor: give it one in tests/test_floors.py"
    return max(fitting, key=lambda f: len(f[0]))


@cache
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


@cache
def house(module: str) -> set[str]:
    return {i for i in imports_of(module) if i.split(".")[0] == "mentorcore"}


def test_imports_point_down() -> None:
    above = {
        module: upwards
        for module in MODULES
        if (upwards := {i for i in house(module) if floor_of(i)[1] > floor_of(module)[1]})
    }

    assert not above, f"imports from floors above: {above}"


def test_each_floor_uses_only_its_packages() -> None:
    outside = {module: strangers for module in MODULES if (strangers := foreign_to(module))}

    assert not outside, f"packages that are not named for the floor: {outside}"


def foreign_to(module: str) -> set[str]:
    """The third-party packages that a module imports and that its floor does not name."""
    _, _, allowed = floor_of(module)
    tops = {i.split(".")[0] for i in imports_of(module)} - {"mentorcore", *sys.stdlib_module_names}
    return {{"attr": "attrs"}.get(top, top) for top in tops} - allowed


def test_the_wings_meet_in_intake_and_engine_only() -> None:
    strangers = {
        (wing, module): outside
        for wing, rooms in WINGS.items()
        for module in MODULES
        if is_within(module, wing)
        and (outside := {i for i in house(module) if not any(is_within(i, r) for r in rooms)})
    }

    assert not strangers, f"imports from outside of the wing: {strangers}"


def is_within(module: str, place: str) -> bool:
    """Whether it is that module or in that package; of the whole package, only its own module."""
    return module == place or (place != "mentorcore" and module.startswith(f"{place}."))


@cache
def room_of(module: str) -> tuple[str, str] | None:
    """The divided floor and the room of a module; a floor's own package is in none."""
    for floor, rooms in ROOMS.items():
        if module.startswith(floor + "."):
            name = module.removeprefix(floor + ".")
            fitting = [r for r in rooms if name == r or name.startswith(r + ".")]
            assert fitting, f"{module} is in no room: give it one in tests/test_floors.py"
            return floor, max(fitting, key=len)
    return None


def test_a_room_uses_only_the_rooms_it_may() -> None:
    elsewhere = {module: others for module in MODULES if (others := barred_to(module))}

    assert not elsewhere, f"imports from rooms that it may not use: {elsewhere}"


def barred_to(module: str) -> set[str]:
    """What a module imports from rooms of its own floor that are not named for its room."""
    here = room_of(module)
    if here is None:
        return set()
    floor, room = here
    allowed = {room, *ROOMS[floor][room].split()}
    return {
        i
        for i in house(module)
        if (there := room_of(i)) is not None and there[0] == floor and there[1] not in allowed
    }


@pytest.mark.parametrize("floor", ROOMS)
def test_rooms_use_each_other_in_no_circle(floor: str) -> None:
    graph = {room: used.split() for room, used in ROOMS[floor].items()}

    order = list(TopologicalSorter(graph).static_order())

    assert set(order) == ROOMS[floor].keys()


@pytest.mark.parametrize(
    "room", [f"{floor}.{room}" for floor, rooms in ROOMS.items() for room in rooms]
)
def test_a_room_says_what_it_is_for_and_exports_nothing(room: str) -> None:
    assert room in MODULES, f"{room} is not there"
    if MODULES[room].stem != "__init__":
        return

    tree = ast.parse(MODULES[room].read_text())

    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_only_the_stores_of_the_log_import_a_database_driver() -> None:
    the_keys_own_file = "mentorcore.log.sealing.key_file"

    users = {
        m
        for m in MODULES
        if m.startswith("mentorcore.log.") and imports_of(m) & {"sqlite3", "psycopg"}
    }

    assert the_keys_own_file in users
    assert all(m.startswith("mentorcore.log.stores.") for m in users - {the_keys_own_file})


def test_no_room_is_too_full() -> None:
    count = Counter(p.parent for p in MODULES.values() if p.stem != "__init__")

    full = {str(folder.relative_to(SRC)): n for folder, n in count.items() if n > 24}

    assert not full, f"{full}: give it sub-rooms"


PRACTICES = {
    f"mentorcore.practices.{folder.name}"
    for folder in (SRC / "mentorcore" / "practices").iterdir()
    if (folder / "__init__.py").exists()
}
"""The practices that come with mentorcore."""


VIEWS_ONLY: dict[str, str] = {
    "mentorcore.practices.closing": "mentorcore.domain.pairing.events",
    "mentorcore.practices.compliance": "mentorcore.domain mentorcore.policy "
    "mentorcore.projections.access mentorcore.projections.folding mentorcore.projections.summary "
    "mentorcore.projections.program_view mentorcore.projections.compliance",
    "mentorcore.practices.employment": "mentorcore.domain.person.events "
    "mentorcore.domain.participant.events",
    "mentorcore.practices.improvement": "mentorcore.domain.sustaining mentorcore.domain.program",
    "mentorcore.practices.plan": "mentorcore.domain.pairing.events "
    "mentorcore.domain.participant.events mentorcore.domain.requirements.evidence_events",
    "mentorcore.practices.support": "mentorcore.domain.sustaining mentorcore.domain.program",
}
"""The practices that have no streams of their own, with the modules that their views fold events
of, or rest on otherwise."""

NARROWING: dict[str, str] = {
    "mentorcore.practices.community": "mentorcore.practices.consent "
    "mentorcore.projections.program_view mentorcore.domain.model mentorcore.domain.declarations "
    "mentorcore.domain.participant.events",
    "mentorcore.practices.networks": "mentorcore.domain",
    "mentorcore.practices.privacy": "mentorcore.practices.consent",
}
"""The practices with guards, with the rules of the core that these narrow; and those that ask, or
answer, what stands in another's streams, with what they do it by."""


@pytest.mark.parametrize("practice", sorted(PRACTICES))
def test_a_practice_knows_the_spec_and_itself_and_no_other(practice: str) -> None:
    own = {m for m in MODULES if m == practice or m.startswith(f"{practice}.")}
    folded = VIEWS_ONLY.get(practice, "").split()
    narrowed = NARROWING.get(practice, "").split()

    others = {i for m in own for i in house(m)} - own - {"mentorcore.practices.spec"}
    strangers = {i for i in others if not any(is_within(i, room) for room in (*folded, *narrowed))}

    assert folded or {f"{practice}.events", f"{practice}.deciding"} <= own
    assert not strangers


@pytest.mark.parametrize("practice", sorted(PRACTICES - VIEWS_ONLY.keys()))
def test_the_rules_of_a_practice_know_neither_its_views_nor_its_forms(practice: str) -> None:
    below: set[str] = set()
    reached = [f"{practice}.deciding"]
    while reached:
        module = reached.pop()
        below.add(module)
        reached += {i for i in house(module) if i.startswith(f"{practice}.")} - below

    assert not below & {f"{practice}.view", f"{practice}.rows", f"{practice}.forms"}
    assert {i.split(".")[0] for m in below for i in imports_of(m)} <= {
        "mentorcore",
        "attrs",
        *sys.stdlib_module_names,
    }


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
    "mentorcore.audit.standalone": 700,
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
        if m.startswith(("mentorcore.domain", *PRACTICES)) and (bad := imports_of(m) & forbidden)
    }

    assert not impure


def test_annotations_are_read_in_one_place() -> None:
    """Two readers of the same annotation could find different things in it."""
    may = {
        "mentorcore.domain.type_tree",
        # what is stored has types of its own
        "mentorcore.log.serialization.amendment_fields",
        "mentorcore.log.serialization.converter",
        "mentorcore.log.serialization.wire_structs",
        # hosts like any other, they have the public names only
        "mentorcore.cli.fields",
        "mentorcore.cli.stated_names",
        "mentorcore.render.commands",
        # its examples are made of what an author's classes say
        "mentorcore.testing.practice_values",
    }

    readers = {
        m
        for m, path in MODULES.items()
        if re.search(r"\b(get_type_hints|get_origin|__annotations__)\b", path.read_text())
    }

    assert "mentorcore.domain.type_tree" in readers
    assert readers <= may


def test_adapters_that_ship_with_the_engine_know_the_spec_only() -> None:
    assert house("mentorcore.adapters.csv_file") <= {
        "mentorcore.adapters.spec",
        "mentorcore.errors",
    }


@pytest.mark.parametrize("kind", ["pairing-list", "meeting-log", "goal-check-in"])
def test_a_kind_of_form_is_named_where_it_is_read_and_nowhere_else(kind: str) -> None:
    naming = {m for m, path in MODULES.items() if f'"{kind}"' in path.read_text()}

    assert naming == {f"mentorcore.intake.forms.{kind.replace('-', '_')}"}
