"""Where one step more or less decides: cases that verifiers with one fault answered as sound ones do."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from audit.made_logs import VKEY, MadeLog, events
from audit.vector_cases.calls import SECOND, WITNESS
from audit.vector_cases.case import (
    Case,
    Files,
    bundle,
    coded,
    database,
    files,
    lines,
    listed,
    packed,
    plain,
    state,
    with_rows,
    zipped,
)
from audit.vector_cases.ends import removal, sealed_as
from audit.vector_cases.held import days
from audit.vector_cases.notes import AT, OTHERS, came, seen, stranger
from audit.vector_cases.rows import edit
from audit.vectors import WITNESS as SEEING

ALL = 0xFFFFFFFF
"""It stands where a number is told in 64 bits instead."""
TIMES = struct.pack("<HHBL", 0x5455, 5, 1, 0)
"""An extra field as `zip` writes it: when a file was changed."""


def cases() -> Iterator[tuple[str, Case]]:
    """Each with its section."""
    for section, made in (
        ("1", calls()), ("2", archives()), ("2", damaged_archives()), ("2", manifests()), ("2", side_files()), ("3", came_along()), ("3", kept_files()),
        ("3", dates()), ("4", databases()), ("5", rows()),
        ("5", tiles()), ("5", odd_states()), ("6", removed()), ("7", values()),
    ):  # fmt: skip
        yield from ((section, case) for case in made)


def calls() -> Iterator[Case]:
    made = plain()
    log, note = bundle(made), made.note()
    told = {"verdicts": ["unreadable"], "fault_count": 1}
    yield Case("wrong-call-told", "A wrong call is one fault, of the verdict's word.", log, "unreadable", [note],
               [], expect=told)  # fmt: skip
    yield Case("wrong-key-told", "So is a key that is none.", log, "unreadable", [note], [VKEY[:-1]],
               expect=told)  # fmt: skip


def with_long(
    made: Files,
    long: Sequence[str],
    before: bytes = b"",
    *,
    record: int = 0x06064B50,
    script: bytes = b"",
) -> bytes:
    """A ZIP that tells some of its numbers in 64 bits (APPNOTE.TXT 4.3.14, 4.5.3).

    Args:
        made: The files.
        long: Which of ``size``, ``packed`` and ``offset``.
        before: Extra fields that stand before those numbers.
        record: The signature of the long record at the end.
        script: Bytes before all, which the offsets count.
    """
    short = zipped(made)
    count, length, start = struct.unpack("<10xHLL2x", short[-22:])
    directory = b""
    for member in zipfile.ZipFile(io.BytesIO(short)).infolist():
        name = member.filename.encode()
        told = {
            "size": member.file_size,
            "packed": member.compress_size,
            "offset": member.header_offset + len(script),
        }
        numbers = b"".join(struct.pack("<Q", told[what]) for what in told if what in long)
        extra = before + (struct.pack("<HH", 1, len(numbers)) + numbers if long else b"")
        size, pressed, offset = (ALL if what in long else n for what, n in told.items())
        head = struct.pack(
            "<LHHHHHHLLLHHHHHLL", 0x02014B50, 45, 45, 0, 8, 0, 33, member.CRC, pressed, size,
            len(name), len(extra), 0, 0, 0, 0o100644 << 16, offset,
        )  # fmt: skip
        directory += head + name + extra
    assert length
    start += len(script)
    end = struct.pack("<LQHHLLQQQQ", record, 44, 45, 45, 0, 0, count, count, len(directory), start)
    where = struct.pack("<LLQL", 0x07064B50, 0, start + len(directory), 1)
    last = struct.pack("<LHHHHLLH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, ALL, ALL, 0)
    return script + short[: start - len(script)] + directory + end + where + last


def archives() -> Iterator[Case]:
    made = plain()
    whole, note = files(made), made.note()
    every = ("size", "packed", "offset")

    def case(name: str, says: str, log: bytes, verdict: str = "verified") -> Case:
        return Case(f"zip-long-{name}", says, log, verdict, [note])

    yield case("behind-times", "Another extra field stands before the long numbers.",
               with_long(whole, every, TIMES))  # fmt: skip
    yield case("behind-two", "So do two.", with_long(whole, every, TIMES + TIMES))
    for what in every:
        yield case(f"{what}-only", "Only what is too long for its place stands there.",
                   with_long(whole, [what]))  # fmt: skip
    yield case("without-record", "The long record is not where it is said to be.",
               with_long(whole, every, record=0), "unreadable")  # fmt: skip


def damaged_archives() -> Iterator[Case]:
    made = plain()
    whole, note = files(made), made.note()
    yield Case("nothing-told-once", "Where nothing can be read, one fault says so.", b"", "unreadable", [note],
               expect={"covered": 0, "fault_count": 1, "notice_count": 0})  # fmt: skip
    yield Case("nothing-reported", "And the report says nothing of it.", b"", "unreadable", [note],
               expect={"size": 0, "position": 0, "covered": 0, "covered_position": 0, "signed": 0, "withheld": 0, "gaps": 0,
                       "cosigned": None, "redacted": [], "opened": []})  # fmt: skip
    stored = zipped(whole, how=zipfile.ZIP_STORED)
    at = stored.index(b'"pairing.meeting-held"')
    yield Case("damaged-events-told-once", "Events that cannot be read are one fault.", stored[:at] + b"'" + stored[at + 1 :],
               "unreadable", [note], expect={"covered": 0, "fault_count": 1, "notice_count": 0})  # fmt: skip
    yield Case("litter-told", "What is left out is told.", zipped(whole | {".DS_Store": b"x", "tiles/Thumbs.db": b"x"}),
               "verified", [note], expect={"notice_count": 2, "faults": []})  # fmt: skip
    beside = listed(whole | {"schema/a": b"some text " * 9, "schema/b": bytes(range(256))})
    sound = zipped(beside)
    told = zipfile.ZipFile(io.BytesIO(sound)).getinfo("schema/a")
    local, start = told.header_offset, struct.unpack("<L", sound[-6:-2])[0]
    entry = sound.rindex(b"PK\1\2", 0, sound.rindex(b"schema/a"))
    data = local + 30 + len("schema/a")

    def put(place: int, form: str, value: int, whole: bytes = sound) -> bytes:
        return whole[:place] + struct.pack(form, value) + whole[place + struct.calcsize(form) :]

    def case(name: str, says: str, log: bytes, covered: int, verdict: str = "unreadable") -> Case:
        words = [] if verdict == "verified" else [verdict]
        return Case(f"zip-{name}", says, log, verdict, [note], expect={"covered": covered, "verdicts": words})  # fmt: skip

    yield case("member-no-deflate", "What a member holds was not deflated: the rest is read.",
               put(data, "<B", 0xFF), 6)  # fmt: skip
    yield case("member-longer-than-told", "A member unpacks to more than is told.",
               put(entry + 24, "<L", told.file_size - 9), 6)  # fmt: skip
    yield case(
        "member-without-head", "A member does not begin as one does.", put(local, "<L", 0), 6
    )
    yield case(
        "member-nowhere",
        "A member is said to be behind the end.",
        put(entry + 42, "<L", len(sound)),
        6,
    )
    yield case(
        "end-without-head", "Its end does not begin as one does.", put(len(sound) - 22, "<L", 0), 0
    )
    for method in (1, 9):
        yield case(f"member-method-{method}", "One member is neither stored nor deflated: nothing is read.",
                   put(entry + 10, "<H", method), 0)  # fmt: skip
    yield case("directory-length-more", "The directory is said to be longer than it is.",
               put(len(sound) - 10, "<L", len(sound) - 22 - start + 1), 0)  # fmt: skip
    yield case(
        "directory-length-less",
        "Or shorter.",
        put(len(sound) - 10, "<L", len(sound) - 22 - start - 1),
        0,
    )
    yield case("directory-without-head", "A part of the directory does not begin as one does.",
               put(entry, "<L", 0), 0)  # fmt: skip
    yield case("before-adjusted", "Something stands before it, and all offsets say so.",
               with_long(beside, (), script=b"#!/bin/sh\n"), 0)  # fmt: skip
    yield case("extra-of-three-bytes", "Less than a field stands where extra fields do.",
               with_long(whole, (), bytes(3)), 6, "verified")  # fmt: skip


def manifests() -> Iterator[Case]:
    made = plain()
    whole, note = files(made), made.note()
    manifest: dict[str, Any] = json.loads(whole["manifest.json"])

    def case(name: str, says: str, told: Any, verdict: str, **expect: Any) -> Case:
        text = told if isinstance(told, bytes) else packed(told)
        log = zipped(whole | {"manifest.json": text})
        return Case(f"manifest-{name}", says, log, verdict, [note], expect=expect)

    for member in ("format", "log_id"):
        rest = {name: value for name, value in manifest.items() if name != member}
        yield case(f"without-{member}-covers-nothing", "Without it nothing of the events can be read.", rest,
                   "unreadable", size=0, covered=0, signed=0, position=0)  # fmt: skip
    wrong = b',"size":7,"size":7}'
    rest = {name: value for name, value in manifest.items() if name != "size"}
    yield case("size-twice-and-wrong", "What stands there twice counts as not stated.", packed(rest)[:-1] + wrong,
               "unreadable", covered=6, verdicts=["unreadable"])  # fmt: skip
    named = packed(manifest)[:-1] + b',"log_id":' + packed(manifest["log_id"]) + b"}"
    yield case(
        "log_id-twice-covers-nothing", "The log's id, too.", named, "unreadable", covered=0, size=0
    )
    yield case("colon-for-a-comma", "Members are parted by commas.", packed(manifest).replace(b',"size"', b':"size"'),
               "unreadable", covered=0)  # fmt: skip
    largest = 2**63 - 1
    said = {"covered": 6, "verdicts": ["changed"]}
    yield case("size-largest", "A size of 2^63 - 1 is written as it must be.", manifest | {"size": largest},
               "changed", **said)  # fmt: skip
    sizes = {name: [largest, digest] for name, (_, digest) in manifest["files"].items()}
    yield case(
        "file-size-largest", "So is that of a file.", manifest | {"files": sizes}, "changed", **said
    )


def came_along() -> Iterator[Case]:
    made, other = plain(), MadeLog(events(6, first=2), signer=SECOND)
    yield Case("came-another-key-other-root", "One that an unknown key signed is left out, whatever it says.",
               came(made, [6, other.note()]), "verified", [made.note()],
               expect={"faults": [], "notice_count": 1, "covered": 6})  # fmt: skip
    long = seen(made.note(3), (SEEING, AT), (OTHERS[0], AT + 300 * 86_400))
    yield Case("seen-first-by-one", "It was seen on the day of the earliest.", bundle(made), "verified", [long],
               asked={"witnesses": [WITNESS, str(OTHERS[0].key)], "now": AT + 900 * 86_400},
               expect={"faults": [], "notice_count": 0})  # fmt: skip
    few = seen(made.note(), (SEEING, AT - 300 * 86_400))
    sixteenth = made.note().replace("\n\n", "\n\n" + "".join(map(stranger, range(15)))) + stranger(
        99
    )
    yield Case("came-signed-in-line-16", "The sixteenth line counts, and the seventeenth is cut off.",
               came(made, [6, sixteenth]), "unanchored", [], expect={"signed": 6, "faults": []})  # fmt: skip
    yield Case("seen-by-too-few", "What fewer witnesses than the quorum saw was seen on no day.", bundle(made), "unanchored",
               [few], asked={"witnesses": [WITNESS, str(OTHERS[0].key)], "quorum": 2, "now": AT},
               expect={"faults": [], "notice_count": 0, "cosigned": None})  # fmt: skip
    twelve, rival = MadeLog(events(12), [8]), MadeLog(events(12, first=2))
    yield Case("fork-between-two", "The smallest that does not fit is the one: a larger signed one fits.", bundle(twelve),
               "fork", [rival.note(4), rival.note()], expect={"signed": 8, "faults": [["fork", 0, None]]})  # fmt: skip


def side_files() -> Iterator[Case]:
    made = plain()
    whole, note = files(made), made.note()
    torn = whole | {"checkpoints.jsonl": whole["checkpoints.jsonl"] + b"[6"}
    yield Case("checkpoints-without-line-end", "The last line has an end, too; the others count.", zipped(listed(torn)),
               "bad-signature", [note], expect={"covered": 6, "verdicts": ["bad-signature"], "fault_count": 1})  # fmt: skip


def kept_files() -> Iterator[Case]:
    made = plain(sizes=[3, 6])
    log, note = bundle(made), made.note()
    for name, says, text, count in (
        ("exactly", "It is a note and no more.", note, 0),
        ("two-exactly", "Or two.", made.note(3) + note, 0),
        ("not-exactly", "It is told that it is more than a note.", f"Dear auditor,\n\n{note}", 1),
        ("with-mark", "And that a mark stands before it.", "\ufeff" + note, 1),
        ("otherwise", "And that it was written otherwise.", note.replace("\n", "\r\n"), 1),
    ):
        yield Case(
            f"kept-{name}",
            says,
            log,
            "verified",
            [text],
            expect={"covered": 6, "notice_count": count},
        )


def databases() -> Iterator[Case]:
    rows = events(6)
    digest = sha256(rows[2][4]).digest()
    made = MadeLog([*rows, removal([3, digest.hex(), "e30="])], removed={3: b"{}"})
    log = database(plain(), "DROP TABLE audit_redacted")
    yield Case("file-no-redacted", "What was removed is not told: the rest is read.", log, "unreadable", [plain().note()],
               suffix=".db", expect={"covered": 6, "verdicts": ["unreadable"]})  # fmt: skip
    log = database(plain(), "DROP TABLE audit_checkpoint")
    yield Case("file-no-checkpoints", "Those that came along cannot be read: the rest is.", log, "unreadable",
               [plain().note()], suffix=".db", expect={"covered": 6, "verdicts": ["unreadable"]})  # fmt: skip
    listing = ("INSERT INTO audit_redacted VALUES (99, ?, NULL)", [bytes(32)])
    log = database(plain(), "CREATE VIEW v AS SELECT 1", listing)
    yield Case("file-view-and-listed", "Beside a view what came along is no notice.", log, "changed", [plain().note()],
               suffix=".db", expect={"covered": 6, "verdicts": ["changed", "schema"]})  # fmt: skip
    named = MadeLog([(1, "import:1", 1, "import.started", packed({"mapping_digest": "00" * 32}))])
    yield Case("file-import-named", "An SQLite file holds no texts of mappings.", database(named), "verified", [named.note()],
               suffix=".db", expect={"covered": 1, "notice_count": 0})  # fmt: skip
    spoilt = database(
        plain(sizes=[3, 6]), "UPDATE audit_checkpoint SET note = CAST(x'ff' AS TEXT) WHERE size = 3"
    )
    yield Case("file-note-not-utf-8", "A checkpoint is no UTF-8: the others count.", spoilt, "bad-signature", [],
               suffix=".db", expect={"signed": 6, "verdicts": ["bad-signature"]})  # fmt: skip
    empty = MadeLog([*rows, removal([3, digest.hex(), ""])], removed={3: b""})
    for name, log, suffix in (("", bundle(empty), ".zip"), ("file-", database(empty), ".db")):
        yield Case(f"{name}removed-to-nothing", "Nothing may be left, as no byte, which is not null.", log, "verified",
                   [empty.note()], suffix=suffix, expect={"redacted": [3], "faults": []})  # fmt: skip
    for name, cut in (("short", digest[:31]), ("long", digest + b"\0")):
        log = database(made, ("UPDATE audit_redacted SET state_digest = ?", [cut]))
        yield Case(f"file-removed-digest-{name}", "A digest has 32 bytes: the pass ends there.", log, "changed",
                   [made.note()], suffix=".db", expect={"size": 2, "index": 2})  # fmt: skip


def dates() -> Iterator[Case]:
    made = MadeLog(days("2026-03-10", "2026-03-20"))

    def case(name: str, says: str, day: str, verdict: str, *faults: Any, size: int = 2) -> Case:
        return Case(f"received-{name}", says, bundle(made), verdict, [], received=[(made.note(size), day)],
                    expect={"faults": [list(f) for f in faults], "covered": size})  # fmt: skip

    yield case("last-day", "The last day there is.", "9999-12-31", "verified")
    yield case("last-day-later", "And something that is said to be older.", "9999-12-31", "changed",
               ("changed", 1, 2), size=1)  # fmt: skip
    yield case(
        "first-day-there-is", "The first day there is.", "0001-01-01", "changed", ("changed", 1, 2)
    )
    again = MadeLog(days("2026-03-10", "2026-03-20", "2026-03-12", "2026-03-20", "2026-03-12"))
    yield Case("time-falling-again", "Only the first is told, whatever comes between.", bundle(again), "changed", [again.note()],
               expect={"faults": [["changed", 2, 3]]})  # fmt: skip
    three = MadeLog(days("2026-03-10", "2026-03-11", "2026-03-20"))
    yield Case("received-two-of-which-one-fits", "One of two fits, and the other does not.", bundle(three), "changed", [],
               received=[(three.note(1), "2026-03-12"), (three.note(2), "2026-03-25")],
               expect={"faults": [["changed", 2, 3]], "covered": 2})  # fmt: skip
    equal = MadeLog(days("2026-03-10", "2026-03-10", "2026-03-09"))
    yield Case("time-falling-behind-a-note", "A checkpoint that somebody dates does not hide it.", bundle(equal), "changed", [],
               received=[(equal.note(1), "2026-03-10")], expect={"faults": [["changed", 2, 3]], "event": ["p:1", 3]})  # fmt: skip
    back = MadeLog(days("2026-03-10", "2026-03-20", "2026-03-12"))
    yield Case("received-before-the-latest", "The latest of what it covers need not be the last.", bundle(back), "changed", [],
               received=[(back.note(), "2026-03-15")],
               expect={"faults": [["changed", 2, 3], ["changed", 2, 3]]})  # fmt: skip
    for day in ("0000-12-31", "2026-3-15", "2026-03-15T12:00:00"):
        yield Case(f"received-{day.replace(':', '-')}", "It is no day as days are written: a wrong call.", bundle(made),
                   "unreadable", [], received=[(made.note(), day)], expect={"verdicts": ["unreadable"]})  # fmt: skip


def rows() -> Iterator[Case]:
    made = plain(8, sizes=[2, 8])
    colon = with_rows(made, lambda rows: rows.__setitem__(3, b'[3:4,"p:9",1,"a.b","e30=",null]'))
    yield Case("row-colon-for-a-comma", "Parts are parted by commas.", zipped(colon), "changed", [made.note()],
               expect={"size": 3, "index": 3, "event": [None, None]})  # fmt: skip
    for kind, log in (
        ("", zipped(with_rows(made, edit(3, name="x.y")))),
        ("file-", database(made, "UPDATE stored_events SET topic = 'x.y' WHERE rowid = 4")),
    ):
        yield Case(f"{kind}event-named", "An event is named by stream and version, too.", log, "changed", [made.note()],
                   suffix=".db" if kind else ".zip",
                   expect={"faults": [["changed", 3, 4]], "event": [made.events[3][1], made.events[3][2]]})  # fmt: skip
    for name, stream, topic in (("stream", "p", "a.b"), ("name", "p:9", "a")):
        made = MadeLog([*events(2), (9, stream, 1, topic, b"{}")])
        yield Case(f"limit-{name}-byte", "One byte is enough.", bundle(made), "verified", [made.note()],
                   expect={"covered": 3})  # fmt: skip


def tiles() -> Iterator[Case]:
    """Which tile is a full one."""
    for count in (255, 256, 257):
        short = [(p, "p:1", p, "a.b", b"%d" % p) for p in range(1, count + 1)]
        made = MadeLog(short)
        for place in (0, count - 1):
            log = zipped(with_rows(made, edit(place, name="x.y")))
            yield Case(f"tiles-of-{count}-altered-{place}", "The tile that tells it is found.", log, "changed", [made.note()],
                       expect={"faults": [["changed", place, place + 1]]})  # fmt: skip
    one = MadeLog(events(1))
    altered = with_rows(one, edit(0, name="x.y"))
    manifest = json.loads(altered["manifest.json"])
    del manifest["size"]
    log = zipped(altered | {"manifest.json": packed(manifest)})
    yield Case("tiles-of-no-size", "Which tiles there are follows from the size: where it is not stated, a range is named.",
               log, "changed", [one.note()], expect={"faults": [["changed", 0, None]]})  # fmt: skip


def values() -> Iterator[Case]:
    context, key, value = sealed_as(bytes(64))
    for name, blob in (("short", value[:9]), ("nothing", value[:6]), ("empty", b"")):
        stored = packed({"d": {"text": {"_e": coded(blob)}}})
        made = MadeLog([(1, "p:1", 1, "a.b", stored)])
        told = lines([[1, "text", context.hex(), key.hex()]])
        yield Case(f"sealed-cut-{name}", "It is cut far too short: the key opens nothing.",
                   zipped(listed(files(made) | {"disclosed.jsonl": told})), "changed", [made.note()],
                   expect={"opened": [], "faults": [["changed", 0, 1]]})  # fmt: skip
    for size in (0, 32, 36):
        context, key, value = sealed_as(bytes(size))
        stored = packed({"d": {"text": {"_e": coded(value)}}})
        made = MadeLog([(1, "p:1", 1, "a.b", stored)])
        told = lines([[1, "text", context.hex(), key.hex()]])
        yield Case(f"sealed-zeros-{size}", "What it opens is no JSON, and too short for any.",
                   zipped(listed(files(made) | {"disclosed.jsonl": told})), "changed", [made.note()],
                   expect={"opened": [], "faults": [["changed", 0, 1]]})  # fmt: skip


def odd_states() -> Iterator[Case]:
    """States of the events that are read, in which what is read is missing, or something else."""
    for name, topic, fields in (
        ("challenge-without-nonce", "audit.challenged", {}), ("challenge-of-a-list", "audit.challenged", {"nonce": [1]}),
        ("challenge-of-an-object", "audit.challenged", {"nonce": {"a": 1}}), ("removal-without-items", "audit.state-redacted", {}),
        ("removal-of-none", "audit.state-redacted", {"items": []}), ("import-without-digest", "import.started", {}),
        ("import-of-null", "import.started", {"mapping_digest": None}), ("import-of-nothing", "import.started", {"mapping_digest": ""}),
    ):  # fmt: skip
        made = MadeLog([*events(2), (3, "x:1", 1, topic, state(9, **fields))])
        for kind, log in (("", bundle(made)), ("file-", database(made))):
            yield Case(f"{kind}{name}", "It says nothing, and that is no fault.", log, "verified", [made.note()],
                       suffix=".db" if kind else ".zip", expect={"covered": 3, "faults": [], "notice_count": 0})  # fmt: skip
    for name, items in (("object", {}), ("text", ""), ("number", 5), ("false", False)):
        made = MadeLog([*events(2), (3, "x:1", 1, "audit.state-redacted", state(9, items=items))])
        yield Case(f"removal-of-{name}", "What is removed is told in a list.", bundle(made), "changed", [made.note()],
                   expect={"size": 2, "index": 2})  # fmt: skip
    both = MadeLog(events(12, first=2))
    made = MadeLog(events(12), [4])
    tile = next(name for name in files(both) if name.startswith("tiles/tile/0"))
    log = zipped(listed(files(made) | {tile: files(both)[tile]}))
    yield Case("hints-of-a-fork", "The first that differs is looked for behind what fitted.", log, "changed", [both.note()],
               expect={"signed": 4, "faults": [["changed", 4, 5]]})  # fmt: skip


def removed() -> Iterator[Case]:
    wrong = [3, "00" * 32, "e30="]
    made = MadeLog([*events(6), removal(wrong)], removed={3: b"{}"})
    log = zipped(listed(files(made) | {"redacted.jsonl": lines([wrong])}))
    yield Case("removed-other-digest-in-both", "The digest is the one that was hashed.", log, "changed", [made.note()],
               expect={"faults": [["changed", 2, 3]]})  # fmt: skip
    gap = MadeLog(events(6, gap_after=2), [4])
    yield Case("whole-report", "What the report says of a log.", bundle(gap), "verified", [gap.note(3)],
               expect={"log_id": gap.log_id.hex(), "size": 6, "position": 7, "covered": 3, "covered_position": 3, "signed": 4,
                       "cosigned": None, "withheld": 0, "opened": [], "redacted": [], "gaps": 1, "faults": [],
                       "notice_count": 0})  # fmt: skip
    yield Case("whole-report-behind-a-gap", "Covered is told as a size, and as a position.", bundle(gap), "verified",
               [gap.note(5)], expect={"covered": 5, "covered_position": 6})  # fmt: skip
