"""The end of the log: removed states, opened values, freshness, and several faults at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from audit.made_logs import LOG, NONCE, Disclosed, MadeLog, events, published, state
from audit.vector_cases.calls import SECOND, WITNESS
from audit.vector_cases.case import (
    Case,
    bundle,
    coded,
    files,
    lines,
    listed,
    plain,
    with_rows,
    zipped,
)
from audit.vector_cases.notes import AT, came, seen
from audit.vectors import WITNESS as SEEING
from audit.vectors import hexed

SEALING = json.loads((Path(__file__).parents[2] / "log/sealing-vectors.json").read_text("utf-8"))
FIELD = SEALING["field_encryption"]
KEY = Disclosed(2, "comment", hexed(FIELD["context"]), hexed(FIELD["field_key"]))
VALUE = json.loads(FIELD["value_text"])


def cases() -> Iterator[Case]:
    yield from removed()
    yield from opened()
    yield from nonces()
    yield from ages()
    yield from together()


def removal(*items: Any, position: int = 7, **more: Any) -> Any:
    return (position, "audit:1", 1, "audit.state-redacted", state(9, items=list(items), **more))


def removed() -> Iterator[Case]:
    rows = events(6)
    digest = sha256(rows[2][4]).hexdigest()
    told = [3, digest, "e30="]
    empty: dict[int, bytes | None] = {3: b"{}"}

    def case(
        name: str,
        says: str,
        log: MadeLog,
        verdict: str,
        change: Any = None,
        *,
        held: int | None = None,
        **expect: Any,
    ) -> Case:
        whole = files(log)
        if change is not None:
            whole = listed(whole | {"redacted.jsonl": lines(change)})
        return Case(
            f"removed-{name}", says, zipped(whole), verdict, [log.note(held)], expect=expect
        )

    sound = MadeLog([*rows, removal(told)], removed=empty)
    yield case(
        "told",
        "A signed event says that a state was removed.",
        sound,
        "verified",
        redacted=[3],
        withheld=0,
    )
    yield case("without-residual", "Nothing is left of it.",
               MadeLog([*rows, removal([3, digest, None])], removed={3: None}), "verified", redacted=[3])  # fmt: skip
    flat = json.dumps({"items": [told]}).encode()
    yield case("told-at-the-top", "A state without a member d tells it at the top.",
               MadeLog([*rows, (7, "audit:1", 1, "audit.state-redacted", flat)], removed=empty), "verified")  # fmt: skip
    yield case("told-before", "The event may stand before it.",
               MadeLog(moved(), removed=empty),
               "verified")  # fmt: skip
    yield case(
        "untold",
        "No event says so.",
        MadeLog(rows, removed=empty),
        "changed",
        faults=[["changed", 2, 3]],
    )
    yield case("uncovered", "The event is not signed yet.", MadeLog([*rows, removal(told)], [6], removed=empty),
               "changed", held=6, faults=[["changed", 2, 3]])  # fmt: skip
    for name, item in {
        "other-position": [4, digest, "e30="], "other-digest": [3, "00" * 32, "e30="],
        "other-residual": [3, digest, "W10="], "residual-null": [3, digest, None],
        "four-parts": [*told, 1], "two-parts": told[:2], "as-text": "3", "as-text-of-three": "abc",
    }.items():  # fmt: skip
        yield case(name, "The event says something else.", MadeLog([*rows, removal(item)], removed=empty), "changed",
                   faults=[["changed", 2, 3]])  # fmt: skip
    yield case("second-of-two", "One of several that it tells.",
               MadeLog([*rows, removal([1, "00" * 32, None], told)], removed=empty), "verified")  # fmt: skip
    yield case("by-another-event", "Only an event of this name says so.",
               MadeLog([*rows, (7, "audit:1", 1, "audit.removed", state(9, items=[told]))], removed=empty), "changed")  # fmt: skip
    yield case("by-a-challenge", "A challenge does not.",
               MadeLog([*rows, (7, "audit:1", 1, "audit.challenged", state(9, nonce="x" * 16, items=[told]))], removed=empty),
               "changed")  # fmt: skip
    for name, stored in {
        "no-json": b"{",
        "list": b"[]",
        "text": b'"items"',
        "d-list": b'{"d":[]}',
        "items-number": b'{"items":5}',
        "items-null": b'{"items":null}',
        "not-utf-8": b'{"d":"\xff"}',
    }.items():
        broken = MadeLog([*rows, (7, "audit:1", 1, "audit.state-redacted", stored)])
        yield case(
            f"state-{name}",
            "The state of such an event is a JSON object.",
            broken,
            "changed",
            index=6,
            size=6,
        )
    yield case("not-there", "A position is listed that does not occur.", sound, "changed",
               [told, [99, digest, None]], covered=7)  # fmt: skip
    yield case(
        "not-listed",
        "It is not listed: its state is withheld.",
        sound,
        "changed",
        [],
        withheld=1,
        redacted=[],
    )
    shown = listed(files(MadeLog([*rows, removal(told)])) | {"redacted.jsonl": lines([told])})
    yield Case("removed-and-there", "The state is there all the same.", zipped(shown), "changed",
               [sound.note()], expect={"faults": [["changed", 2, 3]], "redacted": [3]})  # fmt: skip
    strange = MadeLog([*rows, removal([9, "00" * 32, None])], removed=empty)
    both = with_rows(strange, lambda found: found[4].__setitem__(4, "x.y"))
    yield Case("removed-and-altered", "Two faults at two events: the first event is the first.", zipped(both), "changed",
               [strange.note()], expect={"faults": [["changed", 2, 3], ["changed", 4, 5]]})  # fmt: skip
    yield case("two-untold", "Each is told.", MadeLog(rows, removed={3: None, 5: None}), "changed",
               faults=[["changed", 2, 3], ["changed", 4, 5]])  # fmt: skip
    two = MadeLog(
        [*rows, removal(told, [5, sha256(rows[4][4]).hexdigest(), None])],
        removed={3: b"{}", 5: None},
    )
    yield case("two", "Two at once.", two, "verified", redacted=[3, 5])
    yield case("without-key", "(any, without a key)", sound, "verified")
    yield Case("removed-untrusted", "Without a key any event counts.",
               bundle(MadeLog([*rows, removal(told)], [], removed=empty)), "unanchored", [], [],
               expect={"redacted": [3], "faults": []})  # fmt: skip


def moved() -> list[Any]:
    """The announcement first, and the other events behind it."""
    later = [(p + 1, s, v, n, b) for p, s, v, n, b in events(6)]
    digest = sha256(later[1][-1]).hexdigest()
    return [removal([3, digest, "e30="], position=1), *later]


def opened() -> Iterator[Case]:
    made = MadeLog(published())
    held = [made.note()]
    row: list[Any] = [KEY.position, KEY.field, KEY.context.hex(), KEY.key.hex()]

    def case(
        name: str, says: str, verdict: str, *rows: Any, log: MadeLog = made, **expect: Any
    ) -> Case:
        whole = listed(files(log) | {"disclosed.jsonl": lines(rows)})
        return Case(f"opened-{name}", says, zipped(whole), verdict, [log.note()],
                    expect={"opened": [], "covered": 16} | expect)  # fmt: skip

    yield case("one", "A key opens one value.", "verified", row, opened=[[2, "comment", VALUE]])
    context = KEY.context
    place = [["changed", 1, 2]]
    for name, says, other in (
        ("other-field", "Another field.", [2, "rating", *row[2:]]),
        ("other-event", "Another event.", [4, *row[1:]]),
        ("other-key", "Another key.", [*row[:3], "00" * 32]),
        ("key-short", "A key has 32 bytes.", [*row[:3], row[3][:-2]]),
        ("key-16", "And not 16.", [*row[:3], row[3][:32]]),
        ("other-log", "Another log.", [*row[:2], context.replace(LOG, bytes(16)).hex(), row[3]]),
        (
            "other-version",
            "Another version.",
            [*row[:2], context.replace(b"\1\0\7comment", b"\2\0\7comment").hex(), row[3]],
        ),
        ("other-mark", "It begins with MCF1.", [*row[:2], b"MCF2".hex() + row[2][8:], row[3]]),
        (
            "other-people",
            "The number of people is the value's.",
            [*row[:2], (context[:20] + b"\2" + context[21:]).hex(), row[3]],
        ),
        (
            "other-person",
            "The person is another.",
            [*row[:2], context.replace(b"person:0", b"person:1").hex(), row[3]],
        ),
        ("context-short", "It is cut short.", [*row[:2], "4d434631", row[3]]),
        ("context-empty", "It is not there.", [*row[:2], "", row[3]]),
    ):
        yield case(name, f"The key opens nothing. {says}", "changed", other,
                   faults=[["changed", 2, 4]] if other[0] == 4 else place)  # fmt: skip
    yield case(
        "nowhere", "The position does not occur.", "changed", [3, *row[1:]], verdicts=["changed"]
    )
    yield case("one-of-two", "One opens, one does not.", "changed", row, [*row[:3], "00" * 32],
               opened=[[2, "comment", VALUE]])  # fmt: skip
    yield case(
        "twice", "The same one twice.", "verified", row, row, opened=[[2, "comment", VALUE]] * 2
    )
    for number, wrong in enumerate(SEALING["invalid_field_ciphertexts"]):
        stored = published()[1]
        sealed = b"\1\1\0\0\0\1" + hexed(wrong["nonce"]) + hexed(wrong["ciphertext_and_tag"])
        sealed_state = json.dumps({"comment": {"_e": coded(sealed)}}).encode()
        yield case(f"two-ways-{number}", f"It is shown as nothing: {wrong['why']}.", "changed",
                   [1, "comment", wrong["aad"], wrong["field_key"]], log=MadeLog([(1, stored[1], stored[2], stored[3], sealed_state)]), covered=1)  # fmt: skip
    yield from side_lines(made, row)
    yield from other_values()
    withheld = listed(files(made, withhold=["feedback.given"]) | {"disclosed.jsonl": lines([row])})
    yield Case("opened-withheld", "The state that holds it was left out.", zipped(withheld), "changed", held,
               expect={"faults": place, "opened": []})  # fmt: skip


def side_lines(made: MadeLog, row: list[Any]) -> Iterator[Case]:
    """A line beside the events that is not as it must be is told, and the others count."""
    gone: list[Any] = [99, "00" * 32, "e30="]
    wrong: list[tuple[str, str, Any]] = [
        ("disclosed", "position-text", ["2", *row[1:]]),
        ("disclosed", "position-true", [True, *row[1:]]),
        ("disclosed", "position-fraction", [2.0, *row[1:]]),
        ("disclosed", "field-number", [2, 5, *row[2:]]),
        ("disclosed", "context-capitals", [*row[:2], row[2].upper(), row[3]]),
        ("disclosed", "key-capitals", [*row[:3], row[3].upper()]),
        ("disclosed", "key-null", [*row[:3], None]),
        ("disclosed", "key-odd", [*row[:3], row[3][1:]]),
        ("disclosed", "three-parts", row[:3]),
        ("disclosed", "five-parts", [*row, 1]),
        ("disclosed", "object", {}),
        ("disclosed", "not-json", b"[2,"),
        ("disclosed", "blank", b""),
        ("disclosed", "not-utf-8", b'[2,"\xff","",""]'),
        ("redacted", "position-text", ["99", *gone[1:]]),
        ("redacted", "position-true", [True, *gone[1:]]),
        ("redacted", "digest-capitals", [99, "AB" * 32, None]),
        ("redacted", "digest-short", [99, "00" * 31, None]),
        ("redacted", "digest-null", [99, None, None]),
        ("redacted", "residual-spare-bits", [*gone[:2], "e31="]),
        ("redacted", "residual-number", [*gone[:2], 5]),
        ("redacted", "residual-zero", [*gone[:2], 0]),
        ("redacted", "residual-false", [*gone[:2], False]),
        ("redacted", "residual-list", [*gone[:2], []]),
        ("redacted", "residual-object", [*gone[:2], {}]),
        ("redacted", "two-parts", gone[:2]),
        ("redacted", "four-parts", [*gone, 1]),
        ("redacted", "text", "abc"),
        ("redacted", "not-json", b"{"),
    ]
    whole = files(made)
    for name, what, line in wrong:
        beside = {"disclosed.jsonl": lines([row])}
        beside[f"{name}.jsonl"] = lines([line, *([row] if name == "disclosed" else [])])
        yield Case(f"{name}-{what}", "Such a line is told, and hides no other.", zipped(listed(whole | beside)),
                   "unreadable", [made.note()], expect={"opened": [[2, "comment", VALUE]], "covered": 16,
                                                        "redacted": [], "verdicts": ["unreadable"]})  # fmt: skip
    for name, stored in {"disclosed": lines([row]) + b"[2", "redacted": b"[2"}.items():
        beside = {"disclosed.jsonl": lines([row]), f"{name}.jsonl": stored}
        yield Case(f"{name}-without-line-end", "The last line has an end, too.", zipped(listed(whole | beside)),
                   "unreadable", [made.note()], expect={"opened": [[2, "comment", VALUE]], "covered": 16})  # fmt: skip
    for name in ("disclosed", "redacted", "checkpoints"):
        yield Case(f"{name}-empty", "It may hold nothing.", zipped(listed(whole | {f"{name}.jsonl": b""})), "verified",
                   [made.note()])  # fmt: skip


def sealed_as(
    plain_text: bytes, people: int = 1, mark: int = 1, *, head: bytes = b"MCF1" + LOG,
    stream: str = "p:1", version: int = 1, field: str = "text",
) -> tuple[bytes, bytes, bytes]:  # fmt: skip
    """A value that is sealed in a way of ours: context, key, value."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    def lp(text: str) -> bytes:
        raw = text.encode()
        return len(raw).to_bytes(2) + raw

    who = b"".join(lp(f"person:{n}") + (n + 1).to_bytes(4) for n in range(people))
    told = lp("note") + lp(stream) + version.to_bytes(8) + lp(field)
    context = head + bytes([people]) + who + told
    key, nonce = bytes(range(32)), bytes(range(12))
    generations = b"".join((n + 1).to_bytes(4) for n in range(people))
    return (
        context,
        key,
        bytes([mark, people])
        + generations
        + nonce
        + AESGCM(key).encrypt(nonce, plain_text, context),
    )


def other_values() -> Iterator[Case]:
    def padded(text: bytes, zeros: int | None = None, size: int | None = None) -> bytes:
        size = len(text) if size is None else size
        zeros = -(4 + len(text)) % 32 if zeros is None else zeros
        return bytes(32) + size.to_bytes(4) + text + bytes(zeros)

    text = b'"fine, and \xc3\xa4"'
    values: list[tuple[str, str, bytes, dict[str, Any], str]] = [
        ("sound", "A value of our own.", padded(text), {}, "verified"),
        ("without-person", "Of nobody.", padded(text), {"people": 0}, "verified"),
        ("three-people", "Of three.", padded(text), {"people": 3}, "verified"),
        ("mark-2", "Its first byte is 1.", padded(text), {"mark": 2}, "changed"),
        (
            "padding-long",
            "The padding is too long.",
            padded(text, zeros=-(4 + len(text)) % 32 + 32),
            {},
            "changed",
        ),
        ("padding-short", "The padding is too short.", padded(text, zeros=0), {}, "changed"),
        ("size-short", "Its length is too small.", padded(text, size=len(text) - 1), {}, "changed"),
        (
            "size-long",
            "Its length reaches into the padding.",
            padded(text, size=len(text) + 1),
            {},
            "changed",
        ),
        ("size-beyond", "Its length is beyond its end.", padded(text, size=2**31), {}, "changed"),
        (
            "padding-set",
            "A byte of the padding is not 0.",
            padded(text)[:-1] + b"\1",
            {},
            "changed",
        ),
        (
            "head-set",
            "A byte of the 32 is not 0.",
            bytes(31) + b"\1" + padded(text)[32:],
            {},
            "changed",
        ),
        ("no-head", "They are not there.", padded(text)[32:], {}, "changed"),
        ("full", "No padding is needed.", padded(b'"' + b"a" * 26 + b'"'), {}, "verified"),
        (
            "for-another-log",
            "It was sealed for another log.",
            padded(text),
            {"head": b"MCF1" + bytes(16)},
            "changed",
        ),
        (
            "for-another-use",
            "It was sealed for another use.",
            padded(text),
            {"head": b"MCF2" + LOG},
            "changed",
        ),
        (
            "for-another-stream",
            "It was sealed for another stream.",
            padded(text),
            {"stream": "p:2"},
            "changed",
        ),
        (
            "for-another-version",
            "It was sealed for another version.",
            padded(text),
            {"version": 2},
            "changed",
        ),
        (
            "for-another-field",
            "It was sealed for another field.",
            padded(text),
            {"field": "test"},
            "changed",
        ),
        ("not-json", "It is no JSON.", padded(b"fine"), {}, "changed"),
        ("not-utf-8", "It is no UTF-8.", padded(b'"\xff"'), {}, "changed"),
    ]
    for name, says, plain_text, more, verdict in values:
        context, key, value = sealed_as(plain_text, **more)
        stored = json.dumps({"d": {"text": {"_e": coded(value)}}}).encode()
        made = MadeLog([(1, "p:1", 1, "a.b", stored)])
        told = lines([[1, "text", context.hex(), key.hex()]])
        read = (
            json.loads(plain_text[36 : 36 + int.from_bytes(plain_text[32:36])])
            if verdict == "verified"
            else None
        )
        yield Case(f"sealed-{name}", says, zipped(listed(files(made) | {"disclosed.jsonl": told})), verdict,
                   [made.note()], expect={"opened": [[1, "text", read]] if verdict == "verified" else []})  # fmt: skip
    context, key, value = sealed_as(padded(text))
    for name, told_state in {
        "not-sealed": {"d": {"text": "fine"}}, "other-member": {"d": {"text": {"_f": coded(value)}}},
        "top-beside-d": {"d": {}, "text": {"_e": coded(value)}}, "not-base64": {"d": {"text": {"_e": "?"}}},
        "cut": {"d": {"text": {"_e": coded(value[:17])}}}, "number": {"d": {"text": {"_e": 5}}}, "d-list": {"d": [1]},
    }.items():  # fmt: skip
        made = MadeLog([(1, "p:1", 1, "a.b", json.dumps(told_state).encode())])
        told = lines([[1, "text", context.hex(), key.hex()]])
        yield Case(f"sealed-{name}", "Nothing sealed stands there.",
                   zipped(listed(files(made) | {"disclosed.jsonl": told})), "changed", [made.note()],
                   expect={"opened": [], "faults": [["changed", 0, 1]]})  # fmt: skip
    made = MadeLog([(1, "p:1", 1, "a.b", b"no json")])
    yield Case("sealed-no-json", "The state is no JSON.",
               zipped(listed(files(made) | {"disclosed.jsonl": lines([[1, "text", context.hex(), key.hex()]])})),
               "changed", [made.note()], expect={"faults": [["changed", 0, 1]]})  # fmt: skip


def challenge(position: int = 7, nonce: Any = NONCE, name: str = "audit.challenged") -> Any:
    return (position, "audit:1", 1, name, state(9, nonce=nonce))


def nonces() -> Iterator[Case]:
    def case(
        name: str, says: str, log: MadeLog, verdict: str, nonce: str = NONCE, **more: Any
    ) -> Case:
        return Case(
            f"nonce-{name}",
            says,
            bundle(log),
            verdict,
            [log.note(6)],
            asked={"nonce": nonce},
            **more,
        )

    made = MadeLog([*events(6), challenge()])
    yield case("empty", "One without a letter is none that was recorded.", MadeLog([*events(6), challenge()], [6, 7]),
               "stale", "")  # fmt: skip
    yield case("told", "It was recorded, and signed since.", made, "verified")
    yield case("missing", "It was not.", plain(), "stale", expect={"covered": 6})
    yield case(
        "not-signed",
        "It was recorded, and not signed.",
        MadeLog([*events(6), challenge()], [6]),
        "stale",
    )
    yield case("other", "Another was.", made, "stale", NONCE[::-1])
    yield case("longer", "It is compared in whole.", made, "stale", NONCE + "0")
    yield case("first-of-two", "One of two.",
               MadeLog([*events(6), challenge(), (8, "audit:1", 2, "audit.challenged", state(9, nonce="another-one"))]), "verified")  # fmt: skip
    yield case("second-of-two", "One of two.",
               MadeLog([*events(6), challenge(nonce="another-one"), (8, "audit:1", 2, "audit.challenged", state(9, nonce=NONCE))]), "verified")  # fmt: skip
    yield case("at-the-top", "A state without a member d tells it at the top.",
               MadeLog([*events(6), (7, "audit:1", 1, "audit.challenged", json.dumps({"nonce": NONCE}).encode())]), "verified")  # fmt: skip
    twice = b'{"nonce":"another","nonce":"%s"}' % NONCE.encode()
    yield case("twice", "Of a member that stands twice in a state the last counts.",
               MadeLog([*events(6), (7, "audit:1", 1, "audit.challenged", twice)]), "verified")  # fmt: skip
    spaced = b' { "x" : [ ] , "y" : { } , "d" :\t{ "nonce"\n:\r"%s" } } ' % NONCE.encode()
    yield case("spaced", "White space in JSON is no matter.",
               MadeLog([*events(6), (7, "audit:1", 1, "audit.challenged", spaced)]), "verified")  # fmt: skip
    yield case(
        "in-another-event",
        "Only a challenge tells it.",
        MadeLog([*events(6), challenge(name="audit.noted")]),
        "stale",
    )
    yield case(
        "in-a-removal", "A removal does not.", MadeLog([*events(6), removal(nonce=NONCE)]), "stale"
    )
    yield Case("nonce-unreadable", "Where nothing can be read, nobody knows whether it was recorded.", b"none", "unreadable",
               [made.note()], asked={"nonce": NONCE}, expect={"verdicts": ["unreadable"]})  # fmt: skip
    yield Case("age-unreadable", "Nor when a witness saw it.", b"none", "unreadable", [made.note()],
               asked={"max_age": 60}, expect={"verdicts": ["unreadable"]})  # fmt: skip
    yield case(
        "as-number",
        "A nonce is a text.",
        MadeLog([*events(6), challenge(nonce=12345)]),
        "stale",
        "12345",
    )
    withheld = listed(files(made, withhold=["audit.challenged"]))
    yield Case("nonce-withheld", "The state that tells it was left out.", zipped(withheld), "stale", [made.note()],
               asked={"nonce": NONCE})  # fmt: skip


def ages() -> Iterator[Case]:
    made = plain()
    note = made.note()

    def case(  # noqa: PLR0917
        name: str, says: str, at: int, now: int, most: int, verdict: str, **expect: Any
    ) -> Case:
        return Case(f"age-{name}", says, bundle(made), verdict, [seen(note, (SEEING, at))], expect=expect,
                    asked={"witnesses": [WITNESS], "max_age": most, "now": now})  # fmt: skip

    yield case(
        "young", "Seen just as long ago as may be.", AT, AT + 3600, 3600, "verified", cosigned=AT
    )
    yield case("old", "A second longer.", AT, AT + 3601, 3600, "stale", cosigned=AT, covered=6)
    yield case("now", "This very second.", AT, AT, 0, "verified")
    yield case(
        "ahead-300",
        "A clock may be 300 seconds ahead.",
        AT + 300,
        AT,
        3600,
        "verified",
        cosigned=AT + 300,
    )
    yield case(
        "ahead-301",
        "And no more: it is left out.",
        AT + 301,
        AT,
        3600,
        "stale",
        cosigned=None,
        covered=6,
    )
    two = came(made, [3, seen(made.note(3), (SEEING, AT - 50))])
    yield Case("age-newest-left-out", "The newest that is not ahead counts.", two, "verified",
               [seen(note, (SEEING, AT + 9000))], expect={"cosigned": AT - 50},
               asked={"witnesses": [WITNESS], "max_age": 60, "now": AT})  # fmt: skip
    for name, first, second in (("held", 6, 3), ("came", 3, 6)):
        other = came(made, [second, seen(made.note(second), (SEEING, AT - 50 * (second == 3)))])
        yield Case(f"age-latest-{name}", "The latest of all counts, wherever it stands.", other, "verified",
                   [seen(made.note(first), (SEEING, AT - 50 * (first == 3)))], expect={"cosigned": AT},
                   asked={"witnesses": [WITNESS], "max_age": 20, "now": AT})  # fmt: skip
    yield Case(
        "age-never",
        "Nobody saw it.",
        bundle(made),
        "stale",
        [note],
        asked={"max_age": 10**9, "now": AT},
    )
    yield Case("age-never-however-long", "However long ago is asked.", bundle(made), "stale", [note],
               asked={"max_age": 2 * AT, "now": AT})  # fmt: skip
    both = seen(note, (SEEING, AT), (OTHER, AT - 500))
    for quorum, verdict in ((0, "verified"), (1, "verified"), (2, "stale")):
        yield Case(f"age-quorum-{quorum}", "The quorum-th newest time counts.", bundle(made), verdict, [both],
                   asked={"witnesses": [WITNESS, str(OTHER.key)], "quorum": quorum, "max_age": 100, "now": AT})  # fmt: skip


from audit.vector_cases.notes import OTHERS  # noqa: E402

OTHER = OTHERS[0]


def together() -> Iterator[Case]:
    """Several faults at once: the gravest is the verdict, and none hides another."""
    made = MadeLog(events(12), [4, 12])
    note = made.note()
    wrong = plain(12, signer=SECOND).note()
    altered = with_rows(made, lambda rows: rows[5].__setitem__(4, "x.y"))
    cut = with_rows(made, lambda rows: rows.__delitem__(slice(9, None)))
    other = MadeLog(events(12, first=2)).note()
    whole = files(made)
    tampered = listed(whole) | {"policies/x": b""}

    def case(name: str, log: Any, verdict: str, held: list[str], *words: str, **asked: Any) -> Case:
        said = {"verdicts": sorted(set(words))}
        return Case(f"together-{name}", "The gravest fault is the verdict; the others are told, too.",
                    zipped(log), verdict, held, expect=said, asked=asked)  # fmt: skip

    yield case("fork-changed", altered, "fork", [note, other], "changed", "fork")
    yield case(
        "fork-bad-signature",
        whole,
        "fork",
        [note, other, wrong],
        "bad-signature",
        "changed",
        "fork",
    )
    yield case("fork-truncated", cut, "fork", [note, other], "fork", "truncated")
    yield case(
        "changed-bad-signature", altered, "changed", [wrong, note], "bad-signature", "changed"
    )
    yield case("changed-stale", altered, "changed", [note], "changed", "stale", nonce=NONCE)
    yield case("changed-old", altered, "changed", [note], "changed", "stale", max_age=60)
    yield case(
        "changed-no-note", altered, "changed", [note, "not a note\n"], "changed", "unreadable"
    )
    yield case(
        "truncated-bad-signature", cut, "truncated", [wrong, note], "bad-signature", "truncated"
    )
    yield case("truncated-stale", cut, "truncated", [note], "stale", "truncated", nonce=NONCE)
    yield case(
        "bad-signature-stale",
        whole,
        "bad-signature",
        [wrong, note],
        "bad-signature",
        "stale",
        nonce=NONCE,
    )
    yield case(
        "bad-signature-no-note",
        whole,
        "bad-signature",
        [wrong, note, "none"],
        "bad-signature",
        "unreadable",
    )
    yield case("stale-no-note", whole, "stale", ["none", note], "stale", "unreadable", nonce=NONCE)
    yield case("stale-unanchored", whole, "stale", [], "stale", nonce=NONCE)
    yield case("stale-twice", whole, "stale", [note], "stale", "stale", nonce=NONCE, max_age=60)
    yield case("bad-signature-unanchored", whole, "bad-signature", [wrong], "bad-signature")
    yield case("no-note-unanchored", whole, "unreadable", ["none"], "unreadable")
    yield case("side-file-stale", tampered, "changed", [note], "changed", "stale", nonce=NONCE)
    yield case(
        "side-file-bad-signature", tampered, "changed", [note, wrong], "bad-signature", "changed"
    )
    yield case(
        "side-file-truncated", listed(cut) | {"policies/x": b""}, "truncated", [note], "truncated"
    )
    yield case("streams-stale", with_rows(made, lambda rows: rows[5].__setitem__(3, 77)), "changed", [note],
               "changed", "stale", streams=True, nonce=NONCE)  # fmt: skip
    forked = MadeLog(events(8), [8])
    rival = MadeLog(events(6, first=2)).note()
    yield Case("together-fork-side-file", "Beside a fork what came along is a notice.",
               zipped(listed(files(forked)) | {"policies/x": b""}), "fork", [forked.note(6), rival],
               expect={"verdicts": ["fork"], "notice_count": 1, "signed": 8})  # fmt: skip
    yield Case("together-changed-side-file", "Beside a changed event, too.", zipped(listed(altered) | {"policies/x": b""}),
               "changed", [note], expect={"fault_count": 1, "notice_count": 1})  # fmt: skip
