"""Checkpoints that are held, and those that came along."""

from __future__ import annotations

import struct
from binascii import a2b_base64
from collections.abc import Iterator
from typing import Any

from audit.made_logs import MadeLog, events, published, state
from audit.vector_cases.calls import SECOND, WITNESS
from audit.vector_cases.case import (
    Case,
    bundle,
    coded,
    database,
    files,
    lines,
    listed,
    packed,
    plain,
    zipped,
)
from audit.vectors import COSIGNATURE_AT, NOTES, ORIGIN, SIGNER, WITNESS_KEY
from audit.vectors import WITNESS as SEEING

from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    cosignature_line,
    parse_note,
    sign_checkpoint,
    with_lines,
)
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, Signer, secret_signer

ORDER = 2**252 + 27742317777372353535851937790883648493
AT = 1_795_521_600
"""The day after the events were recorded."""
OTHERS = [secret_signer(f"witness.example/{n}", bytes([n]) * 32, COSIGNATURE) for n in range(1, 18)]
NO_NOTE = "unreadable"
"""A held file that is no checkpoint."""


def came(made: MadeLog, *items: Any) -> bytes:
    """The log with these lines of checkpoints."""
    return zipped(listed(files(made) | {"checkpoints.jsonl": lines(items)}))


def seen(note: str, *who: tuple[Signer, int]) -> str:
    """The note with cosignatures."""
    checkpoint = parse_note(note)[0]
    return with_lines(note, [cosignature_line(checkpoint, signer, at) for signer, at in who])


def signed_as(message: str, signer: Signer = SIGNER) -> str:
    """A note of any text, signed by the log."""
    key = signer.key
    return f"{message}\n— {key.name} {coded(key.id + signer.sign(message.encode()))}\n"


def seen_at(note: str, at: int) -> str:
    """The note with a cosignature of any time at all."""
    message = note.partition("\n\n")[0] + "\n"
    signature = SEEING.sign(f"cosignature/v1\ntime {at}\n{message}".encode())
    return (
        f"{note}— {WITNESS_KEY.name} {coded(WITNESS_KEY.id + struct.pack('>Q', at) + signature)}\n"
    )


def stranger(number: int, size: int = 64) -> str:
    """A signature line of a key that nobody knows."""
    return f"— stranger{number}.example {coded(bytes([number]) * (4 + size))}\n"


def forged_malleable(note: str) -> str:
    """The same signature with S + L in place of S, which a careless verifier takes."""
    body, _, line = note.rpartition("— ")
    name, _, text = line.strip().partition(" ")
    raw = a2b_base64(text)
    s = int.from_bytes(raw[36:], "little") + ORDER
    return f"{body}— {name} {coded(raw[:36] + s.to_bytes(32, 'little'))}\n"


def cases() -> Iterator[Case]:
    made, sixteen = plain(), MadeLog(published())
    log, whole, note = bundle(made), bundle(sixteen), made.note()
    for number, case in enumerate(NOTES["invalid_notes_text"]):
        held, along = PUBLISHED.get(case["why"], ("bad-signature", "bad-signature"))
        yield Case(
            f"held-note-{number:02}",
            f"A held file, of a published checkpoint: {case['why']}.",
            whole,
            held,
            [case["note"]],
            expect={"covered": 3 if held == "verified" else 0, "signed": 16},
        )
        yield Case(
            f"came-note-{number:02}",
            f"One that came along: {case['why']}.",
            came(sixteen, [int(case["note"].split("\n")[1]), case["note"]]),
            along,
            [sixteen.note(2)],
            expect={"covered": 2},
        )
    more = NOTES["further_notes_text"]
    yield Case("note-of-16", "A published checkpoint.", whole, "verified", [more["size_16"]],
               expect={"covered": 16})  # fmt: skip
    yield Case("note-of-0", "A checkpoint of no events covers none.", whole, "unanchored",
               [more["size_0"]], expect={"covered": 0, "faults": []})  # fmt: skip
    extra = NOTES["accepted_with_unknown_extra_signature_text"]
    yield Case("note-with-stranger", "A signature of an unknown key may stand beside.", whole,
               "verified", [extra], expect={"covered": 3})  # fmt: skip
    yield Case("note-of-another-key", "It bears the log's name, and its key is unknown.", log,
               "bad-signature", [plain(signer=SECOND).note()])  # fmt: skip
    yield Case("note-with-16-lines", "16 signature lines may stand.", log, "verified",
               [note + "".join(map(stranger, range(15)))])  # fmt: skip
    lines_17 = note + "".join(map(stranger, range(16)))
    yield Case(
        "note-with-17-lines", "Of a held file the first 16 are read.", log, "verified", [lines_17]
    )
    yield Case("came-with-17-lines", "So it is with one that came along.", came(made, [6, lines_17]),
               "unanchored", [], expect={"signed": 6, "faults": []})  # fmt: skip
    good_17 = note.replace("\n\n", "\n\n" + "".join(map(stranger, range(16))))
    yield Case("came-signed-in-line-17", "What stands behind the sixteenth is cut off.", came(made, [6, good_17]),
               "unanchored", [], expect={"signed": 0, "faults": []})  # fmt: skip
    yield Case(
        "held-signed-in-line-17", "Nor is it read of a held file.", log, "bad-signature", [good_17]
    )
    room = 65536 - len(note.encode()) - len("— stranger.example \n".encode())
    filler = coded(bytes(room // 4 * 3 - 3))
    name = "stranger.example" + "x" * (room - len(filler))
    largest = f"{note}— {name} {filler}\n"
    yield Case("note-of-65536-bytes", "The longest note there is.", log, "verified", [largest])
    yield Case("note-of-65537-bytes", "One byte more: it has the form of one.", log, "bad-signature",
               [largest.replace("stranger", "strangers", 1)])  # fmt: skip
    yield Case("signature-of-4-bytes", "A key's id without a signature.", log, "bad-signature",
               [note + f"— stranger.example {coded(bytes(4))}\n"])  # fmt: skip
    yield Case("signature-of-5-bytes", "The shortest signature line of a stranger.", log, "verified",
               [note + f"— stranger.example {coded(bytes(5))}\n"])  # fmt: skip
    yield Case("signature-not-base64", "Lines of strangers are read strictly, too.", log,
               "bad-signature", [note + "— stranger.example AAAAAAB=\n"])  # fmt: skip
    yield Case("signature-twice", "The same good line twice is no harm.", log, "verified",
               [note + note[note.index("— ") :]])  # fmt: skip
    good = note[note.index("— ") :]
    bad = f"— {ORIGIN} {coded(a2b_base64(good.split(' ')[2])[:4] + bytes(64))}\n"
    for name, text in (("first", note + bad), ("last", note.replace(good, bad + good))):
        yield Case(f"signature-good-{name}", "One wrong signature of a known key spoils the note.", log,
                   "bad-signature", [text])  # fmt: skip
    short = f"— {ORIGIN} {coded(a2b_base64(good.split(' ')[2])[:-1])}\n"
    yield Case("signature-of-63-bytes", "A signature has 64 bytes.", log, "bad-signature",
               [note.replace(good, short)])  # fmt: skip
    yield Case("signature-malleable", "S is below the order of the group (RFC 8032, 5.1.7).", log,
               "bad-signature", [forged_malleable(note)])  # fmt: skip
    yield Case("signature-other-name", "A line whose name is not the key's is a stranger's.", log,
               "bad-signature", [note.replace("— mentoring", "— mentorin")])  # fmt: skip
    top = sign_checkpoint(Checkpoint(ORIGIN, 2**63 - 1, bytes(32)), made.signer).note
    yield Case("note-of-the-largest-size", "2^63 - 1 is a size.", log, "truncated", [top])
    yield Case("note-above-the-largest-size", "2^63 is none, soundly signed.", log, "bad-signature",
               [signed_as(f"{ORIGIN}\n{2**63}\n{coded(bytes(32))}\n")])  # fmt: skip
    yield Case("note-root-of-33-bytes", "A root has 32 bytes, soundly signed.", log, "bad-signature",
               [signed_as(f"{ORIGIN}\n6\n{coded(bytes(33))}\n")])  # fmt: skip
    yield Case("note-root-no-base64", "A root is base64.", log, "bad-signature",
               [signed_as(f"{ORIGIN}\n6\n{'*' * 44}\n")])  # fmt: skip
    yield Case("note-of-twenty-digits", "A size has at most 19 digits.", log, NO_NOTE,
               [note.replace("\n6\n", "\n10000000000000000000\n")])  # fmt: skip
    yield Case(
        "note-size-signed", "A size has no sign.", log, NO_NOTE, [note.replace("\n6\n", "\n+6\n")]
    )
    yield Case(
        "note-size-empty", "A size has digits.", log, NO_NOTE, [note.replace("\n6\n", "\n\n")]
    )
    yield Case("note-size-arabic", "Digits are those of ASCII.", log, NO_NOTE,
               [note.replace("\n6\n", "\n\u0666\n")])  # fmt: skip
    yield Case(
        "note-not-utf-8",
        "It is no text.",
        log,
        NO_NOTE,
        [note.encode().replace("—".encode(), b"\x97")],
    )
    yield Case("note-empty", "It is empty.", log, NO_NOTE, [""])
    yield Case("note-without-blank-line", "The blank line ends what is signed.", log, NO_NOTE,
               [note.replace("\n\n", "\n")])  # fmt: skip
    yield Case("note-other-origin", "Another log's checkpoint, soundly signed by this key.", log,
               "bad-signature",
               [sign_checkpoint(Checkpoint("other.example", 6, bytes(32)), secret_signer("other.example", bytes(32))).note])  # fmt: skip
    yield Case("good-and-none", "Of two held files one is no checkpoint; the other counts.", log,
               NO_NOTE, [note, "not a note\n"], expect={"covered": 6})  # fmt: skip
    yield Case("none-and-good", "The order of the files is no matter.", log, NO_NOTE,
               ["not a note\n", note], expect={"covered": 6})  # fmt: skip
    yield Case("good-and-wrong", "Of two held checkpoints one is wrongly signed; the other counts.", log,
               "bad-signature", [plain(signer=SECOND).note(), note], expect={"covered": 6})  # fmt: skip

    yield from came_along(made)
    yield from forks(made)
    yield from witnessed(made)


PUBLISHED = {
    "extension line, correctly signed: this profile signs none and accepts none": (NO_NOTE, "bad-signature"),
    "tree size with a leading zero, correctly signed": (NO_NOTE, "bad-signature"),
    "CR LF line ends": ("verified", "bad-signature"),
    "hyphen instead of em dash": (NO_NOTE, "bad-signature"),
    "no final newline": ("verified", "bad-signature"),
    "no signature line": (NO_NOTE, "bad-signature"),
    "a TAB in the name of an unknown signature line": ("verified", "bad-signature"),
    "17 signature lines": ("verified", "verified"),
    "same key name, other key: unknown key id, so no trusted signature": ("bad-signature", "verified"),
}  # fmt: skip
"""Of the published invalid notes, those that are not simply wrong: the verdict on a held file of one, of
which the note may be taken out, and on one that came along."""


def came_along(made: MadeLog) -> Iterator[Case]:
    note, three = made.note(), made.note(3)
    held = [made.note(2)]
    told: dict[str, tuple[str, str, list[Any]]] = {
        "other-size": ("bad-signature", "It is listed under another size.", [[5, note]]),
        "size-as-text": ("bad-signature", "Its size is a text.", [["6", note]]),
        "size-as-fraction": ("bad-signature", "Its size is no whole number.", [b"[6.0," + packed(note) + b"]"]),
        "size-true": ("bad-signature", "Its size is no number.", [[True, made.note(1)]]),
        "three-parts": ("bad-signature", "A line has a size and a note.", [[6, note, 0]]),
        "one-part": ("bad-signature", "A line has a size and a note.", [[6]]),
        "object": ("bad-signature", "A line is a list.", [{"size": 6, "note": note}]),
        "note-null": ("bad-signature", "A note is a text.", [[6, None]]),
        "not-json": ("bad-signature", "A line is JSON.", [b"[6,"]),
        "not-utf-8": ("bad-signature", "A line is UTF-8.", [b'[6,"\xff"]']),
        "blank": ("bad-signature", "A line is not empty.", [b""]),
        "another-key": ("verified", "One that an unknown key signed is left out.", [[6, plain(signer=SECOND).note()]]),
    }  # fmt: skip
    for name, (verdict, says, items) in told.items():
        for place, both in (("first", [*items, [3, three]]), ("last", [[3, three], *items])):
            yield Case(f"came-{name}-{place}", f"{says} The others count.", came(made, *both), verdict,
                       held, expect={"covered": 2, "signed": 3})  # fmt: skip
    yield Case(
        "came-unsigned-without-key",
        "Without a key they are taken unsigned.",
        came(made, [6, note.replace(note[-9], "A" if note[-9] != "A" else "B")]),
        "unanchored",
        [],
        [],
        expect={"signed": 0},
    )
    yield Case(
        "came-wrong-without-key",
        "Unsigned, it still has to fit.",
        came(made, [6, plain(6, log_id=bytes(16)).note()]),
        "changed",
        [],
        [],
    )
    yield Case(
        "came-none", "No checkpoint came along.", came(made), "verified", held, expect={"signed": 2}
    )
    whole = files(made)
    del whole["checkpoints.jsonl"]
    yield Case("came-no-file", "Nor is the file needed.", zipped(listed(whole)), "verified", held)
    yield Case("each-size", "Every checkpoint counts; the largest that fits covers.",
               bundle(plain(13, sizes=list(range(1, 14)))), "verified", [plain(13).note(n) for n in range(1, 12)],
               expect={"covered": 11, "signed": 13})  # fmt: skip


def forks(made: MadeLog) -> Iterator[Case]:
    note = made.note()
    other = MadeLog(events(6, first=2))
    log = bundle(made)
    yield Case(
        "fork-in-one-file", "Two in one file prove it, too.", log, "fork", [note + other.note()]
    )
    yield Case("fork-in-a-database", "The one held, the other in an SQLite file.", database(other), "fork", [note],
               suffix=".db")  # fmt: skip
    yield Case("fork-two-held", "Two held checkpoints of one size prove a fork.", log, "fork",
               [note, other.note()], expect={"covered": 6})  # fmt: skip
    yield Case(
        "fork-held-and-came", "A held one, and one that came along.", bundle(other), "fork", [note]
    )
    yield Case("fork-two-came", "Two that came along.", came(made, [6, note], [6, other.note()]), "fork",
               [made.note(3)], expect={"covered": 3})  # fmt: skip
    yield Case("fork-beyond", "Both are larger than the log.", log, "fork",
               [plain(8).note(), MadeLog(events(8, first=2)).note()])  # fmt: skip
    rewritten = [*made.events[:3], (*made.events[3][:4], state(99)), *made.events[4:]]
    longer = MadeLog([*rewritten, (7, "p:9", 1, "a.b", state(7))], [7])
    yield Case("fork-larger", "Rewritten, grown and signed again: a larger signed one fits.",
               bundle(longer), "fork", [note], expect={"signed": 7, "faults": [["fork", 0, None]]})  # fmt: skip
    yield Case("fork-not-by-unsigned", "Without a key nobody signed; two notes prove nothing.",
               came(made, [6, note], [6, other.note()]), "changed", [], [])  # fmt: skip
    yield Case(
        "same-note-twice", "The same checkpoint twice is no fork.", log, "verified", [note, note]
    )


def witnessed(made: MadeLog) -> Iterator[Case]:
    note = made.note()
    log = bundle(made)
    cosigned = seen(note, (SEEING, AT))
    one: dict[str, Any] = {"witnesses": [WITNESS], "now": AT + 60}

    def case(
        name: str, says: str, verdict: str, held: list[str], *came_notes: str, **more: Any
    ) -> Case:
        shown = came(made, *([6, text] for text in came_notes)) if came_notes else log
        expect = more.pop("expect", {})
        return Case(name, says, shown, verdict, held, expect=expect, asked=one | more)

    yield case("witness-held", "A held checkpoint, cosigned.", "verified", [cosigned],
               expect={"cosigned": AT, "covered": 6})  # fmt: skip
    yield case("witness-missing", "Held, and no witness saw it.", "unanchored", [note],
               expect={"covered": 0, "signed": 6, "cosigned": None})  # fmt: skip
    yield case("witness-not-asked", "Quorum 0: held is enough.", "verified", [note], quorum=0)
    yield case("witness-came", "What came along counts when a witness cosigned it.", "verified", [],
               cosigned, expect={"covered": 6})  # fmt: skip
    yield case("witness-came-not-asked", "With quorum 0 what came along is not from outside.",
               "unanchored", [], cosigned, quorum=0, expect={"cosigned": AT})  # fmt: skip
    yield case("witness-came-missing", "Nobody cosigned it.", "unanchored", [], note)
    published_one = files(MadeLog(published()[:3]))
    from audit.vectors import COSIGNED

    yield Case("witness-published", "The published cosignature.", zipped(published_one), "verified",
               [COSIGNED], asked=one, expect={"cosigned": COSIGNATURE_AT, "covered": 3})  # fmt: skip
    tail = cosigned.rpartition(" ")
    raw = bytearray(a2b_base64(tail[2]))
    raw[20] ^= 1
    yield case("witness-wrong", "A wrong cosignature of a known witness spoils the note.",
               "bad-signature", [f"{tail[0]} {coded(bytes(raw))}\n"], expect={"covered": 0})  # fmt: skip
    yield Case("witness-wrong-and-unknown", "Of a witness nobody knows it is passed over.", log, "verified",
               [f"{tail[0]} {coded(bytes(raw))}\n"])  # fmt: skip
    raw = bytearray(a2b_base64(tail[2]))
    raw[11] ^= 1
    yield case(
        "witness-other-time",
        "The time is signed.",
        "bad-signature",
        [f"{tail[0]} {coded(bytes(raw))}\n"],
    )
    for name, size in (("no-signature", 12), ("cut", 75), ("no-time", 8)):
        yield case(f"witness-{name}", "A cosignature is a time and 64 bytes.", "bad-signature",
                   [f"{tail[0]} {coded(a2b_base64(tail[2])[:size])}\n"])  # fmt: skip
    old = MadeLog([(1, "p:1", 1, "a.b", b"{}")])
    for at, verdict in (
        (0, "bad-signature"),
        (1, "verified"),
        (2**63 - 1, "verified"),
        (2**63, "bad-signature"),
        (2**64 - 1, "bad-signature"),
    ):
        yield Case(f"witness-at-{at}", "Times are from 1 to 2^63 - 1.", bundle(old), verdict,
                   [seen_at(old.note(), at)], asked=one)  # fmt: skip
    two = [WITNESS, str(OTHERS[0].key)]
    both = seen(note, (SEEING, AT + 7), (OTHERS[0], AT))
    yield case("quorum-2", "Two witnesses saw it.", "verified", [both], witnesses=two, quorum=2,
               expect={"cosigned": AT})  # fmt: skip
    yield case("quorum-1-of-2", "One of two is enough; the newest time counts.", "verified", [both],
               witnesses=two, quorum=1, expect={"cosigned": AT + 7})  # fmt: skip
    yield case(
        "quorum-default-of-2", "By default one is asked for.", "verified", [cosigned], witnesses=two
    )
    yield case("quorum-2-missing-one", "One of two is missing.", "unanchored", [cosigned],
               witnesses=two, quorum=2, expect={"cosigned": None})  # fmt: skip
    twin = secret_signer(WITNESS_KEY.name, b"w" * 32, COSIGNATURE)
    yield case("witness-with-two-keys", "One witness with two keys is one witness.", "unanchored",
               [seen(note, (SEEING, AT), (twin, AT))], witnesses=[WITNESS, str(twin.key)], quorum=2)  # fmt: skip
    yield case("witness-twice", "Nor do two lines make two witnesses; the newest counts.", "verified",
               [seen(note, (SEEING, AT), (SEEING, AT - 5))], expect={"cosigned": AT})  # fmt: skip
    yield case("witness-twice-newest-last", "In either order.", "verified",
               [seen(note, (SEEING, AT - 5), (SEEING, AT))], expect={"cosigned": AT})  # fmt: skip
    alone = cosigned.replace(note[note.index("— ") :], "")
    yield case(
        "witness-without-the-log",
        "A cosignature is not the log's own signature.",
        "bad-signature",
        [alone],
    )
    yield case("fifteen-witnesses", "15 cosignatures beside the log's.", "verified",
               [seen(note, *((w, AT) for w in OTHERS[:15]))], witnesses=[str(w.key) for w in OTHERS[:15]],
               quorum=15)  # fmt: skip
