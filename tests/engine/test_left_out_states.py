"""An export without some states tells what it can, and beside every other figure what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.full_program import FullProgram
from engine.world import COORDINATOR, TODAY, Clock, engine, mc

from mentorcore.engine.engine import Engine
from mentorcore.engine.export_opening import open_export
from mentorcore.errors import Refused

AUDITOR = mc.Viewer.auditor()


@attrs.frozen
class Made:
    """A log in which everything happened once."""

    log: Engine
    world: FullProgram

    def without(self, folder: Path, *withhold: str) -> Engine:
        """An export of it without the states of some events."""
        self.log.export(folder / "b", recipient="office", actor=COORDINATOR, withhold=withhold)
        return open_export(folder / "b", clock=Clock())

    def names(self) -> list[str]:
        found = dict.fromkeys(r.name for r in self.log.events())
        return [n for n in found if not n.startswith("audit.")]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with engine(clock=Clock()) as log:
        world = FullProgram(log)
        world.pair()
        yield Made(log, world)


def reports(log: Engine, **when: Any) -> Iterator[Any]:
    yield mc.plain(log.status(viewer=AUDITOR, **when))
    yield mc.plain(log.attention(viewer=AUDITOR, **when))
    yield mc.plain(log.view("observation.matrix", viewer=AUDITOR, **when))


def test_the_states_of_all_that_holds_something_personal_are_left_out(
    made: Made, tmp_path: Path
) -> None:
    with made.without(tmp_path, "states") as export:
        status = export.status(viewer=AUDITOR)
        meetings = status.lacks(status.program, "numbers.meetings")
        people = status.lacks(status.program, "time_zone")

    truly = made.log.status(viewer=AUDITOR)
    assert [mc.plain(s.numbers)["meetings"] for s in (status, truly)] == [0, 3]
    assert dict(meetings)["pairing.meeting-held"] == 3
    assert people == ()


SOME = ["states", "pairing.*", "person.*", "participant.*", "record.*", "response.*", "import.*"]


@pytest.mark.parametrize("when", [{}, {"as_of": TODAY}], ids=str)
@pytest.mark.parametrize("withheld", SOME)
def test_no_figure_is_another_without_saying_so(
    made: Made, withheld: str, when: dict[str, Any], tmp_path: Path
) -> None:
    with made.without(tmp_path, withheld) as export:
        told = [export.recompute(r) for r in reports(made.log, as_known=export.position, **when)]

    wrong = [figure for found in told for figure in found.of("different")]
    assert not wrong
    assert all(found.is_whole for found in told) is (withheld in ("response.*", "import.*"))


def wrong_without(made: Made, names: list[str], folder: Path) -> list[Any]:
    """The figures that are others when the events of one name are left out, and do not say so."""
    wrong = []
    for number, name in enumerate(n for n in names if n != "program.designed"):
        place = folder / str(number)
        place.mkdir()
        with made.without(place, name) as export:
            for report in reports(made.log, as_known=export.position):
                wrong += [(name, f) for f in export.recompute(report).of("different")]
    return wrong


def test_few_events_can_be_left_out_without_their_figures_saying_so(
    made: Made, tmp_path: Path
) -> None:
    names = ["pairing.member-joined", "program.academic-calendar-set", *made.names()[::9]]

    assert not wrong_without(made, names, tmp_path)


VIEWS = ("closing.pairings", "employment.outcomes", "support.uptake", "plan.board")


@pytest.mark.parametrize(
    "withheld", ["program.cohort-closed", "program.cohort-opened", "participant.enrolled"]
)
def test_no_view_is_told_without_its_people_and_cohorts_in_silence(
    made: Made, withheld: str, tmp_path: Path
) -> None:
    with made.without(tmp_path, withheld) as export:
        when: dict[str, Any] = {"viewer": AUDITOR, "as_known": export.position}
        told = [made.log.compliance(**when), *(made.log.view(view, **when) for view in VIEWS)]
        again = [export.recompute(mc.plain(view)) for view in told]
        lacking = [export.view(view, **when).lacking for view in VIEWS]

    assert not [figure for found in again for figure in found.of("different")]
    assert all(dict(lacks[0].events)[withheld] for lacks in lacking)


@pytest.mark.slow
def test_no_event_can_be_left_out_without_its_figures_saying_so(made: Made, tmp_path: Path) -> None:
    assert not wrong_without(made, made.names(), tmp_path)
    assert len(made.names()) > 50


def test_a_program_that_was_left_out_is_refused(made: Made, tmp_path: Path) -> None:
    with made.without(tmp_path, "program.*") as export, pytest.raises(Refused) as refused:
        export.status(made.world.program, viewer=AUDITOR)

    assert refused.value.code in ("no_such_program", "states_left_out")


def test_what_was_left_out_is_listed_among_the_events(made: Made, tmp_path: Path) -> None:
    with made.without(tmp_path, "pairing.meeting-held") as export:
        found = list(export.events())
        held = list(export.events(names=["pairing.meeting-held"]))

    whole = [r for r in made.log.events() if r.position <= found[-1].position]
    assert [(r.position, r.stream, r.version, r.name) for r in found] == [
        (r.position, r.stream, r.version, r.name) for r in whole
    ]
    assert {r.event for r in held} == {mc.LeftOut("pairing.meeting-held")}
    assert all(r.recorded_at <= w.recorded_at for r, w in zip(found, whole, strict=True))
    assert mc.plain(held[0])["event"] == {"name": "pairing.meeting-held"}


def test_every_answer_says_what_it_lacks(made: Made, tmp_path: Path) -> None:
    pairing = made.world.pairing
    with made.without(tmp_path, "pairing.meeting-held") as export:
        history = export.history(pairing, viewer=AUDITOR)
        why = export.explain(pairing, "minutes", viewer=AUDITOR)
        whole = export.explain(pairing, "formed_on", viewer=AUDITOR)
        diff = export.diff(
            mc.Moment(as_known=20), mc.Moment(as_known=export.position), viewer=AUDITOR
        )
        with pytest.raises(Refused, match="left out of this"):
            list(export.effective(stream=pairing))

    for lacking in (history.lacking, why.lacking, diff.lacking):
        assert dict(lacking[0].events)["pairing.meeting-held"] == 3
    assert "pairing.meeting-held" not in dict(next((one.events for one in whole.lacking), ()))


def test_a_history_that_nothing_can_be_told_of_is_refused(made: Made, tmp_path: Path) -> None:
    with made.without(tmp_path, "states") as export, pytest.raises(Refused) as refused:
        export.history(made.world.pairing, viewer=AUDITOR)

    assert refused.value.code == "states_left_out"


def said_to_be_absent(export: Engine, whole: Engine) -> Iterator[str]:
    """What is there in the log, and is said not to be there by an export without some states."""
    last, program = export.position, whole.programs()[0].program
    when: dict[str, Any] = {"viewer": AUDITOR, "as_known": last}
    subjects = dict.fromkeys(r.stream for r in whole.events())
    asked: list[tuple[str, Any]] = [
        ("status", lambda log: log.status(program, **when)),
        ("attention", lambda log: log.attention(program, **when)),
        ("diff", lambda log: log.diff(mc.Moment(as_known=20), program=program, viewer=AUDITOR)),
        ("settings", lambda log: log.settings_in_force(program, **when)),
        *((s, lambda log, s=s: log.history(s, **when)) for s in subjects),
        *((s, lambda log, s=s: log.figures(s, **when)) for s in subjects),
        *((s, lambda log, s=s: log.traces(s, **when)) for s in subjects),
        *((s, lambda log, s=s: list(log.effective(stream=s, as_known=last))) for s in subjects),
    ]
    for what, ask in asked:
        try:
            ask(whole)
        except Refused:
            continue
        try:
            ask(export)
        except Refused as refused:
            if refused.code != "states_left_out":
                yield f"{what}: {refused}"


WHOLE_KINDS = ["states", "program.designed", "person.*", "participant.enrolled", "pairing.formed"]


@pytest.mark.parametrize("withheld", WHOLE_KINDS)
def test_what_was_left_out_is_never_said_not_to_be_there(
    made: Made, withheld: str, tmp_path: Path
) -> None:
    with made.without(tmp_path, withheld) as export:
        assert not list(said_to_be_absent(export, made.log))
        with pytest.raises(Refused) as refused:
            export.history(f"pairing:{'0' * 32}", viewer=AUDITOR)

    assert refused.value.code == "no_such_subject"


@pytest.mark.parametrize(
    ("withheld", "names"),
    [
        ("record.amended", ["pairing.meeting-held"]),
        ("record.retracted", ["pairing.note-written"]),
        ("program.revised", ["pairing.meeting-held"]),
    ],
)
def test_records_are_not_told_without_what_may_have_changed_them(
    made: Made, withheld: str, names: list[str], tmp_path: Path
) -> None:
    with made.without(tmp_path, withheld) as export:
        with pytest.raises(Refused) as refused:
            list(export.effective(names=names))
        untouched = list(export.effective(names=["program.launched"]))

    assert refused.value.code == "states_left_out"
    assert untouched


def test_each_listed_figure_says_what_it_lacks(made: Made, tmp_path: Path) -> None:
    with made.without(tmp_path, "pairing.meeting-held") as export:
        listed = {f.name: f for f in export.figures(made.world.pairing, viewer=AUDITOR)}
        whole = {f.name: f for f in made.log.figures(made.world.pairing, viewer=AUDITOR)}
        with pytest.raises(Refused, match="cannot be told"):
            export.explain(made.world.pairing, "late.2026-08-17.sent_on", viewer=AUDITOR)
        with pytest.raises(Refused, match="there is no figure 'nothing'"):
            export.explain(made.world.pairing, "nothing", viewer=AUDITOR)

    assert dict(listed["minutes"].lacks)["pairing.meeting-held"] == 3
    assert "pairing.meeting-held" not in dict(listed["formed_on"].lacks)
    assert not any(figure.lacks for figure in whole.values())
    silent = [
        name
        for name, figure in listed.items()
        if not figure.lacks and name in whole and figure != whole[name]
    ]
    assert not silent


def test_programs_that_cannot_be_told_are_no_shorter_list(made: Made, tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    with made.without(tmp_path, "program.launched") as export:
        (line,) = export.programs()
    with (
        made.without(tmp_path / "1", "program.designed") as export,
        pytest.raises(Refused) as refused,
    ):
        export.programs()

    assert dict(line.lacks) == {"program.launched": 1}
    assert refused.value.code == "states_left_out"


def test_somebody_whose_name_was_left_out_has_one(made: Made, tmp_path: Path) -> None:
    with made.without(tmp_path, "person.*") as export:
        people = export.history(made.world.pairing, viewer=AUDITOR).people

    assert people
    assert all(isinstance(who.name, mc.Withheld) for who in people)


@pytest.mark.parametrize("withheld", ["states", "pairing.meeting-held", "record.*"])
def test_moments_lie_where_they_lie_in_the_log(made: Made, withheld: str, tmp_path: Path) -> None:
    with made.without(tmp_path, withheld) as export:
        left = {r.position for r in export.events() if isinstance(r.event, mc.LeftOut)}
        # Which of the events that were left out were recorded together, nobody can tell.
        asked = [p for p in range(8, export.position, 3) if p + 1 not in left]
        for position in asked:
            told = export.status(viewer=AUDITOR, as_known=position).position
            truly = made.log.status(viewer=AUDITOR, as_known=position).position
            assert told == truly, position

    assert len(asked) > 20


def test_a_whole_export_lacks_nothing(made: Made, tmp_path: Path) -> None:
    with made.without(tmp_path) as export:
        found = export.status(viewer=AUDITOR), export.attention(viewer=AUDITOR)

    assert [one.lacking for one in found] == [(), ()]


def test_a_list_that_would_be_shorter_in_silence_is_refused(made: Made, tmp_path: Path) -> None:
    person = made.world.persons[made.world.mentor_id]
    with made.without(tmp_path, "record.*", "person.details-changed") as export:
        for ask in (
            lambda: export.corrections(viewer=AUDITOR),
            lambda: export.traces(person, viewer=AUDITOR),
            lambda: export.late_entries(viewer=AUDITOR),
            lambda: list(export.effective()),
        ):
            with pytest.raises(Refused) as refused:
                ask()
            assert refused.value.code == "states_left_out"
        before = export.corrections(viewer=AUDITOR, known_to=20)

    assert before == made.log.corrections(viewer=AUDITOR, known_to=20)


def test_a_member_is_told_nothing_of_events_that_nobody_can_tell(
    made: Made, tmp_path: Path
) -> None:
    member = mc.Viewer.member(made.world.persons[made.world.mentor_id])
    with made.without(tmp_path, "states") as export:
        told = [mc.plain(r, viewer=member) for r in export.events()]
        fed = list(export.feed(member).lines())

    left = [t for t in told if t["recorded_at"] and t["actor"] is None]
    assert left
    assert {t["event"].get("withheld") for t in left} == {"program_metadata"}
    assert not [line for line in fed if "person.registered" in line]


def test_an_export_without_states_is_verified_as_it_lies(made: Made, tmp_path: Path) -> None:
    with made.without(tmp_path, "states") as export:
        verdict = export.verify()
        with pytest.raises(Refused, match="this log is a copy"):
            export.export(tmp_path / "again", recipient="office", actor=COORDINATOR)
        with pytest.raises(Refused, match="this log is a copy"):
            export.backup(tmp_path / "again", None)

    assert (verdict.verdict, verdict.withheld > 0) == ("unanchored", True)
    assert not (tmp_path / "again").exists()
