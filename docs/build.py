"""Writes what is said of the code from the code, so that it cannot say anything else.

python docs/build.py            writes docs/reference/*.md, and the public names for type checkers
python docs/build.py --check    says which of them are out of date
"""

import ast
import hashlib
import inspect
import re
import sys
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import FunctionType
from typing import Any, NewType

import attrs
import mapping_page
import packs_page
import public_types
import refusals
import tables_page

import mentorcore
from mentorcore import errors
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.domain import settings
from mentorcore.domain.declarations import event_info, fresh_kinds
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.type_tree import Either, ListOf, OneOf, Row, TypeTree, field_types
from mentorcore.domain.values import identified_by
from mentorcore.domain.visibility import READERS
from mentorcore.engine.commands.command_parsing import command_name
from mentorcore.practices.registry import Practices
from mentorcore.public import HOMES, INSIDE, all_names, of_the_model

ROOT = Path(__file__).parent.parent
PAGES = Path(__file__).parent / "reference"
STUB = ROOT / "src" / "mentorcore" / "__init__.pyi"
NAMING_THE_VERIFIER = (PAGES / "verifier.md", ROOT / "docs" / "how-to" / "audit-a-program.md")
MODEL_TYPES = ROOT / "src" / "mentorcore" / "domain" / "model_types.pyi"


def type_text(tree: TypeTree) -> str:
    """A type as a reader would say it."""
    match tree:
        case ListOf(parts=(item, *_)) | Row(parts=(item, *_)):
            return f"list of {type_text(item)}"
        case OneOf():
            return " · ".join(f"`{word}`" for word in tree.words)
        case Either():
            return " or ".join(dict.fromkeys(map(type_text, tree.parts)))
    return f"`{tree.hint.__name__}`"


def prose(thing: Any) -> str:
    """A docstring as paragraphs; its sections become lists."""
    text = inspect.getdoc(thing) or ""
    lines: list[str] = []
    section = False
    for line in text.splitlines():
        if re.fullmatch(r"(Args|Attributes|Raises|Returns|Yields):", line):
            lines += ["", f"*{line[:-1]}*", ""]
            section = True
        elif section and (entry := re.fullmatch(r"    (\*{0,2}\w+): (.*)", line)):
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        elif section and line.startswith("    "):
            lines.append("  " + line.strip())
        else:
            lines.append(line)
    return "\n".join(lines).replace("``", "`").strip()


def fields_table(cls: type, marks: dict[str, str]) -> str:
    types = field_types(cls)
    rows = ["| Field | Type | |", "|---|---|---|"]
    for field in attrs.fields(cls):
        optional = field.default is not attrs.NOTHING
        note = marks.get(field.name, "optional" if optional else "")
        rows.append(f"| `{field.name}` | {type_text(types[field.name])} | {note} |")
    return "\n".join(rows) if len(rows) > 2 else "No fields."


def names_page() -> str:
    parts = [
        "# Public names",
        "",
        "All that an embedder imports. Times are aware instants or dates of the program's time",
        "zone; minutes are whole minutes; positions count from 1.",
    ]
    for name in sorted(mentorcore.__all__, key=str.casefold):
        thing = getattr(mentorcore, name)
        if name == "__version__":
            continue
        if thing in CORE_MODEL.events:
            stored = event_info(thing).name
            anchor = stored.replace(".", "")
            parts += ["", f"## {name}", "", f"An event: see [{stored}](events.md#{anchor})."]
            continue
        if thing in CORE_MODEL.commands:
            parts += [
                "",
                f"## {name}",
                "",
                f"A command: see [commands](commands.md#{command_name(thing)}).",
            ]
            continue
        parts += ["", f"## {name}", ""]
        if inspect.isfunction(thing):
            parts += [f"`mentorcore.{name}{public_types.signature(thing)}`", ""]
        parts.append(text_of(name, thing))
        if isinstance(thing, type) and not issubclass(thing, Exception):
            parts += attributes(thing)
            parts += members(name, thing)
    return "\n".join(parts) + "\n"


def text_of(name: str, thing: Any) -> str:
    """What a public thing says of itself."""
    if isinstance(thing, NewType):
        found = identified_by(thing)
        if found is None:
            return WORDS[name]
        return f"A text: the id of one {found.kind}, `{found.kind}:` and 32 hex digits."
    is_constant = not callable(thing) or not isinstance(thing, type | FunctionType)
    return constant_text(name) if is_constant else prose(thing)


WORDS = {
    "Code": (
        "A text: a word from a fixed or declared list, of letters, digits and `. _ + / -`, at most "
        "64 of them."
    ),
    "Stream": "A text: the id of any stream, its kind, a colon and 32 hex digits.",
}
"""What a type of text is that names nothing of one kind."""


def attributes(cls: type) -> list[str]:
    """The types of the attributes of a class, for whoever reads them."""
    if not attrs.has(cls):
        return []
    types = public_types.attributes(cls)
    return ["", "```python", *(f"{name}: {said}" for name, said in types.items()), "```"]


def constant_text(name: str) -> str:
    """The text below a constant where it is defined; what its type says of itself is no help."""
    home = next(module for module, names in HOMES.items() if name in names)
    inside = INSIDE.get(name, name)
    body = ast.parse(inspect.getsource(import_module(home))).body
    for statement, below in pairwise(body):
        match statement, below:
            case (
                ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ) if found == inside:
                return text
    raise LookupError(f"{home}.{inside} says nothing about itself")


def members(public: str, cls: type) -> list[str]:
    parts: list[str] = []
    house = [c for c in cls.__mro__ if c.__module__.split(".")[0] == "mentorcore"]
    found = {n: m for c in reversed(house) for n, m in vars(c).items()}
    for name, member in found.items():
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if name.startswith("_") or not inspect.getdoc(plain):
            continue
        if inspect.isfunction(plain):
            takes = public_types.signature(plain)
            parts += ["", f"### {public}.{name}", "", f"`{name}{takes}`", "", prose(plain)]
        elif isinstance(plain, property) and plain.fget is not None:
            _, _, answer = public_types.signature(plain.fget).partition(" -> ")
            parts += ["", f"### {public}.{name}", "", f"`{name}: {answer}`", "", prose(plain)]
    return parts


def commands_page() -> str:
    parts = ["# Commands", "", "What one can ask for. Ids left out are supplied by the engine."]
    for cls in Practices.of(()).model.commands:
        made = {n: f"a new id ({kind}) when left out" for n, kind in fresh_kinds(cls).items()}
        parts += ["", f"## {command_name(cls)}", "", f"`{cls.__name__}`. {prose(cls)}", ""]
        parts.append(fields_table(cls, made))
    return "\n".join(parts) + "\n"


def events_page() -> str:
    parts = [
        "# Events",
        "",
        "Everything that can stand in a log, as `mentorcore catalog` tells it. A sealed field is",
        "readable only with the keys of the people it is about; everything else stands in the clear",
        "for ever. `mentorcore catalog NAME --json` has the JSON Schema of what is stored; see",
        "[how to read a log with other programs](../how-to/read-an-older-log.md).",
    ]
    for event in mentorcore.catalog().events:
        when = " or ".join(f"`{o}`" for o in event.true_at) or "the moment it was recorded"
        parts += ["", f"## {event.name}", "", event.meaning, ""]
        parts.append(f"- Version {event.version}; true at {when}.")
        streams = ", ".join(f"`{s}`" for s in event.streams)
        founds = ", which it founds" if event.founding else ""
        parts.append(f"- Stands in streams of kind {streams}{founds}.")
        commands = ", ".join(f"[{c}](commands.md#{c})" for c in event.caused_by)
        parts.append(f"- Caused by {commands}.")
        if event.recorded_with:
            parts.append(f"- Companion of {', '.join(f'`{n}`' for n in event.recorded_with)}.")
        parts += [f"- {event.who}", "", "| Field | Holds | | Meaning |", "|---|---|---|---|"]
        parts += catalog_rows(event.fields, "")
    return "\n".join(parts) + "\n"


def catalog_rows(fields: tuple[mentorcore.CatalogField, ...], path: str) -> list[str]:
    rows = []
    for field in fields:
        note = f"sealed ({field.personal})" if field.personal else ""
        note = ", ".join(n for n in (note, "optional" if field.optional else "") if n)
        rows.append(f"| `{path}{field.name}` | {field.type} | {note} | {field.meaning} |")
        rows += catalog_rows(field.fields, f"{path}{field.name}.")
    return rows


def errors_page() -> str:
    parts = ["# Errors", "", prose(errors)]
    for name in errors.__all__:
        parts += ["", f"## {name}", "", prose(getattr(errors, name))]
    return "\n".join(parts) + "\n"


def settings_page() -> str:
    parts = ["# Settings of a program", "", prose(settings)]
    for name in settings.__all__:
        cls = getattr(settings, name)
        if isinstance(cls, type) and attrs.has(cls):
            parts += ["", f"## {name}", "", prose(cls), "", fields_table(cls, {})]
    parts += ["", "## Visibility classes", "", "| Class | Readers |", "|---|---|"]
    parts += [f"| `{c}` | {', '.join(sorted(r)) or 'nobody'} |" for c, r in READERS.items()]
    return "\n".join(parts) + "\n"


def exit_codes_page() -> str:
    about, _, listed = prose(ExitCode).partition("\n\n*Attributes*\n\n")
    meanings = dict(re.findall(r"^- `(\w+)`: (.*(?:\n  .*)*)", listed, re.MULTILINE))
    parts = ["# Exit codes", "", about.strip(), "", "| Code | | Meaning |", "|---:|---|---|"]
    parts += [
        f"| {c.value} | `{c.name}` | {' '.join(meanings[c.name].split())} |" for c in ExitCode
    ]
    return "\n".join(parts) + "\n"


def stub() -> str:
    """The public names as type checkers see them; at run time they are imported when asked for."""
    homes = {home: list(names) for home, names in HOMES.items()}
    for cls in of_the_model():
        homes.setdefault(cls.__module__, []).append(cls.__name__)
    parts = [
        "# Written by docs/build.py from mentorcore.public and the model: do not edit it.",
        "",
    ]
    for home, names in sorted(homes.items()):
        listed = (f"{INSIDE[n]} as {n}" if n in INSIDE else n for n in sorted(names))
        parts += [f"from {home} import (", *(f"    {name}," for name in listed), ")"]
    parts += ["", "__version__: str", "__all__ = [", *(f'    "{n}",' for n in all_names()), "]"]
    return "\n".join(parts) + "\n"


def model_types() -> str:
    """The unions over the model as type checkers see them."""
    model = {"Command": CORE_MODEL.commands, "Event": CORE_MODEL.events}
    homes: dict[str, list[str]] = {}
    for cls in of_the_model():
        homes.setdefault(cls.__module__, []).append(cls.__name__)
    parts = [
        "# Written by docs/build.py from the model: do not edit it.",
        "",
        "from typing import TypeAlias",
        "",
    ]
    for home, names in sorted(homes.items()):
        parts += [f"from {home} import (", *(f"    {name}," for name in sorted(names)), ")"]
    for union, classes in model.items():
        names = sorted(cls.__name__ for cls in classes)
        parts += ["", f"{union}: TypeAlias = (", *(f"    {n}" for n in names[:1])]
        parts += [*(f"    | {n}" for n in names[1:]), ")"]
    return "\n".join(parts) + "\n"


PAGE_MAKERS = {
    "names.md": names_page,
    "commands.md": commands_page,
    "events.md": events_page,
    "errors.md": errors_page,
    "settings.md": settings_page,
    "mappings.md": mapping_page.page,
    "policy-packs.md": packs_page.page,
    "rules.md": refusals.rules_page,
    "refusals.md": refusals.page,
    "tables.md": tables_page.page,
    "exit-codes.md": exit_codes_page,
}
"""What makes each page of the reference, by the name of its file."""


def naming_the_verifier(page: Path) -> str:
    """A page with the SHA-256 of the stand-alone verifier where it is to stand, and no other."""
    alone = ROOT / "src" / "mentorcore" / "audit" / "standalone.py"
    digest = hashlib.sha256(alone.read_bytes()).hexdigest()
    text = page.read_text(encoding="utf-8")
    return re.sub(r"(<!-- sha256 -->\n)(`[0-9a-f]{64}`\n)+", rf"\g<1>`{digest}`\n", text)


def main(argv: list[str]) -> int:
    """Write the files, or with ``--check`` say which differ."""
    PAGES.mkdir(exist_ok=True)
    stale = []
    stubs = {STUB: stub(), MODEL_TYPES: model_types()}
    stubs |= {page: naming_the_verifier(page) for page in NAMING_THE_VERIFIER}
    for path, text in {
        **stubs,
        **{PAGES / name: make() for name, make in PAGE_MAKERS.items()},
    }.items():
        if "--check" in argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path.name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run python docs/build.py")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
