"""What a case says stays with those who handle it; others see that there is one, or nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import attrs
import pytest
from engine.adopting import adopting
from engine.world import STARTED, TODAY, engine, mc
from practices.cases.world import (
    ACTED,
    CLOSED,
    DONE,
    OPENED,
    SEES,
    WHY,
    WORRY,
    Handling,
    begun,
    opened,
)

from mentorcore.practices.cases.events import (
    ActOnCase,
    CloseCase,
    EscalateCase,
    NameCaseHandler,
    OpenCaseFromMismatch,
    ReleaseCaseHandler,
)

SECRETS = (WORRY, DONE, WHY)
REASON = "The day was wrong, and he knew"
AUDITOR = mc.Viewer.auditor()


@pytest.fixture
def here() -> Iterator[Handling]:
    """A case that was acted on, handed up, and corrected."""
    with engine() as made:
        handling = opened(made)
        handling.ask(EscalateCase, to="superintendent", on=ACTED, text=WHY)
        handling.ask(ActOnCase, on=ACTED, text=DONE)
        correction = mc.AmendRecord(
            stream=handling.case, target=1, changes={"due_on": CLOSED}, reason=REASON
        )
        handling.world.ask(correction)
        yield handling


def seen(here: Handling, viewer: Any, **moment: Any) -> str:
    """All that the engine answers about a case, its program and its people, as one text."""
    e = here.engine
    program = here.world.program
    told: list[Any] = [
        here.board(viewer, **moment),
        e.attention(program, viewer=viewer, **moment),
        e.status(program, viewer=viewer, **moment),
        e.diff(mc.Moment(as_of=STARTED), viewer=viewer),
        list(e.feed(viewer).lines()),
    ]
    for subject in (here.case, program, here.pairing, here.mentor, here.mentee, here.dean):
        told += answered(partial(e.history, subject, viewer=viewer, **moment))
        told += answered(partial(e.figures, subject, viewer=viewer, **moment))
    for figure in ("text", "state", "steps.0.text", "case_overdue", "opened_by"):
        told += answered(partial(e.explain, here.case, figure, viewer=viewer, **moment))
    told += [mc.plain([r], viewer=viewer) for r in e.events()]
    return json.dumps([mc.plain(part) for part in told], ensure_ascii=False)


def answered(question: Callable[[], Any]) -> list[Any]:
    try:
        return [question()]
    except mc.Refused as refused:
        return [str(refused)]


# -------------------------------------------------------------------------------- what it says


def test_those_who_handle_it_read_all_of_it(here: Handling) -> None:
    told = here.row(here.as_dean())

    assert (told.text, told.steps[0].text, told.steps[1].text) == (WORRY, WHY, DONE)
    assert told.steps[0].to == "superintendent"
    assert told.opened_by == here.person(here.mentee)
    assert told.participants == (here.mentor,)
    entry = here.engine.history(here.case, viewer=here.as_dean()).entries[0]
    assert entry.value("text") == WORRY
    assert entry.corrections[0].reason == REASON


def test_whoever_opened_it_reads_what_they_told_and_not_what_was_done(here: Handling) -> None:
    mine = here.as_member(here.mentee)

    told = here.row(mine)

    assert told.text == WORRY
    assert [isinstance(step.text, mc.Withheld) for step in told.steps] == [True, True]
    everything = seen(here, mine)
    assert WORRY in everything
    assert not any(secret in everything for secret in (DONE, WHY, REASON))


@pytest.mark.parametrize("viewer", [SEES, AUDITOR], ids=["coordinator", "auditor"])
def test_the_coordinator_and_auditors_see_that_there_is_one(here: Handling, viewer: Any) -> None:
    told = here.row(viewer)

    assert (told.kind, told.state, told.opened_on) == ("concern", "overdue", OPENED)
    assert (told.due_on, told.days) == (CLOSED, (TODAY - OPENED).days)
    hidden = (told.text, told.opened_by, told.participants, *(s.text for s in told.steps))
    assert all(isinstance(value, mc.Withheld) for value in (*hidden, told.steps[0].to))
    everything = seen(here, viewer)
    assert not any(secret in everything for secret in (*SECRETS, REASON))


def test_neither_says_whom_it_is_about_or_from(here: Handling) -> None:
    for viewer in (SEES, AUDITOR):
        told = mc.plain(here.board(viewer))
        entries = mc.plain(here.engine.history(here.case, viewer=viewer))
        events = [mc.plain([r], viewer=viewer) for r in here.engine.events(stream=here.case)]
        for part in (told, entries, events):
            text = json.dumps(part)
            assert here.mentor not in text
            assert here.person(here.mentor) not in text
            assert here.person(here.mentee) not in text


def test_other_members_are_told_nothing_at_all(here: Handling) -> None:
    for person in (here.person(here.mentor), here.nurse):
        viewer = mc.Viewer.member(person)
        board = here.board(viewer)

        assert board.rows == ()
        assert board.others is None
        everything = seen(here, viewer)
        assert not any(secret in everything for secret in (*SECRETS, REASON, "superintendent"))
        assert '"concern"' not in everything
        assert '"case.opened"' not in everything


def test_a_case_is_answered_to_members_as_if_there_were_none(here: Handling) -> None:
    mentor = here.as_member(here.mentor)
    nowhere = f"case:{9:032x}"

    refusals = []
    for subject in (here.case, nowhere):
        with pytest.raises(mc.Refused) as refused:
            here.engine.history(subject, viewer=mentor)
        refusals.append((refused.value.code, str(refused.value).replace(subject, "it")))

    assert refusals[0] == refusals[1]


def test_a_program_says_nothing_of_its_cases_to_members(here: Handling) -> None:
    told = here.engine.history(here.world.program, viewer=here.as_member(here.mentor))

    assert told.others is None
    assert not any(entry.name.startswith("case.") for entry in told.entries)


def test_whoever_administers_a_school_is_told_nothing(here: Handling) -> None:
    site = mc.Viewer.site_administrator()

    for question in (
        partial(here.board, site),
        partial(here.engine.history, here.case, viewer=site),
        partial(mc.plain, list(here.engine.events(stream=here.case)), viewer=site),
        partial(here.engine.feed, site),
    ):
        with pytest.raises(mc.Refused) as refused:
            question()
        assert refused.value.code == "completion_only"


# ------------------------------------------------------------------------------ who handles it


def test_who_is_named_reads_all_and_who_is_let_go_nothing_whatever_moment_is_told(
    here: Handling,
) -> None:
    before = here.engine.position
    here.ask(NameCaseHandler, handler=here.nurse, on=TODAY)
    here.ask(ReleaseCaseHandler, handler=here.dean, on=TODAY)

    nurse, dean = mc.Viewer.member(here.nurse), here.as_dean()

    for moment in ({}, {"as_known": before}, {"as_of": TODAY - timedelta(days=1)}):
        assert here.row(nurse, **moment).text == WORRY
        assert here.board(dean, **moment).rows == ()
        assert not any(secret in seen(here, dean, **moment) for secret in SECRETS)


def test_a_handler_who_was_named_by_mistake_reads_nothing_from_then_on(here: Handling) -> None:
    named = here.ask(NameCaseHandler, handler=here.nurse, on=TODAY).events[0]
    here.world.ask(mc.RetractRecord(stream=here.case, target=named.version, cause="wrong_person"))

    told = here.board(mc.Viewer.member(here.nurse), as_known=named.position)

    assert told.rows == ()


def test_a_handler_goes_by_every_id_of_theirs(here: Handling) -> None:
    other = here.world.person(name="Dorothy Dean")
    here.world.ask(mc.MergePersons(survivor=other, absorbed=here.dean, basis="same"))

    assert here.row(mc.Viewer.member(other)).text == WORRY
    assert here.row(here.as_dean()).text == WORRY


def test_who_turns_out_to_be_whom_it_is_about_handles_it_no_longer(here: Handling) -> None:
    """INV-79"""
    mentor = here.person(here.mentor)
    here.world.ask(mc.MergePersons(survivor=mentor, absorbed=here.dean, basis="same"))

    for person in (mentor, here.dean):
        viewer = mc.Viewer.member(person)
        assert here.board(viewer).rows == ()
        assert not any(secret in seen(here, viewer) for secret in SECRETS)


def test_a_case_that_was_taken_back_is_read_by_nobody(here: Handling) -> None:
    for target in (3, 2, 1):
        here.world.ask(mc.RetractRecord(stream=here.case, target=target))

    assert here.board(here.as_dean()).rows == ()
    assert not any(secret in seen(here, here.as_dean()) for secret in SECRETS)


# ---------------------------------------------------------------------------------- the board


def test_a_case_is_overdue_handed_up_and_closed(here: Handling) -> None:
    days = {
        OPENED: "open",
        ACTED: "open",
        CLOSED: "open",
        CLOSED + timedelta(days=1): "overdue",
    }

    told = {day: here.row(as_of=day).state for day in days}
    here.ask(CloseCase, outcome="referred", on=TODAY, ground="outside")

    assert told == days
    row = here.row()
    assert (row.state, row.outcome, row.ground) == ("closed", "referred", "outside")
    assert here.board().totals.outcomes == {"referred": 1}
    assert here.board(as_known=here.engine.position - 1).totals.overdue == 1


def test_a_case_that_was_handed_up_is_so_until_something_is_done() -> None:
    with engine() as made:
        here = opened(made, due_on=None)
        here.ask(EscalateCase, to="superintendent", on=CLOSED)
        before = here.row().state, here.board().totals.escalated
        here.ask(ActOnCase, on=TODAY, text=DONE, due_on=TODAY)
        after = here.row().state, here.board().totals.escalated

    assert before == ("escalated", 1)
    assert after == ("open", 0)


def test_something_is_done_about_a_case_that_names_nobody_without_saying_what() -> None:
    with engine() as made:
        here = opened(made, participants=(), opened_by=None, text=None)

        here.ask(ActOnCase, on=ACTED, due_on=CLOSED)

        assert (here.row().last_step_on, here.row().due_on) == (ACTED, CLOSED)


def test_needs_are_for_the_coordinator_and_those_who_handle_it(here: Handling) -> None:
    def kinds(viewer: Any) -> set[str]:
        told = here.engine.attention(here.world.program, viewer=viewer)
        return {need.kind for need in told.needs if need.kind.startswith("case_")}

    assert kinds(SEES) == kinds(AUDITOR) == kinds(here.as_dean()) == {"case_overdue", "case_idle"}
    assert kinds(here.as_member(here.mentee)) == kinds(here.as_member(here.mentor)) == set()
    here.ask(ReleaseCaseHandler, handler=here.dean, on=TODAY)
    assert kinds(SEES) == {"case_unhandled", "case_overdue"}
    assert kinds(here.as_dean()) == set()


def test_a_need_is_explained(here: Handling) -> None:
    told = here.engine.explain(here.case, "case_overdue", viewer=SEES)

    assert {g.record.name for g in told.grounds} >= {"case.opened"}
    assert WORRY not in str(mc.plain(told))


# ------------------------------------------------------------------------ notes opened for it


BODY, OTHER = "He shouted again", "We spoke of the timetable"


@pytest.fixture
def noted() -> Iterator[Handling]:
    """A program that goes by a pack with grounds; the mentee wrote two notes in the pairing."""
    with engine() as made:
        here = begun(made)
        here.world.ask(adopting(here.world, "us-ny-mentored-experience"))
        here.open(on=TODAY, due_on=None)
        yield here


def written(here: Handling, body: str, visibility: str = "pair_private") -> str:
    note = mc.WriteNote(
        pairing_id=here.pairing,
        author=here.mentee,
        kind="journal",
        on=STARTED,
        visibility=visibility,
        body=body,
    )
    return str(here.world.ask(note).events[0].event.note_id)


def opening(here: Handling, *notes: str, **other: Any) -> Any:
    usual = {
        "pairing_id": here.pairing,
        "case_id": here.case,
        "ground": "danger_to_health_or_safety",
        "material": notes,
        "authority": "principal",
        "on": TODAY,
    }
    return mc.OpenNotesForCase(**usual | other)


def bodies(here: Handling, viewer: Any, **moment: Any) -> list[Any]:
    told = here.engine.history(here.pairing, viewer=viewer, **moment)
    return [entry.value("body") for entry in told.of("pairing.note-written")]


def test_an_exception_opens_exactly_the_named_notes_to_those_who_handle_the_case(
    noted: Handling,
) -> None:
    """INV-27, INV-79."""
    note, _ = written(noted, BODY), written(noted, OTHER)
    noted.world.ask(opening(noted, note))

    dean = noted.engine.history(noted.pairing, viewer=noted.as_dean())

    assert [(e.name, e.said and e.value("body")) for e in dean.of("pairing.note-written")] == [
        ("pairing.note-written", BODY)
    ]
    assert {e.name for e in dean.entries} == {
        "pairing.note-written",
        "pairing.notes-opened-for-case",
    }
    assert dean.people == ()
    assert all(isinstance(body, mc.Withheld) for body in bodies(noted, SEES))
    assert all(isinstance(body, mc.Withheld) for body in bodies(noted, AUDITOR))
    assert bodies(noted, mc.Viewer.member(noted.nurse)) == []


def test_a_list_of_events_shows_them_alike(noted: Handling) -> None:
    """INV-79."""
    note, _ = written(noted, BODY), written(noted, OTHER)
    noted.world.ask(opening(noted, note))

    def read(viewer: Any) -> list[str]:
        told = [mc.plain([r], viewer=viewer) for r in noted.engine.events(stream=noted.pairing)]
        return [body for body in (BODY, OTHER) if body in json.dumps(told)]

    assert read(noted.as_dean()) == [BODY]
    assert read(SEES) == read(mc.Viewer.member(noted.nurse)) == []
    assert read(noted.as_member(noted.mentee)) == [BODY, OTHER]


def test_the_disclosure_is_on_record_for_the_coordinator_and_auditors(noted: Handling) -> None:
    """INV-79."""
    noted.world.ask(opening(noted, written(noted, BODY)))

    for viewer in (SEES, AUDITOR):
        (told,) = noted.engine.history(noted.pairing, viewer=viewer).of(
            "pairing.notes-opened-for-case"
        )
        assert told.value("ground") == "danger_to_health_or_safety"
        assert isinstance(told.value("case_id"), mc.Withheld)


def test_members_of_the_pairing_are_not_told_of_it(noted: Handling) -> None:
    """INV-79."""
    noted.world.ask(opening(noted, written(noted, BODY)))

    for member in (noted.mentor, noted.mentee):
        viewer = noted.as_member(member)
        told = noted.engine.history(noted.pairing, viewer=viewer)
        events = [mc.plain([r], viewer=viewer) for r in noted.engine.events(stream=noted.pairing)]
        assert told.of("pairing.notes-opened-for-case") == ()
        assert noted.case not in json.dumps([mc.plain(told), events])


def test_the_companion_of_a_case_is_told_to_those_alone_who_are_in_on_it(noted: Handling) -> None:
    made = OpenCaseFromMismatch(
        pairing_id=noted.pairing, mismatch_id=noted.mismatch(), on=TODAY, handlers=(noted.dean,)
    )
    raised = noted.world.ask(made).events[1]

    shown = {
        viewer.kind + str(viewer.person): mc.plain([raised], viewer=viewer)[0]["event"]
        for viewer in (SEES, noted.as_member(noted.mentee), noted.as_dean())
    }

    coordinator, member, dean = shown.values()
    assert raised.name == "pairing.case-raised"
    assert "withheld" in coordinator
    assert "withheld" in member
    assert dean["case_id"] == raised.event.case_id


def test_no_question_of_an_auditor_tells_others_on_which_pairing_a_case_arose(
    noted: Handling,
) -> None:
    """One that stands, and one that was taken back."""
    begun_at = noted.engine.position
    for mismatch in (noted.mismatch(), noted.mismatch()):
        made = OpenCaseFromMismatch(pairing_id=noted.pairing, mismatch_id=mismatch, on=OPENED)
        case = noted.world.ask(made).stream
    noted.world.ask(mc.RetractRecord(stream=case, target=1))

    def told(viewer: Any) -> list[bool]:
        e = noted.engine
        answers = (
            e.corrections(viewer=viewer),
            e.late_entries(1, viewer=viewer),
            e.diff(mc.Moment(as_known=begun_at), viewer=viewer),
            e.traces(noted.pairing, viewer=viewer),
        )
        return ["pairing.case-raised" in json.dumps(mc.plain(a, viewer=viewer)) for a in answers]

    assert told(SEES) == told(AUDITOR) == [False] * 4
    assert told(noted.as_member(noted.mentor)) == [False] * 4


def test_traces_of_a_case_lead_nobody_to_its_pairing_but_those_who_are_in_on_it(
    noted: Handling,
) -> None:
    made = OpenCaseFromMismatch(
        pairing_id=noted.pairing, mismatch_id=noted.mismatch(), on=TODAY, handlers=(noted.dean,)
    )
    case = noted.world.ask(made).stream

    def streams(viewer: Any) -> set[str]:
        return {trace.told.stream for trace in noted.engine.traces(case, viewer=viewer)}

    assert streams(SEES) == streams(AUDITOR) == {case}
    assert streams(noted.as_dean()) == {case, noted.pairing}


def test_a_slip_in_an_id_leads_no_member_to_a_case(noted: Handling) -> None:
    absent = f"case:{9:032x}"
    member = noted.as_member(noted.mentor)

    def said(case: str, viewer: Any) -> str:
        with pytest.raises(mc.Refused) as refused:
            noted.engine.traces(case, viewer=viewer)
        return str(refused.value).replace(case, "it")

    assert said(absent, member) == said(noted.case, member)
    assert noted.case in said(absent, SEES)
    with pytest.raises(mc.Refused) as refused:
        noted.engine.compliance(noted.world.program, about=absent, viewer=member)
    assert noted.case not in str(refused.value)


def test_a_comparison_tells_no_member_that_notes_were_opened_for_a_case(noted: Handling) -> None:
    begun_at = noted.engine.position
    noted.world.ask(opening(noted, written(noted, BODY)))

    def told(viewer: Any) -> str:
        return json.dumps(
            mc.plain(noted.engine.diff(mc.Moment(as_known=begun_at - 3), viewer=viewer))
        )

    assert "notes-opened" not in told(noted.as_member(noted.mentor))
    assert "notes-opened" in told(SEES)


def test_what_is_opened_closes_with_its_retraction_and_with_the_handler(noted: Handling) -> None:
    """INV-79."""
    invoked = noted.world.ask(opening(noted, written(noted, BODY))).events[0]
    assert bodies(noted, noted.as_dean()) == [BODY]

    noted.ask(ReleaseCaseHandler, handler=noted.dean, on=TODAY)
    released = bodies(noted, noted.as_dean())
    noted.ask(NameCaseHandler, handler=noted.dean, on=TODAY)
    named = bodies(noted, noted.as_dean())
    noted.world.ask(mc.RetractRecord(stream=noted.pairing, target=invoked.version))

    assert (released, named) == ([], [BODY])
    assert bodies(noted, noted.as_dean()) == []
    assert bodies(noted, noted.as_dean(), as_known=invoked.position) == []


def test_a_ground_is_one_that_a_pack_names(noted: Handling) -> None:
    """INV-79."""
    note = written(noted, BODY)

    with pytest.raises(mc.Refused) as refused:
        noted.world.ask(opening(noted, note, ground="curiosity"))
    version = noted.world.ask(opening(noted, note)).events[0].version
    change = mc.AmendRecord(stream=noted.pairing, target=version, changes={"ground": "curiosity"})
    with pytest.raises(mc.Refused) as amended:
        noted.world.ask(change)

    assert refused.value.code == amended.value.code == "no_such_ground"


def test_what_was_written_for_those_who_handle_cases_takes_no_ground_of_a_pack(
    noted: Handling,
) -> None:
    """INV-79."""
    note = written(noted, BODY, "safeguarding")

    noted.world.ask(opening(noted, note, ground="told_to_us"))

    assert bodies(noted, noted.as_dean()) == [BODY]


def test_what_was_opened_for_a_case_is_evidence_under_the_pack_that_names_the_ground(
    noted: Handling,
) -> None:
    """INV-28."""
    note = written(noted, BODY)
    attach = mc.AttachEvidence(
        pairing_id=noted.pairing,
        kind="paper",
        title="report",
        on=TODAY,
        purpose="discipline",
        visibility="coordinator",
        cites=(note,),
    )

    with pytest.raises(mc.Refused, match="NY-2"):
        noted.world.ask(attach)
    noted.world.ask(opening(noted, note))

    assert noted.world.ask(attach).events


def test_a_second_opening_of_the_same_notes_says_nothing_new(noted: Handling) -> None:
    asked = opening(noted, written(noted, BODY))
    noted.world.ask(asked)

    assert noted.world.ask(attrs.evolve(asked)).events == ()
