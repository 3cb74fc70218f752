"""What an agreement adds up to before and after anything happened in it."""

from engine.world import STARTED

from mentorcore.practices.networks.state import Agreement, check_agreement, evolve


def test_an_agreement_that_is_not_drafted_is_in_force_on_no_day() -> None:
    nothing = Agreement()

    check_agreement(nothing)

    assert (nothing.unsigned(), nothing.begins, nothing.ends) == ((), None, None)
    assert not nothing.live_on(STARTED)


def test_what_an_agreement_does_not_know_changes_nothing_in_it() -> None:
    nothing = Agreement()

    assert evolve(nothing, "told by a newer version") is nothing
