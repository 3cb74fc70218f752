"""A kind of rule has one word, in its class and in a file."""

from mentorcore.policy.evaluation.vocabulary import FACTS
from mentorcore.policy.kinds import KINDS, OF_PAIRINGS
from mentorcore.policy.shipped import shipped_packs


def test_the_word_of_a_kind_is_made_of_the_name_of_its_class() -> None:
    rules = {type(rule): rule.kind for pack in shipped_packs() for rule in pack.rules}

    assert {word: cls for cls, word in rules.items()} == dict(KINDS)


def test_what_nothing_is_forbidden_by_is_among_the_words_for_facts() -> None:
    assert FACTS.keys() >= OF_PAIRINGS
