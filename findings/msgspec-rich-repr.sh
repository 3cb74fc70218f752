#!/usr/bin/env bash
# msgspec 0.23.0 with rich 14.2.0: a Struct that hides a field from its repr shows it when rich prints it.
#
# A class that keeps a field out of its text defines __repr__, and print, str, logging and %r keep to it.
# rich asks an object for __rich_repr__ first, and msgspec gives every Struct one of its own, which lists all
# fields. So rich.print, rich.inspect, a console's log and a traceback that shows locals write out what the
# __repr__ of the class leaves out. A dataclass with the same __repr__ keeps it back: rich has a way of its
# own for these, too, but takes it only where their __repr__ is the generated one.
#
#   printed by        Struct                               dataclass
#   print             Person(id='p1')                      Person(id='p1')
#   rich              Person(id='p1', phone='555-0100')    Person(id='p1')
#
# What helps is to define __rich_repr__ beside __repr__.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check msgspec==0.23.0 rich==14.2.0

cd "$work"
"$work/venv/bin/python" - <<'PY'
import io
import sys
from dataclasses import dataclass

import msgspec
from rich.console import Console


class Person(msgspec.Struct):
    id: str
    phone: str

    def __repr__(self) -> str:
        return f"Person(id={self.id!r})"


class Careful(Person):
    def __rich_repr__(self):
        yield "id", self.id


@dataclass
class Plain:
    id: str
    phone: str

    def __repr__(self) -> str:
        return f"Person(id={self.id!r})"


def by_rich(value: object) -> str:
    said = io.StringIO()
    Console(file=said, width=120, no_color=True).print(value)
    return said.getvalue().strip()


seen = {
    "a Struct, by print": repr(Person("p1", "555-0100")),
    "a Struct, by rich": by_rich(Person("p1", "555-0100")),
    "a Struct with __rich_repr__, by rich": by_rich(Careful("p1", "555-0100")),
    "a dataclass, by rich": by_rich(Plain("p1", "555-0100")),
}
wanted = {
    "a Struct, by print": "Person(id='p1')",
    "a Struct, by rich": "Person(id='p1', phone='555-0100')",
    "a Struct with __rich_repr__, by rich": "Careful(id='p1')",
    "a dataclass, by rich": "Person(id='p1')",
}
for what, text in seen.items():
    print(f"{what:40} {text}")
if seen != wanted:
    sys.exit("this has changed: see what differs from the table above")
PY
