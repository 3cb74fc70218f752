"""An import is taken back whole, but for what later records rest on (INV-56)."""

from typing import Any

import pytest
from engine.harbor import Harbor, edited, harbor
from engine.test_taking_choices import CODED, LABELLED, take
from engine.world import COORDINATOR, Place, folded, mc

from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.errors import Refused


def reverse(it: Harbor, batch: Any, **other: Any) -> Any:
    return it.engine.handle(mc.ReverseImport(batch_id=batch, **other), actor=COORDINATOR)


def standing(it: Harbor, *kinds: str) -> set[tuple[str, int]]:
    """The facts that stand on the streams of these kinds."""
    found: dict[str, list[Any]] = {}
    for told in it.engine.events():
        found.setdefault(told.stream, []).append(
            VersionedEvent(told.version, told.recorded_at, told.event)
        )
    return {
        (stream, p.version)
        for stream, placed in found.items()
        if stream.partition(":")[0] in kinds
        for p in effective(placed)
    }


EVERYTHING = ("person", "participant", "pairing", "program", "response")


def test_a_batch_is_taken_back_as_if_it_had_never_been(at: Place) -> None:
    with harbor(at) as it:
        it.people()
        before = standing(it, *EVERYTHING)
        report = it.take("meetings")

        answer = reverse(it, report.batch, reason="The wrong file", authority="coordinator")

        reversed_ = answer.events[-1]
        gone = [e for e in answer.events[:-1] if not e.stream.startswith("person:")]
        assert reversed_.name == "import.reversed"
        assert reversed_.event.left == ()
        assert reversed_.event.retracted == len(gone)
        assert standing(it, *EVERYTHING) == before
        assert {e.recorded_at for e in answer.events} == {reversed_.recorded_at}


def test_what_took_each_record_back_is_named_and_the_reason_is_sealed() -> None:
    with harbor() as it:
        it.people()
        report = it.take("meetings")

        answer = reverse(it, report.batch, reason="The wrong file")

        retractions = [e for e in answer.events if e.name == "record.retracted"]
        reversal = answer.events[-1]
        assert {e.causation for e in retractions} == {f"{reversal.stream}#{reversal.version}"}
        assert it.opened(reversal.event.reason) == "The wrong file"


def test_the_same_file_is_taken_in_again_as_if_for_the_first_time(at: Place) -> None:
    with harbor(at) as it:
        it.people()
        first = it.take("meetings")
        reverse(it, first.batch)

        again = it.take("meetings")

        assert again.counts == first.counts
        assert again.sentence() == first.sentence()
        position = it.engine.position
        assert it.take("meetings").counts.taken == 0
        assert it.engine.position == position


def test_what_later_records_rest_on_is_left_and_listed() -> None:
    with harbor() as it:
        people = it.take("people")
        it.take("pairings")

        answer = reverse(it, people.batch)

        left = {(f.stream, f.why) for f in answer.events[-1].event.left}
        enrolled = {e.stream for e in it.events("participant.enrolled")}
        paired = {e.stream for e in it.events("participant.pairing-joined")}
        assert paired
        assert {s for s, why in left if s.startswith("participant:")} == paired
        assert {why for _, why in left} == {"others_rest_on_it"}
        gone = enrolled - paired
        assert all(type(folded(it.engine, s)).__name__ == "NotEnrolled" for s in gone)
        assert all(type(folded(it.engine, s)).__name__ == "Participant" for s in paired)


def test_what_had_to_be_left_goes_once_nothing_rests_on_it() -> None:
    with harbor() as it:
        people = it.take("people")
        pairings = it.take("pairings")
        once = reverse(it, people.batch)
        assert once.events[-1].event.left
        nothing = reverse(it, people.batch)
        assert nothing.events == ()

        reverse(it, pairings.batch)
        twice = reverse(it, people.batch)

        assert twice.events[-1].event.left == ()
        assert standing(it, "person", "participant", "pairing", "response") == set()


def test_what_somebody_corrected_since_is_left() -> None:
    with harbor() as it:
        it.people()
        report = it.take("meetings")
        held = it.events("pairing.meeting-held")[0]
        it.engine.handle(
            mc.AmendRecord(stream=held.stream, target=held.version, changes={"minutes": 50}),
            actor=COORDINATOR,
        )

        answer = reverse(it, report.batch)

        left = {(f.stream, f.version): f.why for f in answer.events[-1].event.left}
        assert left[held.stream, held.version] == "corrected_since"
        taken = next(
            e for e in it.events("response.taken")
            if any((c.stream, c.version) == (held.stream, held.version) for c in e.event.caused)
        )  # fmt: skip
        assert left[taken.stream, 1] == "others_rest_on_it"
        # The response counts as taken, so its other answers do not come back by themselves.
        assert it.take("meetings").counts.unchanged == 1


def test_an_edit_is_taken_back_to_what_was_said_before() -> None:
    def longer(rows: list[list[str]]) -> None:
        rows[1][5] = "75"

    with harbor() as it:
        it.people().take("meetings")
        before = standing(it, *EVERYTHING)
        held = it.events("pairing.meeting-held")[0]
        edit = it.take("meetings", edited("meetings", longer))
        assert folded(it.engine, held.stream).facts.meetings[held.event.meeting_id].held.minutes

        answer = reverse(it, edit.batch)

        state = folded(it.engine, held.stream)
        assert state.facts.meetings[held.event.meeting_id].held.minutes == 45
        assert answer.events[-1].event.left == ()
        assert standing(it, *EVERYTHING) == before
        assert it.take("meetings").counts.unchanged == 4
        assert it.take("meetings", edited("meetings", longer)).counts.amended == 1


def test_a_record_that_an_edit_had_moved_goes_back_to_where_it_was() -> None:
    def another(rows: list[list[str]]) -> None:
        rows[1][2] = "Carla Ruiz"

    with harbor() as it:
        it.people().take("meetings")
        before = standing(it, *EVERYTHING)
        held = it.events("pairing.meeting-held")[0]
        edit = it.take("meetings", edited("meetings", another))
        assert folded(it.engine, held.stream).facts.meetings.keys() != {held.event.meeting_id}

        answer = reverse(it, edit.batch)

        assert answer.events[-1].event.left == ()
        assert standing(it, *EVERYTHING) == before
        assert held.event.meeting_id in folded(it.engine, held.stream).facts.meetings
        assert it.take("meetings").counts.unchanged == 4


def test_a_first_reading_stays_while_a_later_one_rests_on_it() -> None:
    def reworded(rows: list[list[str]]) -> None:
        rows[1][5] = "45 min"

    with harbor() as it:
        it.people()
        first = it.take("meetings")
        it.take("meetings", edited("meetings", reworded))

        answer = reverse(it, first.batch)

        left = answer.events[-1].event.left
        assert {f.why for f in left} == {"read_again"}
        assert any(f.stream.startswith("response:") for f in left)


def test_a_reading_that_is_not_there_is_not_taken_back() -> None:
    with harbor() as it, pytest.raises(Refused) as caught:
        reverse(it, f"import:{7:032x}")

    assert caught.value.code == "no_such_import"


def test_a_response_taken_back_by_hand_is_taken_in_again() -> None:
    with harbor() as it:
        it.people().take("meetings")
        taken = it.events("response.taken")[-1]
        for caused in reversed(taken.event.caused):
            it.engine.handle(
                mc.RetractRecord(stream=caused.stream, target=caused.version), actor=COORDINATOR
            )
        it.engine.handle(mc.RetractRecord(stream=taken.stream, target=1), actor=COORDINATOR)

        again = it.take("meetings")

        assert (again.counts.taken, again.counts.unchanged) == (1, 3)


def test_a_reversal_is_shown_where_the_records_were() -> None:
    with harbor() as it:
        it.people()
        report = it.take("meetings")
        held = it.events("pairing.meeting-held")[0]
        reverse(it, report.batch)

        entry = it.engine.history(held.stream, viewer=mc.Viewer.coordinator()).of(
            "pairing.meeting-held"
        )[0]

        assert entry.standing == "retracted"
        assert entry.corrections[0].cause == "import_reversed"


def test_a_form_of_which_nothing_is_left_may_be_exported_in_another_way() -> None:
    """What was learned of the form as a whole is forgotten with its last response."""
    with harbor() as it:
        it.people()
        coded = take(it, CODED, values="codes")
        reverse(it, coded.batch)

        labelled = take(it, LABELLED, values="labels")

        assert labelled.counts.taken == len(LABELLED)


def test_a_form_of_which_something_is_left_is_not_begun_anew() -> None:
    with harbor() as it:
        it.people()
        take(it, CODED[:5], values="codes")
        more = take(it, CODED, values="codes")
        reverse(it, more.batch)

        with pytest.raises(mc.SourceUnreadable):
            take(it, LABELLED, values="labels")
        assert take(it, CODED, values="codes").counts.taken == len(CODED) - 5
