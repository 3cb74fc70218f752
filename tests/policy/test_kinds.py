"""A kind of rule has one word, in its class and in a file."""

from mentorcore.policy.kinds import KINDS
from mentorcore.policy.shipped import shipped_packs


def test_the_word_of_a_kind_is_made_of_the_name_of_its_class() -> None:
    rules = {type(rule): rule.kind for pack in shipped_packs() for rule in pack.rules}

    assert {word: cls for cls, word in rules.items()} == dict(KINDS)
