"""Whatever happened since, a directory that was kept finds whom a new one finds.

Two engines on one log import, register, rename, correct and erase in any order. After each step
what each of them kept from its last import is held against a directory made anew.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from engine.harbor import Harbor
from engine.test_taking_troubles import later
from engine.world import COORDINATOR, Place, mc
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.engine.importing.import_directory import ImportDirectory
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.errors import Refused
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.stores.memory import MemoryStore

NAMES = ("Anna Berg", "Ben Ode", "Carla Ruiz", "Dan Fox", "Eva Lind", "Gus New")
MAILS = tuple(f"{name.split()[0].lower()}@example.org" for name in NAMES)
PARTIAL = ('coverage = "full"', 'coverage = "partial"')
MEETINGS = "Timestamp,E-mail,Mentee,Date,Began at,Minutes,How,Notes\n"
PEOPLE = "Timestamp,E-mail,Name,I am,Mentees\n"
TAKEN_BACK = (
    "person.registered",
    "person.details-changed",
    "person.external-identity-linked",
    "participant.enrolled",
    "pairing.formed",
    "record.retracted",
)

Step = Callable[[Harbor, int], Any]


def one(it: Harbor, chosen: int, *names: str) -> Any:
    """One of the events with these names."""
    found = [r for r in it.events() if r.name in names]
    return found[chosen % len(found)]


def pick(some: tuple[str, ...], chosen: int) -> str:
    return some[chosen % len(some)]


def ask(it: Harbor, command: Any) -> Any:
    return it.engine.handle(command, actor=COORDINATOR)


def import_meetings(it: Harbor, chosen: int) -> None:
    """A meeting of whoever is named, and one of a pairing that there was at the beginning."""
    sent = f"11/20/2026 {chosen % 24}:{chosen % 59:02}:{chosen % 53:02}"
    day = f"11/{chosen % 20 + 1}/2026"
    rows = [(pick(MAILS, chosen // 7), pick(NAMES, chosen)), (MAILS[0], NAMES[1])]
    told = "".join(f"{sent},{mail},{name},{day},,45,Zoom,\n" for mail, name in rows)
    it.take("meetings", MEETINGS + told, PARTIAL)


def import_people(it: Harbor, chosen: int) -> None:
    """Two people, of whom one may be refused after another row was decided."""
    sent = f"9/20/2026 {chosen % 24}:{chosen % 59:02}:{chosen % 53:02}"
    first, second = chosen, chosen // 11
    told = (
        f"{sent},{pick(MAILS, first)},{pick(NAMES, first // 3)},a mentor,{chosen % 3 or 99}\n"
        f"{sent},{pick(MAILS, second)},{pick(NAMES, second // 5)},a new teacher,\n"
    )
    it.take("people", PEOPLE + told, PARTIAL)


def enrol(it: Harbor, chosen: int) -> None:
    person = ask(it, mc.RegisterPerson(name=pick(NAMES, chosen))).stream
    like = one(it, chosen, "participant.enrolled").event
    asked = mc.EnrolParticipant(
        person_id=person,
        program_id=like.program_id,
        cohort_id=like.cohort_id,
        role=like.role,
        since=date(2026, 9, 1),
    )
    ask(it, asked)


def rename(it: Harbor, chosen: int) -> None:
    person = one(it, chosen, "person.registered").stream
    since = date(2026, chosen % 11 + 1, 1)
    contact = mc.Contact(email=pick(MAILS, chosen // 5)) if chosen % 2 else None
    name = pick(NAMES, chosen // 3)
    ask(it, mc.ChangePersonDetails(person_id=person, since=since, name=name, contact=contact))


def amend(it: Harbor, chosen: int) -> None:
    known = one(it, chosen, "person.registered")
    changes: dict[str, Any] = {"name": pick(NAMES, chosen // 3)}
    if chosen % 2:
        changes["contact"] = mc.Contact(email=pick(MAILS, chosen // 5))
    ask(it, mc.AmendRecord(stream=known.stream, target=known.version, changes=changes))


def link(it: Harbor, chosen: int) -> None:
    person = one(it, chosen, "person.registered").stream
    mail = pick(MAILS, chosen // 3)
    ask(it, mc.LinkExternalIdentity(person_id=person, scheme="email", value=mail))


def retract(it: Harbor, chosen: int) -> None:
    known = one(it, chosen, *TAKEN_BACK)
    ask(it, mc.RetractRecord(stream=known.stream, target=known.version, cause="entered_in_error"))


def end(it: Harbor, chosen: int) -> None:
    pairing = one(it, chosen, "pairing.formed").stream
    ask(
        it,
        mc.EndPairing(
            pairing_id=pairing,
            on=date(2026, 11, 5),
            reason="completed",
            initiated_by="program",
        ),
    )


def close(it: Harbor, _chosen: int) -> None:
    program = it.engine.programs()[0].program
    ask(it, mc.CloseProgram(program_id=program, on=date(2026, 11, 28)))


def erase(it: Harbor, chosen: int) -> None:
    keys = it.engine._keys
    assert isinstance(keys, MemoryKeys)
    keys.erase(one(it, chosen, "person.registered").stream)


OFTEN = (import_meetings, import_people, retract)
STEPS: tuple[Step, ...] = (*OFTEN, *OFTEN, enrol, rename, amend, link, end, close, erase)


def found(people: SessionDirectory) -> dict[str, Any]:
    """All that a directory answers about the people there may be."""
    told: dict[str, Any] = {name: list(whole(people, people.named(name))) for name in NAMES}
    told |= {mail: list(whole(people, people.identified("email", mail))) for mail in MAILS}
    return told | {"names": sorted(people.names()), "values": sorted(people.values("email"))}


def whole(people: SessionDirectory, persons: Iterable[Any]) -> Iterable[Any]:
    for person in persons:
        for enrolment in people.enrolments(person.person):
            yield person, enrolment, people.pairings(enrolment.participant)
        yield person


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.booleans(), st.integers(0, 10**6)),
        min_size=4,
        max_size=10,
    )
)
def test_what_was_kept_finds_whom_a_new_process_finds(
    steps: list[tuple[Step, bool, int]],
) -> None:
    at = Place(":memory:", MemoryKeys(), MemoryStore())
    with at.open(1, later()) as opened:  # all three share the store, which is closed with this one
        rival, fresh = at.open(10**6, later()), at.open(2 * 10**6, later())
        both = (Harbor(opened).people(), Harbor(rival, designed=True))
        program = opened.programs()[0].program
        both[1].take("feedback")

        for step, second, chosen in steps:
            with suppress(Refused):  # what was decided and not recorded is tried as well
                step(both[second], chosen)
            for each in (opened, rival, fresh):
                each._sealing.forget()
            made = ImportDirectory(fresh._desk, fresh._views, program)
            now = found(SessionDirectory(made, fresh._desk.session(), fresh._desk))

            for each in (opened, rival):
                if (kept := each._shelf._kept.get(program)) is not None:
                    people = SessionDirectory(kept, each._desk.session(), each._desk)
                    assert found(people) == now, (step.__name__, chosen)
                    kept.texts.clear()


def test_whose_enrolment_was_taken_back_is_no_participant_who_may_be_meant() -> None:
    at = Place(":memory:", MemoryKeys(), MemoryStore())
    with at.open(1, later()) as opened:
        it = Harbor(opened).people()
        eva = it.events("participant.enrolled")[4]
        ask(it, mc.RetractRecord(stream=eva.stream, target=1, cause="entered_in_error"))
        (kept,) = opened._shelf._kept.values()

        people = SessionDirectory(kept, opened._desk.session(), opened._desk)

        assert "Lind, Eva" not in people.names()
        assert "eva@example.org" not in people.values("email")
        assert "Ben Ode" in people.names()
