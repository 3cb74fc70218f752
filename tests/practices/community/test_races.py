"""Who publishes while somebody withdraws meets them on the consent, in each kind of store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.test_forced_schedules import RECORDED, Race, Rivals
from engine.world import TODAY, mc, place
from practices.community.voices import SITE, Speaking

from mentorcore.practices.community.voice.events import PublishTestimonial
from mentorcore.practices.privacy.events import WithdrawConsent


@pytest.fixture
def rivals(store_url: str, tmp_path: Path) -> Iterator[Rivals]:
    both = Rivals(place(store_url, tmp_path))
    yield both
    both.slow.close()
    both.fast.close()


def asked(rivals: Rivals) -> tuple[PublishTestimonial, WithdrawConsent]:
    """A publication of today, and a withdrawal of its consent today."""
    world = rivals.world
    here = Speaking(world, *world.members(world.pair()))
    here.collect()
    here.give()
    publishing = here.publishing(channels=(SITE,), on=TODAY)
    return publishing, WithdrawConsent(consent_id=here.consent, on=TODAY)


def test_what_is_withdrawn_meanwhile_is_not_published(rivals: Rivals) -> None:
    """INV-48"""
    publishing, withdrawing = asked(rivals)

    race = rivals.race(withdrawing, publishing)

    assert race == Race(RECORDED, "no_live_consent", decisions=1)
    assert list(rivals.slow.events(names=["voice.testimonial-published"])) == []


def test_without_resting_on_the_consent_it_would_be(
    rivals: Rivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing, withdrawing = asked(rivals)

    monkeypatch.setattr(rivals.slow._model, "rests_on", {})
    race = rivals.race(withdrawing, publishing)

    assert race == Race(RECORDED, RECORDED, decisions=1)


def test_withdrawing_goes_on_while_somebody_publishes_and_lists_what_they_did(
    rivals: Rivals,
) -> None:
    """INV-48"""
    publishing, withdrawing = asked(rivals)

    race = rivals.race(publishing, withdrawing)

    assert (race.first_to_append, race.second) == (RECORDED, RECORDED)
    told = rivals.slow.attention(rivals.world.program, viewer=mc.Viewer.coordinator())
    (need,) = told.of("voice_to_take_down")
    assert need.subject == publishing.voice_id
