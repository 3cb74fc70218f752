"""Files in which somebody kept a checkpoint, the days on which they were received, and recorded times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from audit.made_logs import Event, MadeLog
from audit.vector_cases.calls import WITNESS
from audit.vector_cases.case import Case, bundle, database, listed, plain, with_rows, zipped
from audit.vector_cases.notes import AT, came, seen, stranger
from audit.vectors import WITNESS as SEEING

NOON = "T12:00:00.000000Z"


def cases() -> Iterator[Case]:
    yield from kept_files()
    yield from recorded_times()
    yield from received()
    yield from seen_by_witnesses()


def kept_files() -> Iterator[Case]:
    """A file may be more than a note, or written otherwise."""
    made = plain(sizes=[3, 6])
    log, note, three = bundle(made), made.note(), made.note(3)

    def case(
        name: str, says: str, text: str | bytes, verdict: str = "verified", **expect: Any
    ) -> Case:
        told = {"covered": 6 if verdict == "verified" else 0} | expect
        return Case(f"kept-{name}", says, log, verdict, [text], expect=told)

    yield case("line-ends", "CR stands before each LF.", note.replace("\n", "\r\n"))
    yield case("no-last-line-end", "The last LF is missing.", note[:-1])
    yield case("blank-lines", "Blank lines follow.", note + "\n \n\t\r\n\n")
    yield case("blanks", "Blanks stand at the ends of lines.", note.replace("\n", " \t\n"))
    yield case("mark", "A byte order mark stands before it.", "\ufeff" + note)
    yield case(
        "utf-16",
        "A shell of Windows wrote it.",
        ("\ufeff" + note.replace("\n", "\r\n")).encode("utf-16-le"),
    )
    yield case("utf-16-be", "In the other order, too.", ("\ufeff" + note).encode("utf-16-be"))
    yield case(
        "utf-16-without-mark", "Without a mark it is none.", note.encode("utf-16-le"), "unreadable"
    )
    yield case("printed", "What a command printed around it.",
               f"level 2\n\n{note}\nexposure: 0 events\nkey: a+b+c\n")  # fmt: skip
    yield case("mail", "A mail, with words before it and behind.",
               f"From: m@example.org\n\nDear auditor,\n\n{note}\n-- \nM\u00fcller\n")  # fmt: skip
    yield case(
        "latin-1",
        "Other letters in it are no UTF-8.",
        b"M\xfcller\n\n" + note.encode() + b"\nM\xfcller\n",
    )
    yield case("two", "Two notes in one file: both count.", three + note)
    yield case("two-apart", "With something between.", f"{note}\nand before that\n\n{three}")
    yield case("two-and-wrong", "One of two is wrongly signed; the other counts.", note + three.replace("\n3\n", "\n4\n"),
               "bad-signature", covered=6)  # fmt: skip
    yield case("indented", "A note begins at the beginning of a line.", " " + note, "unreadable")
    yield case(
        "quoted",
        "Quoted lines are no note.",
        "".join(f"> {line}\n" for line in note.splitlines()),
        "unreadable",
    )
    yield case("blanks-before", "Blank lines may stand before it.", "\n\n" + note)
    yield case("lines-17", "The seventeenth signature line is no part of it.",
               note + "".join(map(stranger, range(16))))  # fmt: skip
    yield case("cut", "It is cut in its signature.", note[:-20] + "\n", "bad-signature")
    yield case(
        "wrapped",
        "A mail program broke its longest line.",
        note[:-30] + "\n" + note[-30:],
        "bad-signature",
    )
    yield case(
        "key",
        "It is a verifier key.",
        "mentoring.example.edu/log1+00cf2a9a+AW4CHCciJY0TR9JiRjy6zyh\n",
        "unreadable",
    )
    yield case("bytes", "It is no text at all.", bytes(range(256)), "unreadable")


def dated(*times: str | None) -> list[Event]:
    """Events that were recorded at these times; ``None`` is one without."""
    made: list[Event] = []
    for n, time in enumerate(times):
        salt = f"salt{n:012}".encode()
        state = b'{"_s":"%s","at":"%s","v":1}' % (salt, time.encode()) if time else b'{"v":1}'
        made.append((n + 1, "p:1", n + 1, "a.b", state))
    return made


def days(*given: str | None) -> list[Event]:
    """Events that were recorded at noon of these days."""
    return dated(*(day and day + NOON for day in given))


def recorded_times() -> Iterator[Case]:
    def case(
        name: str, says: str, rows: Sequence[Event], verdict: str, *faults: Any, **expect: Any
    ) -> Case:
        made = MadeLog(rows)
        told = {"faults": [list(f) for f in faults], "size": len(rows)} | expect
        return Case(f"time-{name}", says, bundle(made), verdict, [made.note()], expect=told)

    a, b, c = "2026-03-01", "2026-03-02", "2026-03-03"
    yield case("rising", "Recorded times rise.", days(a, b, c), "verified")
    yield case("same", "Or stay.", days(a, a, a), "verified")
    yield case("falling", "They never fall.", days(a, c, b), "changed", ("changed", 2, 3))
    yield case(
        "falling-once", "Only the first is told.", days(a, c, b, b, a), "changed", ("changed", 2, 3)
    )
    yield case("falling-a-little", "Not by a millionth of a second.",
               dated(f"{a}T12:00:00.000001Z", f"{a}T12:00:00.000000Z"), "changed", ("changed", 1, 2))  # fmt: skip
    yield case(
        "falling-behind-one-without",
        "Events without a time say nothing.",
        days(c, None, b),
        "changed",
        ("changed", 2, 3),
    )
    yield case("none", "None has a time.", days(None, None), "verified")
    yield case(
        "falling-in-years",
        "Nor by years.",
        days("2026-03-01", "0001-01-01"),
        "changed",
        ("changed", 1, 2),
    )
    for name, time in {
        "hour-24": f"{a}T24:00:00.000000Z", "minute-60": f"{a}T12:60:00.000000Z", "second-60": f"{a}T12:00:60.000000Z",
        "no-zone": f"{a}T12:00:00.000000+", "letters": "abcd-ef-ghT12:00:00.000000Z", "blank": f"{a} 12:00:00.000000Z",
        "short": f"{a}T12:00:00.00000Z", "comma": f"{a}T12:00:00,000000Z", "long": f"{a}T12:00:00.0000000Z",
    }.items():  # fmt: skip
        yield case(f"wrong-{name}", "What stands in its place is no time.", dated(f"{a}{NOON}", time), "changed",
                   ("changed", 1, 2), size=1)  # fmt: skip
    for name, state in {
        "longer-salt": b'{"_s":"salt0000000000000","at":"0000","v":1}', "other-member": b'{"_t":"salt000000000000","at":"0000"}',
        "other-place": b'{"_s":"salt000000000000","v":1,"at":"0000"}', "short": b'{"_s":"salt000000000000"}',
    }.items():  # fmt: skip
        rows = [*days(a), (2, "p:1", 2, "a.b", state)]
        yield case(f"elsewhere-{name}", "A state of another form has no time.", rows, "verified")
    made = MadeLog(days(a, c, b), [1, 3])
    withheld = listed(
        with_rows(
            made,
            lambda rows: rows[2].__setitem__(
                slice(5, 7), [None, sha256(made.events[2][4]).hexdigest()]
            ),
        ),
        states="withheld",
    )
    yield Case("time-falling-withheld", "A state that is not there has no time.", zipped(withheld), "verified",
               [made.note()], expect={"withheld": 1})  # fmt: skip
    yield Case("time-falling-in-a-file", "In an SQLite file, too.", database(made), "changed", [made.note()], suffix=".db",
               expect={"faults": [["changed", 2, 3]], "covered": 3})  # fmt: skip
    yield Case("time-falling-untold", "Free to check without any checkpoint.", bundle(made), "changed", [], [],
               expect={"faults": [["changed", 2, 3]]})  # fmt: skip


def received() -> Iterator[Case]:
    """Checkpoints with the day on which they were received."""
    made = MadeLog(days("2026-03-10", "2026-03-10", "2026-03-20", "2026-03-20"), [4])

    def case(
        name: str,
        says: str,
        day: str,
        verdict: str,
        *faults: Any,
        size: int = 2,
        log: MadeLog = made,
    ) -> Case:
        return Case(f"received-{name}", says, bundle(log), verdict, [], received=[(log.note(size), day)],
                    expect={"faults": [list(f) for f in faults], "covered": size})  # fmt: skip

    yield case("between", "Received between the two.", "2026-03-15", "verified")
    yield case("same-day", "On the day of the last that it covers.", "2026-03-10", "verified")
    yield case("day-before", "A day of slack before.", "2026-03-09", "verified")
    yield case(
        "two-days-before",
        "And no more: it covers what was recorded later.",
        "2026-03-08",
        "changed",
        ("changed", 1, 2),
    )
    yield case("long-before", "Nor long before.", "2026-01-08", "changed", ("changed", 1, 2))
    yield case(
        "first-day", "On the day of the first that it does not cover.", "2026-03-20", "verified"
    )
    yield case("day-after", "A day of slack after.", "2026-03-21", "verified")
    yield case(
        "two-days-after",
        "And no more: what it does not cover is said to be older.",
        "2026-03-22",
        "changed",
        ("changed", 2, 3),
    )
    yield case(
        "long-after",
        "Nor long after; the first is told.",
        "2027-03-22",
        "changed",
        ("changed", 2, 3),
    )
    yield case("all-covered", "It covers all.", "2027-03-22", "verified", size=4)
    midnight = MadeLog(dated("2026-03-11T23:59:59.999999Z", "2026-03-12T00:00:00.000000Z"), [2])
    yield case(
        "end-of-slack", "Until midnight (UTC).", "2026-03-10", "verified", size=1, log=midnight
    )
    yield case(
        "behind-slack",
        "From midnight on.",
        "2026-03-10",
        "changed",
        ("changed", 1, 2),
        size=2,
        log=midnight,
    )
    yield case(
        "begin-of-slack", "From midnight (UTC).", "2026-03-13", "verified", size=1, log=midnight
    )
    before = MadeLog(dated("2026-03-11T23:59:59.999999Z", "2026-03-11T23:59:59.999999Z"), [2])
    yield case(
        "before-slack",
        "Until midnight.",
        "2026-03-13",
        "changed",
        ("changed", 1, 2),
        size=1,
        log=before,
    )
    back = MadeLog(days("2026-03-10", "2026-03-20", "2026-03-12", "2026-03-12"), [4])
    yield case("fallen-too", "It fell, and below the day, too.", "2026-03-20", "changed", ("changed", 2, 3), ("changed", 2, 3),
               log=back)  # fmt: skip
    two = [(made.note(1), "2026-03-22"), (made.note(2), "2026-03-23")]
    yield Case("received-two", "Each of two that do not cover it.", bundle(made), "changed", [], received=two,
               expect={"faults": [["changed", 1, 2], ["changed", 2, 3]], "covered": 2})  # fmt: skip
    yield Case("received-not-fitting", "A note whose root does not fit dates nothing.",
               bundle(MadeLog(days("2026-03-10", "2026-03-11", "2026-03-20"), [])), "changed", [],
               received=[(made.note(2), "2026-03-22")], expect={"faults": [["changed", 0, None]]})  # fmt: skip
    yield Case("received-no-day", "It is no day: a wrong call.", bundle(made), "unreadable", [],
               received=[(made.note(2), "2026-03-32")])  # fmt: skip
    yield Case(
        "received-no-day-at-all",
        "Nor is this.",
        bundle(made),
        "unreadable",
        [],
        received=[(made.note(2), "yesterday")],
    )
    yield Case("received-beside", "One with a day, one without.", bundle(made), "verified", [made.note(4)],
               received=[(made.note(2), "2026-03-15")], expect={"covered": 4})  # fmt: skip


def seen_by_witnesses() -> Iterator[Case]:
    """The clock of a witness may be wrong: what does not fit it is a notice."""
    made = plain()
    day = 86_400

    def case(name: str, says: str, at: int, count: int) -> Case:
        log = came(made, [3, made.note(3)])
        return Case(f"seen-{name}", says, log, "verified", [seen(made.note(3), (SEEING, at))],
                    asked={"witnesses": [WITNESS], "now": AT + 900 * day}, expect={"faults": [], "notice_count": count})  # fmt: skip

    yield case("then", "Seen on the day after.", AT, 0)
    yield case("long-before", "Seen long before what it covers.", AT - 300 * day, 1)
    yield case("long-after", "Seen long after what it does not cover.", AT + 300 * day, 1)
    yield Case("seen-and-received", "The day that the auditor gives is the one that counts.", bundle(made), "changed", [],
               received=[(seen(made.note(3), (SEEING, AT)), "2026-12-24")],
               asked={"witnesses": [WITNESS], "now": AT + 60}, expect={"faults": [["changed", 3, 4]]})  # fmt: skip
