"""The pack to begin with is one, and shows what rules of every kind may say."""

import re

import attrs

from mentorcore.policy.grammar import Rule
from mentorcore.policy.kinds import KINDS
from mentorcore.policy.reading.pack_reader import read_pack
from mentorcore.policy.template import PACK_TEMPLATE

UNCOMMENTED = re.sub(r"^# (\[\[|[a-z_]+ += |\]|    \{)", r"\1", PACK_TEMPLATE, flags=re.MULTILINE)


def test_the_template_is_a_pack() -> None:
    pack = read_pack(PACK_TEMPLATE.encode(), "template.toml")

    assert [rule.id for rule in pack.rules] == ["XX-1"]


def test_what_is_commented_out_is_a_rule_of_each_other_kind() -> None:
    pack = read_pack(UNCOMMENTED.encode(), "template.toml")

    assert {type(rule) for rule in pack.rules} == set(KINDS.values())
    assert [rule.id for rule in pack.rules] == [f"XX-{n}" for n in range(1, 17)]


def test_every_parameter_of_a_kind_stands_in_the_template() -> None:
    tables = [part.split("\n\n")[0] for part in UNCOMMENTED.split("[[rule]]")[1:]]
    shown = {kind: next(t for t in tables if f'kind = "{kind}"' in t) for kind in KINDS}
    common = {field.name for field in attrs.fields(Rule)}

    missing = {
        f"{kind}.{field.name}"
        for kind, cls in KINDS.items()
        for field in attrs.fields(cls)
        if field.name not in common
        and not re.search(rf"\b{field.metadata.get('key') or field.name}\b", shown[kind])
    }

    assert missing == set()
