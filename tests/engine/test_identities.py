"""INV-61: an identity in another system belongs to one person of the log at most."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from engine.test_repeats import at_once
from engine.world import COORDINATOR, Place, World, folded, mc

from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.engine.engine import Engine
from mentorcore.errors import Invalid, Refused

ADDRESS = "Ada.Lovelace@Example.org"


@pytest.fixture
def anywhere(at: Place) -> Iterator[World]:
    """A program in each kind of store."""
    with at.open(1) as opened:
        yield World(opened)


def linking(person: str, value: str = ADDRESS, scheme: str = "email") -> Any:
    return mc.LinkExternalIdentity(person_id=person, scheme=scheme, value=value)


def owner(engine: Engine, value: str = ADDRESS, scheme: str = "email") -> str | None:
    return engine._desk.identities.person(scheme, value)


def test_inv_61_a_linked_identity_leads_to_its_person(anywhere: World) -> None:
    ada = anywhere.person()

    answer = anywhere.ask(linking(ada))

    assert len(answer.events) == 1
    assert owner(anywhere.engine) == ada
    assert owner(anywhere.engine, "grace@example.org") is None


def test_inv_61_an_identity_that_belongs_to_another_is_refused(anywhere: World) -> None:
    ada, grace = anywhere.person(), anywhere.person()
    anywhere.ask(linking(ada))
    before = anywhere.engine.position

    with pytest.raises(Refused) as caught:
        anywhere.ask(linking(grace))

    assert caught.value.code == "identity_taken"
    assert caught.value.facts == {"person": ada}
    assert ADDRESS not in str(caught.value)
    assert anywhere.engine.position == before


@pytest.mark.parametrize(
    "spelling", ["ada.lovelace@example.org", " ADA.LOVELACE@EXAMPLE.ORG ", ADDRESS + "\n"]
)
def test_inv_61_an_address_is_the_same_in_every_spelling(world: World, spelling: str) -> None:
    world.ask(linking(world.person()))

    with pytest.raises(Refused, match="another person"):
        world.ask(linking(world.person(), spelling))


def test_inv_61_accents_are_the_same_however_they_are_composed(world: World) -> None:
    world.ask(linking(world.person(), unicodedata.normalize("NFC", "Zoë-7"), "payroll"))

    with pytest.raises(Refused, match="another person"):
        world.ask(linking(world.person(), unicodedata.normalize("NFD", "Zoë-7"), "payroll"))


def test_inv_61_the_same_number_in_another_system_is_another_identity(world: World) -> None:
    ada, grace = world.person(), world.person()
    world.ask(linking(ada, "4711", "payroll"))

    world.ask(linking(grace, "4711", "sso"))

    assert owner(world.engine, "4711", "payroll") == ada
    assert owner(world.engine, "4711", "sso") == grace


def test_linking_again_says_nothing_new(anywhere: World) -> None:
    ada = anywhere.person()
    anywhere.ask(linking(ada))

    again = anywhere.ask(linking(ada, ADDRESS.upper()))

    assert again.events == ()
    assert folded(anywhere.engine, ada).identities == 1


def test_linking_twice_in_one_batch_says_nothing_new_the_second_time(world: World) -> None:
    ada = world.person()

    answer = world.engine.batch(
        (linking(ada), mc.ChangePersonDetails(person_id=ada, since=world.engine.now().date(),
                                              name="Ada"), linking(ada)),
        actor=COORDINATOR,
    )  # fmt: skip

    assert [r.version for r in answer.events] == [2, 3]


def test_inv_61_two_persons_in_one_batch_cannot_share_an_identity(world: World) -> None:
    ada, grace = world.person(), world.person()

    with pytest.raises(Refused, match="another person"):
        world.engine.batch((linking(ada), linking(grace)), actor=COORDINATOR)

    assert owner(world.engine) is None


def test_inv_61_retracting_the_link_frees_the_identity(anywhere: World) -> None:
    ada, grace = anywhere.person(), anywhere.person()
    anywhere.ask(linking(ada))
    anywhere.ask(mc.RetractRecord(stream=ada, target=2, cause="wrong_person"))
    assert owner(anywhere.engine) is None

    anywhere.ask(linking(grace))

    assert owner(anywhere.engine) == grace
    assert folded(anywhere.engine, ada).identities == 0


def test_inv_61_retracting_twice_does_not_take_it_from_its_new_person(world: World) -> None:
    ada, grace = world.person(), world.person()
    world.ask(linking(ada))
    retraction = mc.RetractRecord(stream=ada, target=2, cause="wrong_person")
    world.ask(retraction)
    world.ask(linking(grace))

    again = world.ask(retraction)

    assert again.events == ()
    assert owner(world.engine) == grace


def test_inv_61_an_identity_moves_from_one_person_to_another_in_one_batch(
    anywhere: World,
) -> None:
    ada, grace = anywhere.person(), anywhere.person()
    anywhere.ask(linking(ada))

    anywhere.engine.batch(
        (mc.RetractRecord(stream=ada, target=2, cause="wrong_person"), linking(grace)),
        actor=COORDINATOR,
    )

    assert owner(anywhere.engine) == grace


def test_a_link_made_and_taken_back_in_one_batch_leaves_the_identity_free(
    anywhere: World,
) -> None:
    ada = anywhere.person()

    anywhere.engine.batch((linking(ada), mc.RetractRecord(stream=ada, target=2)), actor=COORDINATOR)

    assert owner(anywhere.engine) is None
    anywhere.ask(linking(ada))
    assert owner(anywhere.engine) == ada


def test_inv_61_two_writers_link_one_address_to_two_persons_and_one_is_refused(
    at: Place,
) -> None:
    slow, fast = at.open(1), at.open(1000)
    world = World(slow)
    ada, grace = world.person(), world.person()

    def overtaken() -> None:
        if owner(fast) is None:
            fast.handle(linking(grace), actor=COORDINATOR)

    slow._desk.before_append = overtaken

    with pytest.raises(Refused) as caught:
        world.ask(linking(ada))

    assert caught.value.code == "identity_taken"
    assert owner(slow) == owner(fast) == grace
    assert folded(slow, ada).identities == 0
    slow.close()
    fast.close()


def test_inv_61_of_many_writers_one_links_the_address(at: Place) -> None:
    engines = [at.open(n * 1000 + 1) for n in range(4)]
    world = World(engines[0])
    persons = [world.person() for _ in range(16)]

    given = at_once(
        [
            lambda e=engines[n % 4], p=p: e.handle(linking(p), actor=COORDINATOR)  # type: ignore[misc]  # one of each
            for n, p in enumerate(persons)
        ]
    )

    linked = [a for a in given if isinstance(a, Outcome)]
    refused = [a for a in given if isinstance(a, Refused)]
    assert len(linked) == 1
    assert [r.code for r in refused] == ["identity_taken"] * 15
    assert owner(engines[0]) == linked[0].stream
    for opened in engines:
        opened.close()


def test_the_record_of_a_link_is_not_amended(world: World) -> None:
    ada = world.person()
    world.ask(linking(ada))

    with pytest.raises(Refused, match="retract"):
        world.ask(mc.AmendRecord(stream=ada, target=2, changes={"value": "ada@new.example.org"}))


@pytest.mark.parametrize("nothing", ["", "  ", "\t"])
def test_an_identity_that_names_nobody_is_not_linked(world: World, nothing: str) -> None:
    with pytest.raises((Invalid, Refused)):
        world.ask(linking(world.person(), nothing))


def test_inv_65_an_identity_that_comes_back_belongs_to_its_person_again(anywhere: World) -> None:
    ada = anywhere.person()
    linked = anywhere.ask(linking(ada)).events[0]
    gone = anywhere.ask(mc.RetractRecord(stream=ada, target=linked.version)).events[0]
    assert owner(anywhere.engine) is None

    anywhere.ask(mc.RetractRecord(stream=ada, target=gone.version))

    assert owner(anywhere.engine) == ada


def test_inv_65_it_does_not_come_back_when_it_belongs_to_another_by_now(world: World) -> None:
    ada, grace = world.person(), world.person()
    linked = world.ask(linking(ada)).events[0]
    gone = world.ask(mc.RetractRecord(stream=ada, target=linked.version)).events[0]
    again = world.ask(linking(ada)).events[0]

    with pytest.raises(Refused) as twice:
        world.ask(mc.RetractRecord(stream=ada, target=gone.version))
    world.ask(mc.RetractRecord(stream=ada, target=again.version))
    world.ask(linking(grace))
    with pytest.raises(Refused) as taken:
        world.ask(mc.RetractRecord(stream=ada, target=gone.version))

    assert (twice.value.code, taken.value.code) == ("identity_linked", "identity_taken")
    assert owner(world.engine) == grace
