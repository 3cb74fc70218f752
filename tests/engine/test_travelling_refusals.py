"""A refusal of each kind goes to another process and back with its facts and what was asked."""

import copy
import pickle

import pytest
from engine.all_refusals import CASES
from engine.refusals import settings_of
from engine.world import World, engine, mc

COPIES = {
    "pickled": lambda error: pickle.loads(pickle.dumps(error)),
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
}


@pytest.mark.parametrize("code", CASES)
def test_a_refusal_says_the_same_wherever_it_arrives(code: str) -> None:
    case = CASES[code]
    with engine() as opened:
        world = World(opened, settings_of(case))
        with pytest.raises(mc.Refused) as refused:
            world.ask(case.asks(world))
        refusal = refused.value

        arrived = {how: make(refusal) for how, make in COPIES.items()}

        for told in arrived.values():
            assert type(told) is mc.Refused
            assert (str(told), told.code, told.facts) == (str(refusal), code, refusal.facts)
            assert told.asked == refusal.asked
        if refusal.asked is not None:
            viewer = mc.Viewer.coordinator()
            explained = opened.explain(arrived["pickled"], viewer=viewer)
            assert explained == opened.explain(refusal, viewer=viewer)
