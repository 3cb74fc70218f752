"""The same responses, exported in every way there is and taken in in either order, stay the same.

The survey and its responses are made up.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import mentorcore
import pytest
from qualtrics_made import Made, registry

ROLES = {"1": "A mentor", "2": "A new principal"}
TOPICS = {"1": "Planning, and time", "2": "Visits", "3": "Feedback"}


class Told(NamedTuple):
    """What one made response says."""

    id: str
    ended: datetime
    name: str
    email: str
    role: str
    topics: tuple[str, ...]
    order: tuple[str, ...]
    score: str


TOLD = tuple(
    Told(
        id=f"R_made{n:011d}",
        ended=datetime(2025, 9, 1, 12, n, 5, tzinfo=UTC),
        name=f'Person "{n}", the {n}th',
        email=f"person{n}@example.org",
        role="1" if n % 3 else "2",
        topics=tuple(code for code in TOPICS if n >> int(code) - 1 & 1),
        order=("1", "3", "2") if n % 2 else ("2", "1", "3"),
        score="0.5" if n % 2 else "1",
    )
    for n in range(1, 7)
)
Column = tuple[str, str, Any, Callable[[Told], str]]
MAPPING = """
form = "people"
kind = "enrolment"
adapter = "qualtrics"
coverage = "full"
[source]
zone = "America/Denver"
SOURCE
[fields]
name = "NAME"
email = "EMAIL"
role = "ROLE"
[values.role]
"A mentor" = "mentor"
"A new principal" = "mentee"
1 = "mentor"
2 = "mentee"
[defaults]
since = "submitted"
"""


def local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def columns(
    zone: str = "America/Denver", *, labels: bool = True, split: bool = True, extra: bool = False
) -> list[Column]:
    here = {"timeZone": zone}
    made: list[Column] = [
        ("EndDate", "End Date", {"ImportId": "endDate", **here}, lambda t: local(t.ended, zone)),
        (
            "StartDate",
            "Start Date",
            {"ImportId": "startDate", **here},
            lambda t: local(t.ended - timedelta(minutes=2), zone),
        ),
        (
            "Status",
            "Response Type",
            {"ImportId": "status"},
            lambda _: "IP Address" if labels else "0",
        ),
        ("Finished", "Finished", {"ImportId": "finished"}, lambda _: "True" if labels else "1"),
        ("ResponseId", "Response ID", {"ImportId": "_recordId"}, lambda t: t.id),
        ("Q1", "Name", {"ImportId": "QID1_TEXT"}, lambda t: t.name),
        ("Q2", "E-mail", {"ImportId": "QID2_TEXT"}, lambda t: t.email),
        ("Q3", "Role", {"ImportId": "QID3"}, lambda t: ROLES[t.role] if labels else t.role),
        (
            "Q3_DO",
            "Order",
            {"ImportId": "QID3_DO"},
            lambda t: "|".join(TOPICS[c] if labels else c for c in t.order),
        ),
        ("SC0", "Score", {"ImportId": "SC0"}, lambda t: t.score),
    ]
    if split:
        made += [topic(code, name if labels else "1") for code, name in TOPICS.items()]
    else:
        made.append(
            (
                "Q4",
                "Topics",
                {"ImportId": "QID4"},
                lambda t: ",".join(TOPICS[c] if labels else c for c in t.topics),
            )
        )
    if extra:
        made[9:9] = [more(n) for n in range(20)]
        made.append(("IPAddress", "IP Address", {"ImportId": "ipAddress"}, lambda _: "192.0.2.7"))
    return made


def topic(code: str, chosen: str) -> Column:
    about = {"ImportId": "QID4", "choiceId": code}
    return (f"Q4_{code}", "Topics", about, lambda t: chosen if code in t.topics else "")


def more(n: int) -> Column:
    return (f"more{n}", f"more{n}", {"ImportId": f"more{n}"}, lambda t: f"{n} of {t.id}")


def written(rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def modern(made: list[Column], *, shuffled: bool = False, **form: str) -> bytes:
    told = list(TOLD)
    if shuffled:
        Random(1).shuffle(made)
        Random(2).shuffle(told)
    header = [[c[0] for c in made], [c[1] for c in made], [json.dumps(c[2]) for c in made]]
    return written([*header, *([c[3](t) for c in made] for t in told)], **form)


def transitional() -> bytes:
    made = [c for c in columns(labels=False) if c[0] not in {"SC0", "Q3_DO"}]
    third = [repr({"ImportId": _dashed(c[2])}) for c in made]
    rows = ([c[3](t) for c in made] for t in TOLD)
    return written([[c[0] for c in made], [c[1] for c in made], third, *rows])


def _dashed(about: dict[str, str]) -> str:
    names = {"_recordId": "responseId", "QID1_TEXT": "QID1-TEXT", "QID2_TEXT": "QID2-TEXT"}
    name = names.get(about["ImportId"], about["ImportId"])
    return f"{name}-{about['choiceId']}" if "choiceId" in about else name


def legacy() -> bytes:
    frame = {"ResponseId": "ResponseID", "EndDate": "EndDate", "Status": "Status"}
    frame |= {"Finished": "Finished", "StartDate": "StartDate"}
    made = {c[0]: c for c in columns(labels=False) if c[0] not in {"SC0", "Q3_DO"}}
    own = [*frame, *(name for name in made if name not in frame)]
    first = [f"V{n}" for n in range(1, 3)] + [f"V{n}" for n in range(6, 10)]
    header = [[*first, *own[5:], ""], ["ResponseID", "ResponseSet", *[frame[n] for n in own[1:5]]]]
    header[1] += [made[name][1] for name in own[5:]] + [""]
    rows = [[t.id, "Default", *(made[n][3](t) for n in own[1:]), ""] for t in TOLD]
    return written([*header, *rows], "utf-8-sig")


def objects(*, turned: bool = False) -> Iterator[dict[str, Any]]:
    for told in TOLD:
        values: dict[str, Any] = {
            "startDate": f"{told.ended - timedelta(minutes=2):%Y-%m-%dT%H:%M:%SZ}",
            "endDate": f"{told.ended:%Y-%m-%dT%H:%M:%SZ}",
            "recordedDate": f"{told.ended:%Y-%m-%dT%H:%M:%S.123Z}",
            "status": 0,
            "finished": 1,
            "_recordId": told.id,
            "QID1_TEXT": told.name,
            "QID2_TEXT": told.email,
            "QID3": int(told.role),
            "QID3_DO": list(told.order),
            "SC0": json.loads(told.score),
        }
        labels: dict[str, Any] = {"status": "IP Address", "QID3": ROLES[told.role]}
        labels["QID3_DO"] = [TOPICS[code] for code in told.order]
        if told.topics:
            values["QID4"] = list(told.topics)
            labels["QID4"] = [TOPICS[code] for code in told.topics]
        if turned:
            del values["_recordId"]
            values = dict(reversed(values.items()))
        shown = ["QID1_TEXT", "QID2_TEXT", "QID3", "QID4"]
        yield {"responseId": told.id, "values": values, "labels": labels, "displayedFields": shown}


def lines(*, turned: bool = False) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in objects(turned=turned)).encode()


LABELS = {
    "plain": modern(columns()),
    "in UTC": modern(columns("UTC")),
    "choices together": modern(columns(split=False)),
    "more columns": modern(columns(extra=True)),
    "shuffled": modern(columns(extra=True), shuffled=True),
    "TSV": modern(columns(), encoding="utf-16", delimiter="\t"),
    "NDJSON": lines(),
    "NDJSON, turned": lines(turned=True),
    "JSON": json.dumps({"responses": list(objects())}, indent=1).encode(),
}
CODES = {
    "plain": modern(columns(labels=False)),
    "choices together": modern(columns(labels=False, split=False)),
    "NDJSON": lines(),
}
LAYOUTS = {
    "modern": modern(columns(labels=False)),
    "transitional": transitional(),
    "legacy": legacy(),
}
IDS = {"NAME": "QID1_TEXT", "EMAIL": "QID2_TEXT", "ROLE": "QID3"}
NAMES = {"NAME": "Q1", "EMAIL": "Q2", "ROLE": "Q3"}


@contextmanager
def program() -> Iterator[mentorcore.Engine]:
    us = mentorcore.Actor("tests", "coordinator", "system")
    blueprint = mentorcore.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    with mentorcore.open(":memory:") as engine:
        plan = mentorcore.read_blueprint(blueprint, "blueprint.toml")
        engine.batch(plan.commands(engine.new_id), actor=us)
        yield engine


def take(
    engine: mentorcore.Engine, content: bytes, fields: dict[str, str], source: str = ""
) -> mentorcore.Report:
    text = MAPPING.replace("SOURCE", source)
    for place, name in fields.items():
        text = text.replace(f'"{place}"', f'"{name}"')
    mapping = mentorcore.read_mapping(text, "people.toml")
    us = mentorcore.Actor("tests", "coordinator", "system")
    return engine.take_in(Made(content), mapping, actor=us, adapters=registry())


CASES = [
    *((LABELS, pair, IDS, 'values = "labels"') for pair in permutations(LABELS, 2)),
    *((CODES, pair, IDS, 'values = "codes"') for pair in permutations(CODES, 2)),
    *((LAYOUTS, pair, NAMES, "") for pair in permutations(LAYOUTS, 2)),
]


@pytest.mark.parametrize(
    ("exports", "pair", "fields", "source"),
    CASES,
    ids=[f"{c[3]} {' then '.join(c[1])}" for c in CASES],
)
def test_whatever_the_export_the_responses_are_the_same(
    exports: dict[str, bytes], pair: tuple[str, str], fields: dict[str, str], source: str
) -> None:
    one, other = (exports[name] for name in pair)
    with program() as engine:
        first = take(engine, one, fields, source)
        position = engine.position

        again = [take(engine, content, fields, source) for content in (other, one, other)]

        assert first.sentence() == "6 taken."
        assert [report.sentence() for report in again] == ["6 unchanged."] * 3
        assert engine.position == position


@pytest.mark.parametrize(
    ("one", "other"), [("modern", "legacy"), ("legacy", "modern"), ("legacy", "transitional")]
)
def test_an_edit_shows_in_whichever_layout_it_comes(one: str, other: str) -> None:
    edited = LAYOUTS[other].replace(b"person4@example.org", b"p4@example.org")
    with program() as engine:
        take(engine, LAYOUTS[one], NAMES)

        report = take(engine, edited, NAMES)

        assert report.sentence() == "1 amended, 5 unchanged."


@pytest.mark.parametrize(
    ("one", "other"),
    [("labels", "codes"), ("codes", "labels"), ("labels", "NDJSON"), ("NDJSON", "labels")],
)
def test_labels_and_codes_are_not_mixed(one: str, other: str) -> None:
    exports = {"labels": LABELS["plain"], "codes": CODES["plain"], "NDJSON": lines()}
    with program() as engine:
        take(engine, exports[one], IDS)
        position = engine.position

        with pytest.raises(mentorcore.SourceUnreadable, match="when responses of this form were"):
            take(engine, exports[other], IDS)

        assert engine.position == position


def test_labels_are_not_taken_for_codes_in_a_layout_that_does_not_tell() -> None:
    labelled = LAYOUTS["legacy"]
    for code, role in ROLES.items():
        labelled = labelled.replace(f".org,{code},".encode(), f".org,{role},".encode())
    with program() as engine:
        take(engine, LAYOUTS["legacy"], NAMES)

        with pytest.raises(mentorcore.SourceUnreadable, match="labels where they were codes"):
            take(engine, labelled, NAMES)


def test_a_renamed_choice_is_one_notice() -> None:
    renamed = LABELS["plain"].replace(b"A mentor", b"An experienced principal")
    with program() as engine:
        take(engine, LABELS["plain"], IDS)
        position = engine.position

        report = take(engine, renamed, IDS)

        (said,) = [n.message for n in report.notices if n.code == "renamed-choices"]
        assert said.startswith(
            "4 answers to 'Role': 'A mentor' is now 'An experienced principal' (4)"
        )
        assert report.sentence() == "6 unchanged."
        assert engine.position == position
