"""What may be said of a resource, and what is refused: each guard, at once and by corrections."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import Clock, mc, numbers
from practices.community.world import (
    ASSIGNED,
    DUE,
    POINTER,
    PUBLISHED,
    RETIRED,
    REVISED,
    TITLE,
    USED,
    Sharing,
    published,
)

import mentorcore
from mentorcore.domain.values import Code
from mentorcore.errors import Refused
from mentorcore.practices.community.events import (
    AssignResource,
    RecordResourceUse,
    RetireResource,
    ReviseResource,
)
from mentorcore.practices.community.state import Resource, check_resource, evolve

DAY = timedelta(days=1)


@pytest.fixture
def here() -> Any:
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        yield published(engine)


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def amended(here: Sharing, record: Any, **changes: Any) -> Any:
    """The answer to an amendment of what a command recorded."""
    (told,) = record.events
    return here.world.ask(mc.AmendRecord(stream=told.stream, target=told.version, changes=changes))


def retracted(here: Sharing, record: Any) -> Any:
    """The answer to a retraction of what a command recorded."""
    (told,) = record.events
    return here.world.ask(mc.RetractRecord(stream=told.stream, target=told.version))


def test_a_resource_is_published_once(here: Sharing) -> None:
    again = here.publishing(resource_id=here.resource)

    assert refusal(lambda: here.world.ask(again)) == "already_published"


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (ReviseResource, {"title": TITLE}),
        (RetireResource, {}),
        (AssignResource, {"participant": f"participant:{9:032x}"}),
    ],
)
def test_nothing_is_said_of_a_resource_that_there_is_not(
    here: Sharing, command: Any, fields: Any
) -> None:
    here.resource = f"resource:{9:032x}"

    assert refusal(lambda: here.ask(command, on=REVISED, **fields)) == "no_such_resource"


def test_a_resource_is_of_a_program(here: Sharing) -> None:
    of_none = here.publishing(program_id=f"program:{9:032x}")

    assert refusal(lambda: here.world.ask(of_none)) == "no_such_program"


def test_a_resource_is_for_a_cohort_of_its_program(here: Sharing) -> None:
    of_another = here.publishing(cohort_id=f"cohort:{9:032x}")

    assert refusal(lambda: here.world.ask(of_another)) == "no_such_cohort"


@pytest.mark.parametrize("title", ["", " \u200b"])
def test_a_title_says_something(here: Sharing, title: str) -> None:
    assert refusal(lambda: here.publish(title=title)) == "empty_text"
    assert refusal(lambda: here.ask(ReviseResource, on=REVISED, title=title)) == "empty_text"


@pytest.mark.parametrize(
    "pointer",
    [
        "mailto:ann@example.edu",
        "https://ann:secret@example.edu/",
        "https://example.edu/?for=ann%40example.edu",
        "ftp://example.edu/guide",
        "javascript:alert(1)",
        "the shelf in Ann's room",
        "https://example.edu/a b",
        "",
    ],
)
def test_a_pointer_is_a_plain_address_and_names_nobody(here: Sharing, pointer: str) -> None:
    assert refusal(lambda: here.publish(pointer=pointer)) == "no_address"
    assert refusal(lambda: here.ask(ReviseResource, on=REVISED, pointer=pointer)) == "no_address"


@pytest.mark.parametrize("pointer", [POINTER, "http://example.edu:8080", "/guides/first#two", None])
def test_a_pointer_may_be_a_page_or_a_path(here: Sharing, pointer: str | None) -> None:
    assert here.publish(pointer=pointer).startswith("resource:")


def test_nothing_happens_to_a_resource_before_it_is_published(here: Sharing) -> None:
    before = PUBLISHED - DAY

    for command, fields in (
        (ReviseResource, {"title": TITLE}),
        (RetireResource, {}),
        (AssignResource, {"participant": here.mentee}),
        (RecordResourceUse, {"participant": here.mentee}),
    ):
        said = refusal(lambda c=command, f=fields: here.ask(c, on=before, **f))
        assert said == "before_the_resource"


def test_nothing_of_a_resource_lies_in_the_future(here: Sharing) -> None:
    assert refusal(lambda: here.ask(RetireResource, on=date(2026, 11, 24))) == "in_the_future"


def test_only_a_participant_of_the_program_is_asked_to_use_a_resource(here: Sharing) -> None:
    nobody = f"participant:{9:032x}"

    for command in (AssignResource, RecordResourceUse):
        said = refusal(lambda c=command: here.ask(c, participant=nobody, on=USED))
        assert said == "no_such_participant"


def test_a_resource_is_assigned_to_somebody_once(here: Sharing) -> None:
    here.ask(AssignResource, participant=here.mentee, on=ASSIGNED)

    def again() -> Any:
        return here.ask(AssignResource, participant=here.mentee, on=USED)

    assert refusal(again) == "already_assigned"


def test_an_assignment_is_due_on_its_day_at_the_earliest(here: Sharing) -> None:
    def assigned(due: date) -> Any:
        return here.ask(AssignResource, participant=here.mentee, on=ASSIGNED, due_on=due)

    assert refusal(lambda: assigned(ASSIGNED - DAY)) == "due_too_early"
    assert refusal(lambda: amended(here, assigned(DUE), due_on=ASSIGNED - DAY)) == "due_too_early"


@pytest.mark.parametrize("late", [RETIRED, RETIRED + DAY])
def test_a_retired_resource_is_assigned_to_nobody(here: Sharing, late: date) -> None:
    here.ask(RetireResource, on=RETIRED)

    def assigned() -> Any:
        return here.ask(AssignResource, participant=here.mentee, on=late)

    assert refusal(assigned) == "resource_retired"
    assert refusal(lambda: here.ask(ReviseResource, on=RETIRED + DAY)) == "resource_retired"
    assert refusal(lambda: here.ask(RetireResource, on=RETIRED)) == "resource_retired"


def test_whoever_has_a_retired_resource_may_go_on_to_use_it(here: Sharing) -> None:
    here.ask(RetireResource, on=RETIRED)

    used = here.ask(RecordResourceUse, participant=here.mentee, on=RETIRED + DAY)

    assert [r.name for r in used.events] == ["resource.used"]


def test_an_assignment_of_before_is_recorded_after_the_resource_was_retired(here: Sharing) -> None:
    here.ask(RetireResource, on=RETIRED)

    told = here.ask(AssignResource, participant=here.mentee, on=RETIRED - DAY)

    assert [r.name for r in told.events] == ["resource.assigned"]


def test_a_retirement_does_not_move_before_an_assignment(here: Sharing) -> None:
    here.ask(AssignResource, participant=here.mentee, on=ASSIGNED)
    retired = here.ask(RetireResource, on=RETIRED)

    assert refusal(lambda: amended(here, retired, on=PUBLISHED)) == "resource_retired"


def test_a_resource_comes_back_by_retracting_that_it_was_retired(here: Sharing) -> None:
    retired = here.ask(RetireResource, on=RETIRED)

    taken_back = retracted(here, retired)
    here.ask(AssignResource, participant=here.mentee, on=RETIRED + DAY)

    assert refusal(lambda: retracted(here, taken_back)) == "resource_retired"


def test_a_day_of_use_counts_once(here: Sharing) -> None:
    here.ask(RecordResourceUse, participant=here.mentee, on=USED)

    again = here.ask(RecordResourceUse, participant=here.mentee, on=USED)

    assert again.events == ()


def test_what_is_no_event_of_it_and_what_never_began_changes_nothing() -> None:
    empty = Resource()

    check_resource(empty)

    assert evolve(empty, object()) is empty


def test_a_resource_is_for_roles(here: Sharing) -> None:
    told = here.world.ask(here.publishing(roles=(Code("mentor"),)))

    assert told.events[0].event.roles == ("mentor",)
