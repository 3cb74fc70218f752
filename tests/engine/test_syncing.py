"""A form of a service is synced once as a whole and then by its changes; nothing comes twice."""

import json
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from engine.board import TOKEN, Board, account, registry
from engine.harbor import Harbor, harbor
from engine.test_taking_troubles import later
from engine.world import COORDINATOR, Place, engine, mc

from mentorcore.adapters.spec import Notice, Unreadable, Where
from mentorcore.errors import AdapterError, Conflict, SourceUnreadable
from mentorcore.intake.report import Report
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.testing.whole_text import whole_text


def sync(it: Harbor, board: Board, form: str = "people", **how: Any) -> Report:
    how = {"account": account(), "mapping": it.mapping(form)} | how
    return it.engine.sync("board", adapters=registry(board), actor=COORDINATOR, **how)


def people(count: int = 3) -> Board:
    board = Board()
    for i in range(count):
        board.person(f"p{i}")
    return board


def said(it: Harbor) -> Counter[str]:
    return Counter(e.name for e in it.events())


def test_a_first_sync_takes_everything_and_a_later_one_what_changed(at: Place) -> None:
    with harbor(at) as it:
        board = people()
        first = sync(it, board)
        board.person("p1", "Another Name")
        board.person("p3")

        second = sync(it, board)

        assert first.sentence() == "3 taken."
        assert second.sentence() == "1 taken, 1 amended."
        assert board.since == [None, "3"]
        assert said(it)["response.taken"] == 5
        coverages = [e.event.coverage for e in it.events("import.started")]
        assert coverages == ["full", "partial"]


def test_an_idle_sync_records_no_event_and_moves_all_the_same(at: Place) -> None:
    with harbor(at) as it:
        board = people()
        sync(it, board)
        position = it.engine.position
        board.changes = 40

        idle = sync(it, board)
        sync(it, board)

        assert it.engine.position == position
        assert (idle.events, idle.batch, idle.sentence()) == (0, None, "no responses.")
        assert board.since == [None, "3", "40"]


def test_another_engine_goes_on_where_the_last_one_ended(durable: Place) -> None:
    board = people()
    with durable.open(1, later()) as opened:
        sync(Harbor(opened), board)

    with durable.open(10**6, later()) as opened:
        report = sync(Harbor(opened, designed=True), board)

    assert board.since == [None, "3"]
    assert report.sentence() == "no responses."


def test_what_a_service_shows_again_is_known() -> None:
    with harbor() as it:
        board = people()
        sync(it, board)
        position = it.engine.position

        again = sync(it, board, full=True)

        assert again.sentence() == "3 unchanged."
        assert it.engine.position == position
        assert board.since == [None, None]


def test_a_full_sync_tells_what_vanished_and_deletes_nothing() -> None:
    with harbor() as it:
        board = people()
        sync(it, board)
        board.person("p3")
        sync(it, board)
        board.take_off("p3")

        partial = sync(it, board)
        full = sync(it, board, full=True)

        assert partial.missing == []
        # What is left was read just so before, and still it is no older copy.
        assert [m.newly for m in full.missing] == [True]
        assert it.events("import.completed")[-1].event.missing == (full.missing[0].response,)
        assert said(it)["participant.enrolled"] == 4


def test_a_service_that_reads_everything_again_tells_what_vanished_too() -> None:
    with harbor() as it:
        board = people()
        sync(it, board)
        board.take_off("p0")
        board.forgetful = True

        report = sync(it, board)

        assert report.sentence() == "2 unchanged, 1 missing from this export."
        assert it.events("import.started")[-1].event.coverage == "full"


def test_a_reading_that_may_be_cut_off_proves_nothing_of_what_is_missing() -> None:
    with harbor() as it:
        board = people()
        sync(it, board)
        board.take_off("p0")
        board.extra = [Notice(Where("our board"), "it was cut", "incomplete")]

        report = sync(it, board, full=True)
        sync(it, board)

        assert [m.certain for m in report.missing] == [False]
        assert it.events("import.completed")[-1].event.missing == ()
        assert board.since == [None, None, None]


def test_an_answer_that_was_changed_and_changed_back_is_what_it_says_now() -> None:
    with harbor() as it:
        board = people(1)
        for name in ("Ann One", "Ann Two", "Ann One"):
            board.person("p0", name)
            report = sync(it, board)

        assert report.sentence() == "1 amended."
        assert said(it)["response.taken"] == 3
        assert len(it.engine.find("Ann One", viewer=mc.Viewer.coordinator())) == 1


def test_a_dry_run_tells_what_a_sync_would_do_and_records_nothing(
    at: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentorcore.engine.importing.import_run.CHUNK", 20)
    with harbor(at) as it:
        board = people(45)
        board.person("odd", role="a visitor")
        position = it.engine.position

        trial = sync(it, board, dry_run=True)
        after = it.engine.position
        real = sync(it, board)

        assert after == position
        assert board.since == [None, None]
        assert trial.sentence() == real.sentence() == "45 taken, 1 refused."
        assert trial.events == real.events == it.engine.position - position
        assert (trial.dry_run, trial.batch, real.dry_run) == (True, None, False)


def test_a_dry_run_tells_what_vanished() -> None:
    with harbor() as it:
        board = people()
        sync(it, board)
        board.take_off("p2")
        position = it.engine.position

        trials = [sync(it, board, full=True, dry_run=True) for _ in range(2)]

        assert [[m.newly for m in t.missing] for t in trials] == [[True], [True]]
        assert it.engine.position == position


def test_refused_responses_come_again_until_they_can_be_taken() -> None:
    with harbor() as it:
        board = people(1)
        sync(it, board)
        board.person("p1", role="a visitor")

        first = sync(it, board)
        second = sync(it, board)
        board.person("p1")
        third = sync(it, board)
        sync(it, board)

        assert first.sentence() == second.sentence() == "1 refused."
        assert [n.code for n in first.notices] == ["cursor-held"]
        assert third.sentence() == "1 taken."
        assert board.since == [None, "1", "1", "1", "3"]


def test_what_was_refused_can_be_corrected_in_its_file(tmp_path: Path) -> None:
    with harbor() as it:
        board = people(1)
        board.person("p1", role="a visitor")
        rejects = tmp_path / "rejects.csv"
        sync(it, board, rejects=rejects)
        rejects.write_text(rejects.read_text("utf-8").replace("a visitor", "a mentor"), "utf-8")

        corrected = it.engine.take_in(rejects, it.mapping("people"), actor=COORDINATOR)
        again = sync(it, board, rejects=rejects)

        assert corrected.sentence() == "1 taken."
        assert again.sentence() == "2 unchanged."
        assert not rejects.exists()


def test_a_record_that_cannot_be_read_holds_the_place_as_well() -> None:
    with harbor() as it:
        board = people(1)
        board.extra = [Unreadable(Where("our board", 9), "half a response")]
        report = sync(it, board)
        sync(it, board)

        assert report.sentence() == "1 taken, 1 unreadable."
        assert board.since == [None, None]


def test_after_a_full_sync_that_refused_something_everything_is_read_again() -> None:
    with harbor() as it:
        board = people(2)
        sync(it, board)
        changed, answers = board.pinned["p0"]
        board.pinned["p0"] = (changed, {**answers, "I am": "a visitor"})

        sync(it, board, full=True)
        sync(it, board)

        # No later change would ever show it, so the place that was known is given up.
        assert board.since == [None, None, None]


def test_a_service_that_fails_midway_leaves_the_log_and_the_place_as_they_were() -> None:
    with harbor() as it:
        board = people(2)
        sync(it, board)
        position = it.engine.position
        board.person("p2")
        board.failing = 3

        with pytest.raises(AdapterError, match="the line went dead"):
            sync(it, board)

        assert it.engine.position == position
        board.failing = 0
        assert sync(it, board).sentence() == "1 taken."
        assert board.since == [None, "2", "2"]


def test_forms_accounts_and_adapters_have_places_of_their_own() -> None:
    with harbor() as it:
        board = people(1)
        sync(it, board)
        sync(it, board, account=account(form="B2"))
        sync(it, board, mapping=it.mapping("people", ('form = "people"', 'form = "others"')))
        sync(it, board)

        assert board.since == [None, None, None, "1"]


def test_of_two_syncs_at_once_the_later_one_gives_way(durable: Place) -> None:
    board = people(2)
    with durable.open(1, later()) as mine, durable.open(10**6, later()) as rival:
        it = Harbor(mine)

        def overtake() -> None:
            board.meanwhile = lambda: None
            sync(Harbor(rival, designed=True), board)

        board.meanwhile = overtake
        with pytest.raises(Conflict, match="another sync of this form ended meanwhile"):
            sync(it, board)

        assert sync(it, board).sentence() == "no responses."
        assert said(it)["response.taken"] == 2
        assert board.since == [None, None, "2"]


def test_progress_is_told_while_responses_come_and_while_they_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mentorcore.engine.importing.import_run.CHUNK", 60)
    monkeypatch.setattr("mentorcore.engine.importing.reading.feeds.OFTEN", 40)
    told: list[int] = []

    with harbor() as it:
        sync(it, people(90), progress=told.append)

    assert told == [40, 80, 60, 90]


def test_what_only_concerns_the_moment_is_not_in_the_report() -> None:
    board = people(1)
    board.extra = [Notice(Where("our board"), m, m) for m in ("progress", "other")]

    with harbor() as it:
        report = sync(it, board)

    assert [n.code for n in report.notices] == ["other"]


def test_a_form_is_described_only_where_a_question_is_not_answered() -> None:
    with harbor() as it:
        board = people(1)
        needing = it.mapping("people", ('optional = ["places"]\n', ""))
        sync(it, board, mapping=needing)
        sync(it, board, mapping=needing)
        before = board.outlined
        board.pin("p1", **{"E-mail": "p1@example.org", "Name": "P", "I am": "a mentor"})

        report = sync(it, board, mapping=needing)

    assert (before, board.outlined) == (0, 1)
    assert (report.sentence(), report.notices) == ("1 taken.", [])


def test_settings_of_the_account_reach_the_adapter() -> None:
    seen: list[Any] = []

    class Curious(Board):
        def fetch(self, account: Any, options: Any, since: Any) -> Any:
            seen.append(options.more)
            return super().fetch(account, options, since)

    with harbor() as it:
        sync(it, Curious(), account=account(settings={"datacenter": "fra1"}))

    assert seen == [{"datacenter": "fra1"}]


def test_neither_secrets_nor_places_nor_answers_stand_in_the_stored_log(tmp_path: Path) -> None:
    board = people(2)
    board.changes = 987654321987
    path = tmp_path / "program.db"
    with engine(str(path), clock=later()) as opened:
        report = sync(Harbor(opened), board)
        said = json.dumps(report.plain()) + whole_text(report)
        events = whole_text(list(opened.events()))

    stored = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert TOKEN not in said + events
    for word in (TOKEN, "987654321987", "p0@example.org", "Person p1"):
        assert word.encode() not in stored, word


def test_a_refused_token_is_told_without_the_token() -> None:
    wrong = f"a-{Board.name}-token"  # a trace quotes lines of this file as well

    with harbor() as it:
        with pytest.raises(SourceUnreadable) as caught:
            sync(it, Board(), account=account(wrong))

        shown = "".join(traceback.format_exception(caught.value))
        assert wrong not in shown
        assert "not with (secret)" in shown


def test_a_place_that_cannot_be_opened_any_more_only_costs_time(tmp_path: Path) -> None:
    board = people(1)
    with harbor() as it:
        sync(it, board)
        kept = it.engine._keys
        assert isinstance(kept, MemoryKeys)
        kept._index_key = bytes(32)

        sync(it, board)

    assert board.since == [None, None]
