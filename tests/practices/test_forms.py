"""A practice's form is taken in, edited, refused, proposed and read again like those of the core."""

import io
from typing import Any

import attrs
import pytest
from engine.world import COORDINATOR, NOON, mc
from practices.conftest import Visited
from practices.stranger import VISITS
from practices.stranger.events import VisitFollowedUp, VisitMade
from practices.stranger.forms import VISIT_LOG

from mentorcore.errors import Invalid, PracticeError, Refused
from mentorcore.practices.registry import Practices
from mentorcore.practices.spec import (
    Field,
    Intents,
    Practice,
    Row,
    mapping_to_edit,
    paired,
    pairing_of,
)

SEES = mc.Viewer.coordinator()
MAPPING = """
form = "visits"
kind = "visits-log"
[people]
by = "name"
[source]
timestamp = "Timestamp"
zone = "UTC"
date_order = "mdy"
[fields]
mentor = "Coach"
mentee = "Teacher"
on = "Visited on"
minutes = "Minutes in class"
came_back_on = "Came back on"
note = "Seen in class"
"""
TITLES = "Timestamp,Coach,Teacher,Visited on,Minutes in class,Came back on,Seen in class\n"
VISIT = "11/4/2026 17:00:00,Somebody 1,Somebody 0,11/3/2026,30,,Loud\n"
BACK = "11/11/2026 17:00:00,Somebody 1,Somebody 0,11/3/2026,10,11/10/2026,\n"


@attrs.frozen
class Text:
    """An export as its text."""

    content: str
    name: str = "visits.csv"

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content.encode())


def mapping(text: str = MAPPING) -> Any:
    return mc.read_mapping(text, "visits.toml", kinds=VISITS.forms)


def take(visited: Visited, rows: str) -> Any:
    source: Any = Text(TITLES + rows)
    return visited.here.take_in(source, mapping(), actor=COORDINATOR)


def refused(report: Any) -> list[tuple[str, str]]:
    return [(f.column, f.reason) for f in report.findings if f.outcome == "refused"]


def made(visited: Visited) -> list[Any]:
    """The visits of the log, with what came of them."""
    return [r for r in visited.here.events() if r.stream.startswith("acme-visit:")]


def test_a_form_of_a_practice_is_taken_in(visited: Visited) -> None:
    report = take(visited, VISIT + BACK)

    assert report.counts.taken == 2
    assert [type(r.event) for r in made(visited)] == [VisitMade, VisitFollowedUp]
    assert (made(visited)[0].event.minutes, made(visited)[1].event.minutes) == (30, 10)
    assert all(r.source and r.source.response for r in made(visited))


def test_the_same_export_again_records_nothing(visited: Visited) -> None:
    take(visited, VISIT + BACK)
    before = visited.here.position

    report = take(visited, VISIT + BACK)

    assert report.counts.unchanged == 2
    assert visited.here.position == before


def test_an_edited_response_amends_what_it_led_to(visited: Visited) -> None:
    take(visited, VISIT + BACK)

    report = take(visited, VISIT.replace(",30,", ",45,") + BACK)

    assert report.counts.amended == 1
    visit, _, amendment = made(visited)
    assert type(amendment.event).__name__ == "RecordAmended"
    assert amendment.event.target == visit.version
    assert visited.here._desk.session().state(visit.stream).minutes == 45 + 10


def test_a_row_that_cannot_be_taken_is_refused_in_a_sentence(visited: Visited) -> None:
    take(visited, VISIT)

    again = take(visited, VISIT.replace("17:00:00", "18:00:00"))
    short = take(visited, VISIT.replace("11/3/2026,30", "11/5/2026,0"))
    empty = take(visited, VISIT.replace("11/3/2026,30", "11/5/2026,"))

    assert refused(again) == [("Visited on", "Visited on: this visit is recorded already")]
    assert refused(short) == [("", "a visit takes a minute at least")]
    assert refused(empty) == [("Minutes in class", "Minutes in class: is empty")]
    assert len(made(visited)) == 1


def test_a_form_is_known_by_the_words_of_its_practice() -> None:
    source: Any = Text(TITLES + VISIT + BACK)

    text = mc.discover(source, kinds=VISITS.forms)

    assert 'kind = "visits-log"' in text
    assert {'mentor = "Coach"', 'mentee = "Teacher"', 'on = "Visited on"'} <= set(text.splitlines())
    assert 'came_back_on = "Came back on"' in text
    assert 'minutes = "Minutes in class"' in text
    assert "visits-log" not in mc.discover(source)


def test_its_mapping_is_read_again_where_the_practice_is_and_kept_where_it_is_not(
    visited: Visited,
) -> None:
    take(visited, VISIT)

    kept = visited.here.mappings()
    away = visited.away.mappings()

    assert [(k.form, k.kind, k.text) for k in kept] == [("visits", "visits-log", MAPPING)]
    assert away == kept
    assert visited.here._mappings.mapping(kept[0].digest) == mapping()
    assert visited.away._mappings.mapping(kept[0].digest) is None


def test_a_mapping_of_a_form_that_is_not_here_is_refused_in_a_sentence(visited: Visited) -> None:
    source: Any = Text(TITLES + VISIT)

    with pytest.raises(Refused) as missing:
        visited.away.take_in(source, mapping(), actor=COORDINATOR)
    with pytest.raises(Invalid) as invalid:
        mc.read_mapping(MAPPING, "visits.toml")

    assert missing.value.code == "practice_missing"
    assert "'visits-log' belong to a practice that is not here" in str(missing.value)
    assert "install the practice that brings it" in str(invalid.value)


def test_an_engine_lists_the_kinds_of_form_that_it_takes_in(visited: Visited) -> None:
    here = [kind.name for kind in visited.here.form_kinds]

    assert here == [*mc.MAPPING_TEMPLATES, "visits-log"]
    assert [kind.name for kind in visited.away.form_kinds] == [*mc.MAPPING_TEMPLATES]


def test_the_template_of_a_practice_is_a_mapping() -> None:
    read = mapping(VISIT_LOG.template)

    assert (read.kind, read.fields["on"]) == ("visits-log", "Visited on")


TELLS = {"pairing.meeting-held": {"minutes": ("minutes",)}}


def met(row: Row) -> Intents:
    """Reads a visit as a meeting of the core."""
    pairing = pairing_of(row, paired(row), row.day("on") or NOON.date())
    row.check()
    assert pairing is not None
    row.say(
        "meeting",
        mc.HoldMeeting,
        pairing_id=pairing.pairing,
        meeting_id=row.ids("meeting"),
        held_on=row.day("on"),
        minutes=row.minutes("minutes"),
        modality="in_person",
    )
    return row.done()


def test_a_reader_that_fails_is_named_and_nothing_of_its_row_is_recorded(visited: Visited) -> None:
    def fails(row: Row) -> Intents:
        raise KeyError(row.text("minutes"))

    broken = kind(read=fails)
    here = visited.shared.open(attrs.evolve(VISITS, forms=(broken,)))
    read = mc.read_mapping(MAPPING, "visits.toml", kinds=(broken,))
    source: Any = Text(TITLES + VISIT)

    with pytest.raises(PracticeError, match="'visits-log': its reader failed: KeyError: '30'"):
        here.take_in(source, read, actor=COORDINATOR)

    assert made(visited) == []


def origin_of(opened: Any, visited: Visited) -> Any:
    """Where the meeting came from of which a pairing's minutes are made."""
    told = opened.explain(visited.pairing, "minutes", viewer=SEES)
    return next(g.origin for g in told.grounds if g.record.name == "pairing.meeting-held")


def test_a_form_of_a_practice_leads_to_records_of_the_core_that_are_explained(
    visited: Visited,
) -> None:
    own = kind(name="visits-met", read=met, tells=TELLS, template="")
    here = visited.shared.open(attrs.evolve(VISITS, forms=(own,)))
    read = mc.read_mapping(MAPPING.replace("visits-log", "visits-met"), "m.toml", here.form_kinds)
    source: Any = Text(TITLES + VISIT)

    report = here.take_in(source, read, actor=COORDINATOR)

    assert report.counts.taken == 1
    origin, unread = (origin_of(opened, visited) for opened in (here, visited.away))
    assert [(a.told_by, a.raw) for a in origin.answers] == [("minutes", ("30",))]
    assert unread.answers == ()
    assert "cannot be read here" in unread.note
    assert unread.mapping_text == read.text


def kind(**more: Any) -> Any:
    return attrs.evolve(VISIT_LOG, **more)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (object(), "is no FormKind"),
        (kind(name="log"), "is not called 'visits-…'"),
        (kind(name="visits log"), "is not called 'visits-…'"),
        (kind(name="visits-a log"), "is no code word"),
        (kind(fields=(*VISIT_LOG.fields, VISIT_LOG.fields[0])), "two of its fields have one name"),
        (kind(fields=VISIT_LOG.fields[:3]), "it speaks of 'came_back_on'"),
        (kind(fields=(*VISIT_LOG.fields, Field("how", "choice", "how"))), "without choices"),
        (kind(fields=(*VISIT_LOG.fields, Field("a b", "text", "what"))), "be called 'a b'"),
        (kind(template='form = "visits"'), "needs correction"),
        (kind(template=mapping_to_edit("feedback", "f", "")), "needs correction"),
        (kind(template=mc.MAPPING_TEMPLATES["feedback"]), "is one of 'feedback'"),
    ],
)
def test_a_kind_of_form_that_does_not_fit_is_refused(form: Any, said: str) -> None:
    practice = attrs.evolve(VISITS, forms=(form,))

    with pytest.raises(PracticeError, match="visits") as refused:
        Practices.of([practice])

    assert said in str(refused.value)


def test_two_claims_to_the_name_of_a_kind_of_form_are_refused() -> None:
    other = Practice(name="visits-log", contract=VISITS.contract, forms=(kind(),))
    ours = Practice(name="meeting", contract=1, forms=(kind(name="meeting-log", template=""),))

    with pytest.raises(PracticeError, match="one of the practice 'visits' already"):
        Practices.of([VISITS, other])
    with pytest.raises(PracticeError, match="one of the core already"):
        Practices.of([ours])


def test_a_record_of_a_practice_tells_what_it_was_read_from(visited: Visited) -> None:
    take(visited, VISIT + BACK)
    visit, back = (r.event for r in made(visited))

    told = set(mapping().told_by(visit, "visit"))
    told_back = set(mapping().told_by(back, "back"))

    assert told == {
        ("pairing_id", "mentor"),
        ("pairing_id", "mentee"),
        ("visited", "mentee"),
        ("on", "on"),
        ("minutes", "minutes"),
        ("note", "note"),
    }
    assert told_back == {
        *(("visit", column) for column in ("on", "mentor", "mentee")),
        ("on", "came_back_on"),
        ("minutes", "minutes"),
    }
