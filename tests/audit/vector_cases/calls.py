"""What comes from outside: keys of the log and of witnesses, and calls that ask for what cannot be."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Iterator
from hashlib import sha256

from audit.made_logs import NONCE, VKEY
from audit.vector_cases.case import Case, bundle, coded, plain
from audit.vectors import NOTES, ORIGIN, SIGNER, WITNESS_KEY

from mentorcore.audit.notes.verifier_keys import secret_signer

P = 2**255 - 19
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
RAW = a2b_base64(VKEY.split("+", 2)[2])
WITNESS = str(WITNESS_KEY)
SECOND = secret_signer(ORIGIN, b"another seed of 32 bytes, tests!")


def named(name: str, raw: bytes) -> str:
    """A verifier key whose id is right, whatever the rest is."""
    digest = sha256(name.encode() + b"\n" + raw).hexdigest()
    return f"{name}+{digest[:8]}+{coded(raw)}"


def cases() -> Iterator[Case]:
    made = plain()
    log, note = bundle(made), made.note()

    def wrong(name: str, says: str, *vkeys: str, **asked: object) -> Case:
        held = asked.pop("held", [note])
        return Case(name, says, log, "unreadable", held, vkeys, asked=asked)  # type: ignore[arg-type]

    for number, case in enumerate(NOTES["invalid_vkeys_text"]):
        yield wrong(f"key-{number:02}", f"A key is refused: {case['why']}.", case["vkey"])
    weak = {"0": 0, "1": 1, "p-1": P - 1, "y8": Y8, "p-y8": P - Y8, "p": P, "p+1": P + 1}
    weak |= {"largest": 2**255 - 1}
    for name, y in weak.items():
        for bit in (0, 1):
            raw = b"\1" + (y | bit << 255).to_bytes(32, "little")
            says = (
                f"Under a key whose y is {name} (top bit {bit}) anybody signs, or it has two forms."
            )
            yield wrong(f"weak-key-{name}-{bit}", says, named(ORIGIN, raw))
    raw = b"\4" + (1).to_bytes(32, "little")
    yield wrong(
        "weak-witness", "A witness's key is looked at as a log's is.", VKEY,
        witnesses=[named("w", raw)],
    )  # fmt: skip
    yield wrong("no-key", "It is no key at all.", "mentoring.example.edu/log1")
    yield wrong("key-without-type", "32 bytes: the type is missing.", named(ORIGIN, RAW[1:]))
    yield wrong("key-34", "A key has 33 bytes, not 34.", named(ORIGIN, RAW + b"\0"))
    yield wrong("key-type-0", "Type 0 is none.", named(ORIGIN, b"\0" + RAW[1:]))
    yield wrong("log-key-type-4", "A witness's key is no log's.", named(ORIGIN, b"\4" + RAW[1:]))
    yield wrong("witness-key-type-1", "A log's key is no witness's.", VKEY, witnesses=[VKEY])
    for what, name in {
        "no-break-space": "a\u00a0b", "next-line": "a\u0085b", "delete": "a\x7fb", "plus": "a+b",
        "bell": "a\x07b", "ideographic-space": "a\u3000b",
    }.items():  # fmt: skip
        yield wrong(f"key-name-{what}", "No such character stands in a name.", named(name, RAW))
    base = f"{ORIGIN}+{SIGNER.key.id.hex()}+"
    yield wrong(
        "key-base64-short", "Padding may not be left out.", base + coded(RAW).rstrip("=")[:-1]
    )
    yield wrong(
        "key-base64-url",
        "It is the standard alphabet.",
        VKEY.replace("/", "_", 2).replace("mentoring.example.edu_", "mentoring.example.edu/"),
    )
    yield wrong("two-logs", "All keys of the log bear one name.", VKEY, named("other.example", RAW))
    yield wrong("held-without-key", "A checkpoint cannot be checked without a key.")
    yield wrong("nonce-without-key", "Nor can a nonce.", held=[], nonce=NONCE)
    yield wrong("nonce-empty-without-key", "Nor one without a letter.", held=[], nonce="")
    yield wrong("witness-without-key", "Nor can a witness.", held=[], witnesses=[WITNESS])
    yield wrong(
        "quorum-2-of-1", "More witnesses than are known.", VKEY, witnesses=[WITNESS], quorum=2
    )
    yield wrong("quorum-1-of-0", "There is no witness.", VKEY, quorum=1)
    yield wrong("quorum-below-0", "Fewer than none.", VKEY, quorum=-1)

    yield Case(
        "plain", "A sound log, and the newest checkpoint that somebody holds.", log, "verified",
        [note], expect={"covered": 6, "signed": 6, "size": 6, "position": 6, "withheld": 0, "gaps": 0,
                        "cosigned": None, "redacted": [], "opened": [], "faults": []},
    )  # fmt: skip
    yield Case("plain-without-anything", "Nothing came from outside.", log, "unanchored", [], [],
               expect={"covered": 0, "signed": 0, "size": 6})  # fmt: skip
    yield Case("plain-with-key-only", "A key alone anchors nothing.", log, "unanchored", [],
               expect={"covered": 0, "signed": 6})  # fmt: skip
    name = "log\ufeff\u200b\u00fc.example"
    odd = secret_signer(name, bytes(range(32)))
    strange = plain(signer=odd)
    yield Case(
        "key-name-unusual", "A name may hold what is neither white space nor control character.",
        bundle(strange), "changed", [strange.note()], [str(odd.key)], expect={"covered": 6},
    )  # fmt: skip
    yield Case("key-with-line-end", "White space around a key is none of it.", log, "verified", [note],
               [f" {VKEY}\n"])  # fmt: skip
    both = plain(sizes=[6], signer=SECOND)
    yield Case(
        "two-keys-of-one-name", "A retired key counts beside the new one.", bundle(both), "verified",
        [plain().note(3), both.note()], [VKEY, str(SECOND.key)], expect={"covered": 6, "signed": 6},
    )  # fmt: skip
    yield Case("same-key-twice", "A key that is given twice is one key.", log, "verified", [note],
               [VKEY, VKEY])  # fmt: skip
