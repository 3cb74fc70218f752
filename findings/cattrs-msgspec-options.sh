#!/usr/bin/env bash
# cattrs 26.2.1 with msgspec 0.23.0 and attrs 26.1.0: whether an option of the msgspec converter
# takes effect depends on the types of the class's other fields.
#
# omit_if_default=True and use_alias=True are options of the converter and hold for every attrs class in
# cattrs.preconf.json. In cattrs.preconf.msgspec a class is handed to msgspec as a whole when no field of
# it needs cattrs, and nothing asks whether the options need it. The documentation says that classes are
# passed through "if the output is identical to what normal unstructuring would have produced"; it isn't:
#
#   with                      class                        json                       msgspec
#   omit_if_default=True      pairs: int, note: str = ""   {"pairs": 1}               {"note":"","pairs":1}
#   omit_if_default=True      and closed: str | None       {"pairs": 1}               {"pairs":1}
#   use_alias=True            pairs, alias "Pairs"         {"Pairs": 1}               {"pairs":1}
#   no option                 pairs: int, note: str = ""   {"pairs": 1, "note": ""}   {"note":"","pairs":1}
#   no option                 pairs, people (init=False)   {"pairs": 1}               {"pairs":1,"people":0}
#   no option                 a subclass in a base's field the base's fields          those of both
#
# With use_alias=True the converter cannot structure what it wrote: KeyError('Pairs'). And the keys of a
# class that is handed over stand in the order of its slots, which Python sorts, not in that of definition.
#
# So adding an optional field to a record changes how its other fields are written. Where the written form
# matters (a stored log, a digest), let cattrs unstructure every attrs class, as at the end of this script.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  cattrs==26.2.1 msgspec==0.23.0 attrs==26.1.0

cd "$work"
"$work/venv/bin/python" - <<'PY'
import json
import sys

from attrs import field, frozen, has
from cattrs.errors import ClassValidationError
from cattrs.preconf.json import make_converter as with_json
from cattrs.preconf.msgspec import make_converter as with_msgspec


@frozen
class Plain:
    pairs: int
    note: str = ""


@frozen
class WithOptional:
    pairs: int
    note: str = ""
    closed: str | None = None


@frozen
class Aliased:
    pairs: int = field(alias="Pairs")


@frozen
class Derived:
    pairs: int
    people: int = field(init=False, default=0)


@frozen
class Base:
    pairs: int


@frozen
class Sub(Base):
    mentors: int


@frozen
class Holder:
    held: Base


def expect(what, seen, wanted):
    print(f"{what}: {seen}")
    if seen != wanted:
        sys.exit(f"{what}: changed, was {wanted}")


omitting, aliasing = {"omit_if_default": True}, {"use_alias": True}
for what, value, options, by_json, by_msgspec in [
    ("omit_if_default", Plain(1), omitting, '{"pairs": 1}', b'{"note":"","pairs":1}'),
    ("omit_if_default beside an optional", WithOptional(1), omitting, '{"pairs": 1}', b'{"pairs":1}'),
    ("use_alias", Aliased(1), aliasing, '{"Pairs": 1}', b'{"pairs":1}'),
    ("order", Plain(1), {}, '{"pairs": 1, "note": ""}', b'{"note":"","pairs":1}'),
    ("init=False", Derived(1), {}, '{"pairs": 1}', b'{"pairs":1,"people":0}'),
    ("subclass", Holder(Sub(1, 2)), {}, '{"held": {"pairs": 1}}', b'{"held":{"mentors":2,"pairs":1}}'),
]:
    expect(f"{what}, json", with_json(**options).dumps(value), by_json)
    expect(f"{what}, msgspec", with_msgspec(**options).dumps(value), by_msgspec)

    # The way round: every attrs class by cattrs. The output is then that of the json converter.
    converter = with_msgspec(**options)
    converter.register_unstructure_hook_factory(has, converter.gen_unstructure_attrs_fromdict)
    expect(f"{what}, msgspec with the hook", json.loads(converter.dumps(value)), json.loads(by_json))

converter = with_msgspec(use_alias=True)
try:
    converter.loads(converter.dumps(Aliased(1)), Aliased)
except ClassValidationError as refused:
    expect("use_alias, msgspec, read back", [repr(e) for e in refused.exceptions], ["KeyError('Pairs')"])
else:
    sys.exit("use_alias: the msgspec converter now reads back what it wrote")
PY
