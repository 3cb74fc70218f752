"""The pass over the events: rows, leaves, the tree, and the first bad event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from audit.made_logs import MadeLog, events
from audit.vector_cases.case import (
    Case,
    bundle,
    coded,
    files,
    listed,
    plain,
    state,
    with_rows,
    zipped,
)

NEW = [4, "p:9", 1, "a.b", coded(b"{}"), None]


def cases() -> Iterator[Case]:
    yield from single_rows()
    yield from limits()
    yield from altered()
    yield from without_help()
    yield from in_tiles()
    yield from streams()


def put(place: int, row: Any) -> Callable[[list[Any]], object]:
    def change(rows: list[Any]) -> None:
        rows[place] = row

    return change


def edit(place: int, **parts: Any) -> Callable[[list[Any]], object]:
    names = ("index", "position", "stream", "version", "name", "coded", "digest")

    def change(rows: list[Any]) -> None:
        for name, value in parts.items():
            rows[place][names.index(name)] = value

    return change


def single_rows() -> Iterator[Case]:
    """A row that cannot be right is named by its index, and ends the pass."""
    made = plain(8, sizes=[2, 8])
    held = [made.note()]

    def case(name: str, says: str, change: Callable[[list[Any]], object]) -> Case:
        return Case(f"row-{name}", says, zipped(with_rows(made, change)), "changed", held,
                    expect={"size": 3, "signed": 2, "covered": 0, "index": 3})  # fmt: skip

    digest = sha256(b"{}").hexdigest()
    for name, says, parts in (
        ("index-next", "An index is left out.", {"index": 4}),
        ("index-before", "An index stands twice.", {"index": 2}),
        ("index-text", "An index is a number.", {"index": "3"}),
        ("index-fraction", "It is a whole number.", {"index": 3.0}),
        ("index-null", "It is there.", {"index": None}),
        ("position-text", "So is a position.", {"position": "4"}),
        ("position-fraction", "It is a whole number.", {"position": 4.0}),
        ("position-true", "And no boolean.", {"position": True}),
        ("position-null", "It is there.", {"position": None}),
        ("position-0", "It is at least 1.", {"position": 0}),
        ("position-negative", "It is not negative.", {"position": -4}),
        ("position-same", "It rises.", {"position": 3}),
        ("position-falls", "It does not fall.", {"position": 2}),
        ("position-above", "It is at most 2^63 - 1.", {"position": 2**63}),
        ("position-huge", "Nor is it 2^64 more.", {"position": 2**64 + 4}),
        ("version-text", "A version is a number.", {"version": "1"}),
        ("version-fraction", "It is a whole number.", {"version": 1.0}),
        ("version-true", "And no boolean.", {"version": True}),
        ("version-negative", "It is not negative.", {"version": -1}),
        ("version-above", "It is at most 2^63 - 1.", {"version": 2**63}),
        ("stream-empty", "A stream has a name.", {"stream": ""}),
        ("stream-256", "Of at most 255 bytes.", {"stream": "s" * 256}),
        ("stream-256-bytes", "Bytes count, not characters.", {"stream": "\u00e4" * 128}),
        ("stream-nul", "Without U+0000.", {"stream": "p:\0"}),
        ("stream-number", "It is a text.", {"stream": 7}),
        ("stream-null", "It is there.", {"stream": None}),
        ("name-empty", "An event has a name.", {"name": ""}),
        ("name-1025", "Of at most 1024 bytes.", {"name": "n" * 1025}),
        ("name-nul", "Without U+0000.", {"name": "a\0b"}),
        ("name-list", "It is a text.", {"name": []}),
        ("state-padding", "Base64 has its padding.", {"coded": "e30"}),
        ("state-spare-bits", "And is canonical.", {"coded": "e31="}),
        ("state-line-end", "Without white space.", {"coded": "e3\n0="}),
        ("state-url", "In the standard alphabet.", {"coded": "-_8="}),
        ("state-empty", "An empty state is none.", {"coded": ""}),
        ("state-number", "It is a text.", {"coded": 5}),
        ("state-object", "It is a text.", {"coded": {}}),
        ("both", "A state or its digest.", {"digest": digest}),
        ("neither", "One of the two.", {"coded": None}),
        ("empty-and-digest", "An empty state is none, with a digest, too.", {"coded": "", "digest": digest}),
        ("digest-short", "A digest has 32 bytes.", {"coded": None, "digest": digest[:-2]}),
        ("digest-long", "And no more.", {"coded": None, "digest": digest + "00"}),
        ("digest-odd", "Hex comes in pairs.", {"coded": None, "digest": digest[:-1]}),
        ("digest-capitals", "Hex is lower case.", {"coded": None, "digest": digest.upper()}),
        ("digest-blank", "And has no blanks.", {"coded": None, "digest": f"{digest[:2]} {digest[2:]}"}),
        ("digest-number", "It is a text.", {"coded": None, "digest": 5}),
    ):  # fmt: skip
        yield case(name, says, edit(3, **parts))
    for name, says, row in (
        ("six", "A row has seven parts.", [3, *NEW[:5]]),
        ("eight", "And no more.", [3, *NEW, None]),
        ("object", "It is a list.", {"3": 4}),
        ("number", "It is a list.", 3),
        ("text", "It is a list.", "abcdefg"),
        ("null", "It is a list.", None),
        ("blank", "It is not empty.", b""),
        ("cut", "It is JSON.", b"[3,4"),
        ("two", "One value a line.", b"[3][4]"),
        ("nan", "NaN is no JSON.", b'[3,NaN,"p:9",1,"a.b","e30=",null]'),
        ("leading-zero", "Nor is 04.", b'[3,04,"p:9",1,"a.b","e30=",null]'),
        ("plus", "Nor is +4.", b'[3,+4,"p:9",1,"a.b","e30=",null]'),
        ("exponent", "4e0 is no whole number.", b'[3,4e0,"p:9",1,"a.b","e30=",null]'),
        ("no-comma", "Commas stand between.", b'[3 4,"p:9",1,"a.b","e30=",null]'),
        ("quotes", "Nor are single quotes.", b"[3,4,'p:9',1,'a.b','e30=',null]"),
        ("comma", "Nor is a comma at the end.", b'[3,4,"p:9",1,"a.b","e30=",null,]'),
        ("control", "Nor is a control character in a text.", b'[3,4,"p:\t9",1,"a.b","e30=",null]'),
        ("surrogate", "A lone surrogate is no character.", b'[3,4,"\\ud800",1,"a.b","e30=",null]'),
        ("surrogate-name", "Not in a name either.", b'[3,4,"p:9",1,"a\\udfff","e30=",null]'),
        ("not-utf-8", "A line is UTF-8.", b'[3,4,"\xff",1,"a.b","e30=",null]'),
        (
            "utf-8-surrogate",
            "Strictly: without surrogates.",
            b'[3,4,"\xed\xa0\x80",1,"a.b","e30=",null]',
        ),
        ("utf-8-overlong", "And in the shortest form.", b'[3,4,"\xc1\x81",1,"a.b","e30=",null]'),
        (
            "mark",
            "No byte order mark stands before it.",
            b'\xef\xbb\xbf[3,4,"p:9",1,"a.b","e30=",null]',
        ),
        ("deep", "However deep it is nested.", b"[" * 100_000),
    ):
        yield case(name, says, put(3, row))
    whole = files(made)
    text = whole["events-000000.jsonl"]
    yield Case("row-without-line-end", "The last line ends with LF, too.",
               zipped(listed(whole | {"events-000000.jsonl": text[:-1]})), "changed", held,
               expect={"size": 7, "index": 7})  # fmt: skip
    yield Case("row-blank-at-the-end", "An empty line is no event.",
               zipped(listed(whole | {"events-000000.jsonl": text + b"\n"})), "changed", held,
               expect={"size": 8, "covered": 8, "index": 8})  # fmt: skip
    yield Case("row-spaced", "White space in JSON is no matter.",
               zipped(listed(whole | {"events-000000.jsonl": text.replace(b",", b" ,\t").replace(b"]\n", b"]\r\n")})),
               "verified", held)  # fmt: skip
    yield Case("row-escaped", "Nor are escapes.",
               zipped(listed(whole | {"events-000000.jsonl": text.replace(b"pairing:", b"p\\u0061iring\\u003A")})),
               "verified", held)  # fmt: skip
    # The index 1 is not true, and the version 0 not false.
    yield Case("row-index-true", "A boolean is no number.", zipped(with_rows(made, edit(1, index=True))),
               "changed", held, expect={"size": 1, "index": 1})  # fmt: skip
    yield Case("row-index-false", "Nor is the other.", zipped(with_rows(made, edit(0, index=False))),
               "changed", held, expect={"size": 0, "index": 0})  # fmt: skip


def limits() -> Iterator[Case]:
    """Everything that an event may just be."""
    for name, says, row in (
        ("position", "The largest position.", (2**63 - 1, "p:9", 1, "a.b", b"{}")),
        ("version", "The largest version.", (9, "p:9", 2**63 - 1, "a.b", b"{}")),
        ("version-0", "The smallest version.", (9, "p:9", 0, "a.b", b"{}")),
        ("stream", "The longest stream.", (9, "s" * 255, 1, "a.b", b"{}")),
        (
            "stream-bytes",
            "255 bytes, in 128 characters.",
            (9, "\u00e4" * 127 + "s", 1, "a.b", b"{}"),
        ),
        ("name", "The longest name.", (9, "p:9", 1, "n" * 1024, b"{}")),
        (
            "unicode",
            "Any other character.",
            (9, "\U0001f600\u0001\ufeff", 1, "\uffff\u2028", b"{}"),
        ),
        ("decomposed", "Texts are not normalised.", (9, "a\u0308", 1, "\u1e9e", b"{}")),
        ("state", "A state is bytes, and is not parsed.", (9, "p:9", 1, "a.b", bytes(range(256)))),
        ("state-byte", "One byte is a state.", (9, "p:9", 1, "a.b", b"\0")),
        (
            "beyond-53-bits",
            "Numbers keep all their digits.",
            (2**53 + 1, "p:9", 2**53 + 1, "a.b", b"{}"),
        ),
    ):
        made = MadeLog([*events(2), row])
        yield Case(f"limit-{name}", says, bundle(made), "verified", [made.note()],
                   expect={"covered": 3, "position": row[0], "gaps": row[0] - 3})  # fmt: skip
    below = MadeLog([*events(2), (2**53, "p:9", 1, "a.b", b"{}")])
    beside = MadeLog([*events(2), (2**53 + 1, "p:9", 1, "a.b", b"{}")])
    yield Case("beyond-53-bits-other", "Two neighbours that a number of 53 bits takes for one.", bundle(below),
               "fork", [beside.note()])  # fmt: skip


def altered() -> Iterator[Case]:
    """What was done to a signed log, and what is named."""
    made = MadeLog(events(12, gap_after=3), [4, 8, 12])
    held = [made.note()]

    def case(
        name: str,
        says: str,
        change: Callable[[list[Any]], object],
        verdict: str,
        *fault: Any,
        **more: Any,
    ) -> Case:
        expect = {"faults": [[verdict, *fault]], "covered": 0} | more
        return Case(
            f"altered-{name}", says, zipped(with_rows(made, change)), verdict, held, expect=expect
        )

    yield case(
        "state", "A state.", edit(5, coded=coded(state(7, minutes=999))), "changed", 5, 7, signed=4
    )
    yield case("stream", "A stream.", edit(5, stream="pairing:9"), "changed", 5, 7)
    yield case("version", "A version.", edit(5, version=77), "changed", 5, 7)
    yield case("name", "A name.", edit(5, name="pairing.formed"), "changed", 5, 7)
    yield case("position", "A position, moved into a gap.", edit(4, position=5), "changed", 4, 5)
    yield case("first", "The first event.", edit(0, name="x.y"), "changed", 0, 1, signed=0)
    yield case("last", "The last event.", edit(11, name="x.y"), "changed", 11, 13, signed=8)
    yield case(
        "at-a-note",
        "The last event under the first checkpoint.",
        edit(3, name="x.y"),
        "changed",
        3,
        4,
        signed=0,
    )
    yield case(
        "after-a-note", "The first event behind it.", edit(4, name="x.y"), "changed", 4, 6, signed=4
    )
    yield case(
        "digest",
        "A digest in place of another state.",
        edit(5, coded=None, digest="ab" * 32),
        "changed",
        5,
        7,
    )

    def without(place: int) -> Callable[[list[Any]], object]:
        def change(rows: list[Any]) -> None:
            del rows[place]
            for n, row in enumerate(rows):
                row[0] = n

        return change

    def with_new(place: int, *row: Any) -> Callable[[list[Any]], object]:
        def change(rows: list[Any]) -> None:
            rows.insert(place, [0, *row])
            for n, other in enumerate(rows):
                other[0] = n

        return change

    yield case("deleted", "An event is missing.", without(5), "changed", 5, 8)
    yield case("deleted-last", "The last one is missing.", without(11), "truncated", 11, None)
    yield case(
        "inserted",
        "An event that does not belong, in a gap.",
        with_new(4, 5, *NEW[1:]),
        "changed",
        4,
        5,
    )

    def exchanged(rows: list[Any]) -> None:
        rows[5][2:], rows[6][2:] = rows[6][2:], rows[5][2:]

    yield case("exchanged", "Two events are exchanged.", exchanged, "changed", 5, 7)

    def cut(rows: list[Any]) -> None:
        del rows[9:]

    yield case("cut", "The newest events are missing.", cut, "truncated", 9, None, signed=8)

    def emptied(rows: list[Any]) -> None:
        rows.clear()

    yield case("emptied", "All are missing.", emptied, "truncated", 0, None, size=0)
    grown = MadeLog([*made.events, (14, "p:9", 1, "a.b", b"{}")], [12])
    yield Case("tail", "An unsigned tail is no fault.", bundle(grown), "verified", held,
               expect={"covered": 12, "signed": 12, "size": 13})  # fmt: skip
    old = [made.note(4)]
    yield Case("rewritten-behind", "What no held checkpoint covers is at the operator's mercy.",
               bundle(MadeLog([*made.events[:6], (8, *made.events[6][1:4], b"{}")], [4, 7])), "verified", old,
               expect={"covered": 4, "signed": 7})  # fmt: skip
    two = [made.note(4), made.note(12)]
    yield Case("altered-between", "One held checkpoint fits, the next does not.",
               zipped(with_rows(made, edit(5, name="x.y"))), "changed", two,
               expect={"covered": 4, "faults": [["changed", 5, 7]]})  # fmt: skip
    yield Case("altered-twice", "The first of two is named.",
               zipped(with_rows(made, lambda rows: (edit(5, name="x.y")(rows), edit(9, name="x.y")(rows)))), "changed", held,
               expect={"faults": [["changed", 5, 7]]})  # fmt: skip


def without_help() -> Iterator[Case]:
    """Tiles are hints: without them, or with such as are no evidence, a range is named."""
    made = MadeLog(events(12), [4, 8, 12])
    held = [made.note()]
    whole = with_rows(made, edit(6, name="x.y"))
    bare = {n: d for n, d in whole.items() if not n.startswith("tiles/")}
    tile = next(n for n in whole if n.startswith("tiles/tile/0"))
    hashes = whole[tile]
    for name, says, log in (
        ("missing", "They are not there.", bare),
        (
            "other",
            "They are those of the altered log.",
            bare
            | {
                tile: b"".join(
                    MadeLog(
                        [
                            *made.events[:6],
                            (7, *made.events[6][1:3], "x.y", made.events[6][4]),
                            *made.events[7:],
                        ]
                    ).hashes()
                )
            },
        ),
        ("short", "They are too few.", whole | {tile: hashes[: 7 * 32]}),
        ("torn", "They are cut in a hash.", whole | {tile: hashes[: 8 * 32 - 1]}),
        (
            "flipped",
            "One byte is another, far from the event.",
            whole | {tile: bytes((hashes[0] ^ 1,)) + hashes[1:]},
        ),
    ):
        yield Case(f"hints-{name}", says, zipped(listed(log)), "changed", held,
                   expect={"signed": 4, "faults": [["changed", 4, None]]})  # fmt: skip
    yield Case("hints-longer", "More than is needed does not harm.", zipped(listed(whole | {tile: hashes + bytes(32)})),
               "changed", held, expect={"faults": [["changed", 6, 7]]})  # fmt: skip
    sound = files(made)
    yield Case("hints-wrong-unneeded", "Wrong tiles of a sound log prove nothing.",
               zipped(listed(sound | {tile: bytes(len(hashes))})), "verified", held)  # fmt: skip
    cut = {n: d for n, d in sound.items() if not n.startswith("tiles/")}
    rows = cut["events-000000.jsonl"].splitlines(keepends=True)
    yield Case("hints-missing-cut", "A shorter log without tiles.",
               zipped(listed(cut | {"events-000000.jsonl": b"".join(rows[:9])})),
               "truncated", held,
               expect={"faults": [["truncated", 8, None]]})  # fmt: skip


def in_tiles() -> Iterator[Case]:
    """More than one tile."""
    short = [(p, "p:1", v, "a.b", b"%d" % v) for p, v in enumerate(range(1, 301), 1)]
    made = MadeLog(short, [256, 257, 300])
    held = [made.note()]
    yield Case("tiles", "300 events: a full tile and part of one.", bundle(made), "verified",
               [made.note(256), made.note(257), made.note(255)], expect={"covered": 257})  # fmt: skip
    for place in (0, 254, 255, 256, 270, 299):
        yield Case(f"tiles-altered-{place}", "The tile that tells it is found.",
                   zipped(with_rows(made, edit(place, name="x.y"))), "changed", held,
                   expect={"faults": [["changed", place, place + 1]]})  # fmt: skip
    whole = with_rows(made, edit(270, name="x.y"))
    del whole["tiles/tile/0/001.p/44"]
    yield Case("tiles-without-the-last", "One of two tiles is missing.", zipped(listed(whole)), "changed", held,
               expect={"faults": [["changed", 257, None]]})  # fmt: skip
    entries = files(made, entries=True)
    yield Case("tiles-with-entries", "Leaves beside the tiles.", zipped(entries), "verified", held)


def streams() -> Iterator[Case]:
    rows = [e for e in events(8) if e[0] != 3]
    made = MadeLog(rows)
    held = [made.note()]
    yield Case("streams-not-asked", "A gap in the versions of a stream is none of the tree's.", bundle(made),
               "verified", held, expect={"gaps": 1})  # fmt: skip
    yield Case("streams-gap", "It is found when it is asked for.", bundle(made), "changed", held,
               asked={"streams": True}, expect={"index": 2, "size": 2})  # fmt: skip
    later = MadeLog([(p, s, v + 7, n, b) for p, s, v, n, b in events(8)])
    yield Case("streams-from-any", "A stream goes on from its first.", bundle(later), "verified", [later.note()],
               asked={"streams": True}, expect={"covered": 8})  # fmt: skip
    for name, version in (("same", 2), ("back", 1)):
        again = MadeLog(
            [*plain(3).events, (4, plain(3).events[0][1], version + (name == "same"), "a.b", b"{}")]
        )
        yield Case(f"streams-{name}", "A version does not come again.", bundle(again), "changed", [again.note()],
                   asked={"streams": True}, expect={"index": 3})  # fmt: skip
