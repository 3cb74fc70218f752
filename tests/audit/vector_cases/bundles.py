"""The container, its names, and its manifest."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from audit.made_logs import MadeLog
from audit.vector_cases.case import Case, Files, files, listed, packed, plain, zipped

NAMES = {
    "parent": "../manifest.json",
    "absolute": "/etc/passwd",
    "backslash": "C:\\events-000000.jsonl",
    "parent-inside": "schema/../../x.json",
    "hidden": "schema/.hidden",
    "empty-part": "schema//x.json",
    "space": "schema/a b.json",
    "strange": "readme.txt",
    "short-number": "events-1.jsonl",
    "long-number": "events-0000001.jsonl",
    "arabic": "events-\u0660\u0660\u0660\u0660\u0660\u0660.jsonl",
    "case": "EVENTS-000000.jsonl",
    "65-characters": "schema/" + "a" * 65,
    "nine-deep": "schema/" + "/".join("a" * 9),
    "folder-as-file": "tiles",
    "line-end": "events-000001.jsonl\n",
    "unicode": "schema/\u00e4.json",
}


def cases() -> Iterator[Case]:
    made = plain()
    whole, note = files(made), made.note()

    def case(name: str, says: str, log: bytes | Files | None, verdict: str, **more: Any) -> Case:
        return Case(name, says, log, verdict, [note], **more)

    yield case("directory", "A directory.", whole, "verified")
    yield case(
        "zip-stored", "A ZIP, not packed.", zipped(whole, how=zipfile.ZIP_STORED), "verified"
    )
    yield case(
        "zip-by-the-engine", "As the engine writes it, with long sizes.", written(made), "verified"
    )
    yield case("zip-by-a-stream", "Sizes stand behind each member.", streamed(whole), "verified")
    yield case("zip-long", "With sizes and offsets of 64 bits.", lengthened(whole), "verified")
    yield case(
        "zip-with-remarks", "Members may have remarks.", zipped(whole, remark=b"june"), "verified"
    )
    yield case("zip-in-another-order", "The order of members is no matter.",
               zipped(dict(reversed(whole.items()))), "verified")  # fmt: skip
    for name, how in (("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
        yield case(
            f"zip-{name}", "Members are deflated or stored.", zipped(whole, how=how), "unreadable"
        )
    yield from broken_archives(whole, note)
    yield from packed_densely(whole, note)
    yield from packed_by_others(whole, note)
    for name, member in NAMES.items():
        yield case(f"name-{name}", "No bundle has a file of this name.",
                   zipped(listed(whole | {member: b"{}"})), "unreadable")  # fmt: skip
    for name, member in {"64-characters": "schema/" + "a" * 64, "eight-deep": "schema/a/B/0/_._/-/a.b/x-/y",
                         "policy": "policies/p.json"}.items():  # fmt: skip
        yield case(
            f"name-{name}",
            "A file that informs.",
            zipped(listed(whole | {member: b"{}"})),
            "verified",
        )
    yield case("name-differs-in-case", "On other disks the two are one.",
               zipped(listed(whole | {"schema/a.json": b"1", "schema/A.json": b"2"})), "unreadable")  # fmt: skip
    yield case("missing", "Nothing stands there.", None, "unreadable")
    yield case("empty-file", "A file without a byte.", b"", "unreadable")
    yield case("no-archive", "Some text.", b"no log at all" * 99, "unreadable")
    yield case("empty-directory-of-a-bundle", "Only a manifest that lists nothing.",
               listed({"manifest.json": whole["manifest.json"]}, size=0, root=EMPTY), "truncated",
               expect={"size": 0})  # fmt: skip
    yield from differing(whole, note)
    yield from manifests(made, whole, note)
    yield from formats(whole, note)
    yield from parts(note)
    yield from mappings(note)


KINDS: dict[str, Any] = {
    "null": None, "text": "15", "number": 15, "true": True, "list": [], "object": {},
}  # fmt: skip
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def written(made: MadeLog) -> bytes:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        return made.bundle(Path(folder) / "bundle.zip").read_bytes()


def lengthened(made: Files) -> bytes:
    """A ZIP all of whose sizes and offsets are told in 64 bits (APPNOTE.TXT 4.3.14, 4.5.3)."""
    short = zipped(made)
    count, length, start = struct.unpack("<10xHLL2x", short[-22:])
    directory = b""
    for member in zipfile.ZipFile(io.BytesIO(short)).infolist():
        name = member.filename.encode()
        told = struct.pack("<HH", 0x6375, 0)  # another extra field stands before
        told += struct.pack(
            "<HHQQQ", 1, 24, member.file_size, member.compress_size, member.header_offset
        )
        head = struct.pack(
            "<LHHHHHHLLLHHHHHLL", 0x02014B50, 45, 45, 0, 8, 0, 33, member.CRC, 0xFFFFFFFF, 0xFFFFFFFF,
            len(name), len(told), 0, 0, 0, 0o100644 << 16, 0xFFFFFFFF,
        )  # fmt: skip
        directory += head + name + told
    end = struct.pack(
        "<LQHHLLQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), start
    )
    where = struct.pack("<LLQL", 0x07064B50, 0, start + len(directory), 1)
    last = struct.pack("<LHHHHLLH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert length
    return short[:start] + directory + end + where + last


class Unseekable(io.BytesIO):
    """A pipe: what was written cannot be gone back to."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def streamed(made: Files) -> bytes:
    whole = Unseekable()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in made.items():
            box.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def packed_by_others(whole: Files, note: str) -> Iterator[Case]:
    """As archivers and desktops pack a folder."""

    def case(
        name: str, says: str, log: Files | bytes, verdict: str = "verified", **expect: Any
    ) -> Case:
        return Case(
            f"packed-{name}",
            says,
            log if isinstance(log, bytes) else zipped(log),
            verdict,
            [note],
            expect=expect,
        )

    folders = {f"{part}/": b"" for part in ("tiles", "tiles/tile", "tiles/tile/0", "empty")}
    inside = {f"june/{name}": data for name, data in whole.items()}
    yield case("with-folders", "Entries for folders are no files.", folders | whole, faults=[])
    yield case(
        "folder-with-content",
        "One that holds something is a file, of no such name.",
        whole | {"tiles/": b"x"},
        "unreadable",
    )
    yield case("in-a-folder", "The folder that holds all is taken off.", inside)
    yield case(
        "in-a-folder-with-folders",
        "With entries for folders, too.",
        {"june/": b"", "june/tiles/": b""} | inside,
    )
    yield case(
        "in-two-folders",
        "One folder only.",
        {f"a/{name}": data for name, data in inside.items()},
        "unreadable",
    )
    yield case(
        "in-a-folder-with-more",
        "Something stands beside it.",
        inside | {"july/x": b""},
        "unreadable",
    )
    halves = {f"{'a' if name < 'm' else 'b'}/{name}": data for name, data in whole.items()}
    yield case(
        "in-two-halves",
        "All lies in one folder, or it is taken as it is.",
        halves,
        "unreadable",
        covered=0,
    )
    yield case("in-a-folder-and-not", "The manifest stands above.",
               inside | {"manifest.json": whole["manifest.json"]}, "unreadable")  # fmt: skip
    litter = ("__MACOSX/._manifest.json", ".DS_Store", "tiles/.DS_Store", "._events-000000.jsonl", "tiles/tile/._0", "Thumbs.db",
              "schema/desktop.ini")  # fmt: skip
    yield case(
        "with-litter",
        "What desktops leave there is left out.",
        whole | dict.fromkeys(litter, b"x"),
        covered=6,
        faults=[],
    )
    yield case("in-a-folder-with-litter", "In a folder, too.",
               inside | {"__MACOSX/june/._manifest.json": b"x", "june/.DS_Store": b"x"})  # fmt: skip
    yield case(
        "directory-with-litter",
        "In a directory, too.",
        whole | {".DS_Store": b"x", "tiles/Thumbs.db": b"x"},
        covered=6,
    )
    for name in (
        "DS_Store",
        ".DS_Store2",
        "thumbs.db",
        "Thumbs.db/x",
        "desktop.ini.txt",
        "__macosx/x",
    ):
        yield case(
            f"with-{name.replace('/', '-')}",
            "This is none of it.",
            whole | {name: b"x"},
            "unreadable",
        )


def at_the_ratio() -> tuple[bytes, bytes]:
    """Bytes that unpack to exactly 200 times their packed size, and one byte more for the same."""

    def packed_size(data: bytes) -> int:
        box = io.BytesIO(zipped({"a": data}))
        return zipfile.ZipFile(box).infolist()[0].compress_size

    noise = b"".join(sha256(b"%d" % n).digest() for n in range(140))
    size = 1_100_000
    while True:
        data = noise + bytes(size)
        over = len(data) - 200 * packed_size(data)
        if over == 0 and packed_size(data + b"\0") == packed_size(data):
            return data, data + b"\0"
        size += max(-over, 1)


def packed_densely(whole: Files, note: str) -> Iterator[Case]:
    least, more = at_the_ratio()
    for name, says, data, verdict in (
        ("1-mib", "1 MiB may pack as well as it can.", bytes(1 << 20), "verified"),
        ("beyond-1-mib", "One byte more may not.", bytes((1 << 20) + 1), "unreadable"),
        ("ratio-200", "It unpacks to 200 times its size.", least, "verified"),
        ("ratio-beyond-200", "It unpacks to one byte more than that.", more, "unreadable"),
    ):
        yield Case(f"zip-{name}", says, zipped(listed(whole | {"schema/a": data})), verdict, [note])


def broken_archives(whole: Files, note: str) -> Iterator[Case]:
    sound = zipped(whole)

    def case(name: str, says: str, log: bytes) -> Case:
        return Case(name, says, log, "unreadable", [note], expect={"covered": 0})

    def more(change: Callable[[zipfile.ZipFile], object]) -> bytes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile warns of what is done here on purpose
            return zipped(whole, change=change)

    def link(box: zipfile.ZipFile) -> None:
        member = zipfile.ZipInfo("schema/passwd", (1980, 1, 1, 0, 0, 0))
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        box.writestr(member, "/etc/passwd")

    def zeros(box: zipfile.ZipFile) -> None:
        member = zipfile.ZipInfo("mappings/zeros", (1980, 1, 1, 0, 0, 0))
        box.writestr(member, bytes(4 << 20), zipfile.ZIP_DEFLATED)

    def twice(box: zipfile.ZipFile) -> None:
        box.writestr(zipfile.ZipInfo("events-000000.jsonl", (1980, 1, 1, 0, 0, 0)), b"")

    yield case("zip-twin", "Two members of one name: two readers take two of them.", more(twice))
    yield case("zip-link", "A link.", more(link))
    yield case("zip-bomb", "It unpacks to more than 200 times its size.", more(zeros))
    encrypted = bytearray(sound)
    encrypted[encrypted.rindex(b"PK\1\2") + 8] |= 1
    yield case("zip-encrypted", "A member is encrypted.", bytes(encrypted))
    encrypted[encrypted.rindex(b"PK\1\2") + 8] ^= 0x41
    yield case("zip-encrypted-strongly", "Nor in the other way.", bytes(encrypted))
    yield case("zip-behind", "Something stands behind it.", sound + b"\0")
    yield case("zip-twice", "Another archive stands behind it.", sound + sound[:100])
    yield case("zip-before", "Something stands before it.", b"#!/bin/sh\n" + sound)
    remark = sound[:-2] + b"\5\0hello"
    yield case("zip-remark", "A remark stands at its end.", remark)
    yield case("zip-cut", "Its end is missing.", sound[:-30])
    yield case("zip-head-only", "Its beginning only.", sound[:400])
    yield case("zip-empty", "It holds nothing.", zipped({}))
    at = sound.index(b"events-000000.jsonl")
    renamed = sound[:at] + b"events-000001.jsonl" + sound[at + 19 :]
    yield case("zip-two-names", "A member bears two names.", renamed)
    stored = zipped(whole, how=zipfile.ZIP_STORED)
    place = stored.index(b'"pairing.meeting-held"')
    damaged = stored[:place] + b"'" + stored[place + 1 :]
    yield case("zip-damaged-events", "The check sum of the events does not fit.", damaged)
    beside = zipped(listed(whole | {"schema/a": b"some text"}), how=zipfile.ZIP_STORED).replace(
        b"some text", b"same text", 1
    )
    yield Case("zip-damaged-beside", "That of a file beside them does not: the rest is read.", beside, "unreadable", [note],
               expect={"covered": 6, "verdicts": ["unreadable"]})  # fmt: skip
    lines_of = {
        "checkpoints.jsonl": whole["checkpoints.jsonl"],
        "redacted.jsonl": b'[9,"%s",null]\n' % (b"00" * 32),
    }
    for name, data in lines_of.items():
        spoilt = zipped(listed(whole | {name: data}), how=zipfile.ZIP_STORED)
        at = spoilt.index(data) + len(data) - 3
        yield Case(f"zip-damaged-{name.partition('.')[0]}", "Nor are lines of a damaged file.",
                   spoilt[:at] + bytes((spoilt[at] ^ 2,)) + spoilt[at + 1 :], "unreadable", [note],
                   expect={"covered": 6, "verdicts": ["unreadable"]})  # fmt: skip
    tile = next(name for name in whole if name.startswith("tiles/"))
    spoilt = zipped(whole, how=zipfile.ZIP_STORED).replace(
        whole[tile], bytes((whole[tile][0] ^ 1,)) + whole[tile][1:], 1
    )
    yield Case(
        "zip-damaged-tile",
        "Nor is a tile read.",
        spoilt,
        "unreadable",
        [note],
        expect={"covered": 6},
    )
    told = whole["events-000000.jsonl"].replace(b"note-written", b"note-wrotten", 1)
    altered = zipped(listed(whole | {"events-000000.jsonl": told}), how=zipfile.ZIP_STORED)
    both = altered.replace(whole[tile], bytes((whole[tile][0] ^ 1,)) + whole[tile][1:], 1)
    yield Case("zip-damaged-tile-altered-event", "Such a tile is no evidence, and hides nothing.", both, "changed", [note],
               expect={"covered": 0, "verdicts": ["changed", "unreadable"], "faults": [["changed", 0, None]]})  # fmt: skip


def differing(whole: Files, note: str) -> Iterator[Case]:
    beside = whole | {"schema/a.json": b'{"a":1}', "schema/b.json": b"{}"}
    sound = listed(beside)

    def case(name: str, says: str, log: Files) -> Case:
        return Case(f"listed-{name}", says, zipped(log), "changed", [note], expect={"covered": 6})

    less = dict(sound)
    del less["schema/a.json"]
    yield Case("listed", "Files beside the events, as listed.", zipped(sound), "verified", [note])
    yield case("missing", "A listed file is not there.", less)
    yield case("more", "A file is not listed.", sound | {"policies/x": b""})
    yield case(
        "other", "A file is another of the same size.", sound | {"schema/a.json": b'{"a":2}'}
    )
    yield case("longer", "A file is longer than listed.", sound | {"schema/a.json": b'{"a":1} '})
    yield case("events", "So are the events, with a blank that means nothing.",
               sound | {"events-000000.jsonl": whole["events-000000.jsonl"].replace(b",", b", ", 1)})  # fmt: skip
    yield case("checkpoints", "So are the checkpoints.", sound | {"checkpoints.jsonl": b""})
    tile = next(name for name in whole if name.startswith("tiles/"))
    yield case("tile", "So is a tile.", sound | {tile: whole[tile][:-1] + b"\0"})
    import json

    manifest = json.loads(sound["manifest.json"])
    listing = manifest["files"]
    size, digest = listing["schema/b.json"]
    changed = {
        "size-only": {"schema/b.json": [size + 1, digest]},
        "digest-only": {"schema/b.json": [size, digest[::-1]]},
    }
    for name, one in changed.items():
        told = packed(manifest | {"files": listing | one})
        yield case(name, "Size and digest both count.", sound | {"manifest.json": told})
    told = packed(manifest | {"files": listing | {"manifest.json": [1, digest]}})
    yield case("itself", "The manifest does not list itself.", sound | {"manifest.json": told})


def manifests(made: MadeLog, whole: Files, note: str) -> Iterator[Case]:
    import json

    manifest: dict[str, Any] = json.loads(whole["manifest.json"])

    def case(name: str, says: str, told: Any, verdict: str = "unreadable", **more: Any) -> Case:
        text = told if isinstance(told, bytes) else packed(told)
        return Case(
            f"manifest-{name}",
            says,
            zipped(whole | {"manifest.json": text}),
            verdict,
            [note],
            **more,
        )

    for member in ("format", "log_id", "origin", "size", "root", "states", "engine", "files"):
        rest = {n: v for n, v in manifest.items() if n != member}
        yield case(f"without-{member}", "A manifest has all its members.", rest)
        for kind, value in KINDS.items():
            fits = {"origin": ("null", "text"), "size": ("number",), "engine": ("text",)}.get(
                member, ()
            )
            if kind not in fits and not (member == "files" and kind == "object"):
                yield case(
                    f"{member}-{kind}", "Members are of their types.", manifest | {member: value}
                )
        written = packed(manifest[member])
        twice = packed(manifest)[:-1] + b',"' + member.encode() + b'":' + written + b"}"
        yield case(f"{member}-twice", "Each stands there once, even if both are equal.", twice)
    wrong: list[tuple[str, str, Any]] = [
        ("size-negative", "size", -1),
        ("size-fraction", "size", 6.0),
        ("size-above", "size", 2**63),
        ("log-id-capitals", "log_id", made.log_id.hex().upper().replace("0", "A")),
        ("log-id-short", "log_id", "00" * 15),
        ("log-id-blank", "log_id", "00 " * 15 + "00"),
        ("root-capitals", "root", manifest["root"].upper()),
        ("root-short", "root", manifest["root"][2:]),
        ("states-other", "states", "some"),
        ("file-of-three", "files", {**manifest["files"], "schema/a": [1, "00" * 32, 1]}),
        ("file-size-text", "files", {**manifest["files"], "schema/a": ["1", "00" * 32]}),
        ("file-size-true", "files", {**manifest["files"], "schema/a": [True, "00" * 32]}),
        ("file-size-negative", "files", {**manifest["files"], "schema/a": [-1, "00" * 32]}),
        ("file-digest-short", "files", {**manifest["files"], "schema/a": [1, "00"]}),
        ("file-digest-null", "files", {**manifest["files"], "schema/a": [1, None]}),
        ("file-null", "files", {**manifest["files"], "schema/a": None}),
    ]
    for name, member, value in wrong:
        yield case(name, "Members are of their types.", manifest | {member: value})
    name = next(iter(manifest["files"]))
    inner = packed(manifest).replace(
        b'"files":{', b'"files":{' + packed(name) + b":" + packed(manifest["files"][name]) + b","
    )
    yield case("file-twice", "A file is listed once.", inner)
    for name, text in {"empty": b"", "list": b"[]", "null": b"null", "not-utf-8": b"\xff{}",
                       "deep": b"[" * 100_000, "mark": b"\xef\xbb\xbf" + packed(manifest),
                       "cut": packed(manifest)[:-1], "two": packed(manifest) * 2,
                       "comment": packed(manifest) + b"//",
        "no-comma": packed(manifest).replace(b',"size"', b' "size"'),
        "no-colon": packed(manifest).replace(b'"size":', b'"size" '),
        "name-number": packed(manifest)[:-1] + b",5:5}"}.items():  # fmt: skip
        yield case(name, "It is no JSON object.", text)
    yield case(
        "pretty", "White space is no matter.", json.dumps(manifest, indent=4).encode(), "verified"
    )
    yield case(
        "member-more",
        "Further members may stand.",
        manifest | {"without_schema": ["a.b"]},
        "verified",
    )
    yield case("escaped", "A name may be written with escapes.",
               packed(manifest).replace(b'"size"', b'"\\u0073ize"'), "verified")  # fmt: skip
    for name, member, value in (
        ("claims-size", "size", 7),
        ("claims-root", "root", "00" * 32),
        ("claims-states", "states", "withheld"),
        ("claims-origin", "origin", "other.example"),
        ("claims-no-origin", "origin", None),
    ):
        yield case(name, "What it claims is compared with what was found.", manifest | {member: value}, "changed",
                   expect={"covered": 6})  # fmt: skip
    other = zipped(whole | {"manifest.json": packed(manifest | {"origin": "other.example"})})
    yield Case(
        "manifest-origin-without-key",
        "Without a key nobody knows the origin.",
        other,
        "unanchored",
        [],
        [],
    )
    yield Case("manifest-origin-null-without-key", "A log that nobody signs.",
               zipped(whole | {"manifest.json": packed(manifest | {"origin": None})}), "unanchored", [], [])  # fmt: skip
    withheld = files(made, withhold=["pairing.note-written"])
    yield Case("withheld", "States that are left out.", zipped(withheld), "verified", [note],
               expect={"withheld": 2})  # fmt: skip
    yield Case("withheld-claims-full", "They are said to be there.", zipped(listed(withheld, states="full")),
               "changed", [note])  # fmt: skip
    without = {n: d for n, d in whole.items() if n != "manifest.json"}
    yield Case(
        "manifest-missing", "Without it, it is no bundle.", zipped(without), "unreadable", [note]
    )
    yield Case("log-id-other", "Another log's id: no leaf is the signed one.", zipped(listed(whole, log_id="00" * 16)),
               "changed", [note], expect={"covered": 0})  # fmt: skip


def formats(whole: Files, note: str) -> Iterator[Case]:
    stamp, moved = (
        {"stamps/6-tsa.example.tsr": b"a stamp"},
        {"move/index.jsonl": b'["key","00",null,null,1,1]\n'},
    )
    for number, beside, verdict in (
        (0, {}, "unreadable"), (1, {}, "verified"), (3, {}, "unreadable"), (2, stamp, "verified"),
        (1, stamp, "unreadable"), (2, moved, "verified"), (1, moved, "unreadable"),
    ):  # fmt: skip
        what = "-".join([str(number), *(n.partition("/")[0] for n in beside)])
        yield Case(f"format-{what}", "Formats 1 and 2 are read, each with what it has.",
                   zipped(listed(whole | beside, format=f"mentorcore-export/{number}")), verdict, [note])  # fmt: skip


def parts(note: str) -> Iterator[Case]:
    """Events in several files."""
    whole = files(plain())
    told = whole.pop("events-000000.jsonl").splitlines(keepends=True)

    def cut(**named: list[bytes]) -> Files:
        return listed(
            whole | {f"events-{n[1:]}.jsonl": b"".join(some) for n, some in named.items()}
        )

    yield Case("parts", "Files of events in the order of their names.",
               zipped(cut(_000001=told[4:], _000000=told[:4])), "verified", [note])  # fmt: skip
    yield Case("parts-with-a-hole", "Their numbers are names and no more.",
               zipped(cut(_000007=told[:4], _000042=told[4:])), "verified", [note])  # fmt: skip
    yield Case("parts-exchanged", "The order is that of names.",
               zipped(cut(_000000=told[4:], _000001=told[:4])), "changed", [note],
               expect={"faults": [["changed", 0, None]]})  # fmt: skip
    yield Case("parts-empty", "A file may be empty.", zipped(cut(_000000=[], _000001=told, _000002=[])),
               "verified", [note])  # fmt: skip
    yield Case("parts-cut-in-a-line", "A line does not go on in the next file.",
               zipped(cut(_000000=[*told[:3], told[3][:20]], _000001=[told[3][20:], *told[4:]])), "changed",
               [note], expect={"faults": [["changed", 3, None]]})  # fmt: skip
    none = listed(whole, size=0, root=EMPTY)
    yield Case("no-events", "A log of no events.", zipped(listed({"manifest.json": none["manifest.json"]}, size=0, root=EMPTY)),
               "unanchored", [], expect={"size": 0, "position": 0})  # fmt: skip


def mappings(note: str) -> Iterator[Case]:
    """Texts of mappings, named by the digest of what they say."""
    text = (
        'form = "m\u00fcller \\u0001\\t\\"" # a remark\n[fields]\nname = "Name"\nAge = 3\n[more]\nday = 2026-03-01\n'
        "at = 2026-03-01T12:00:00Z\nshare = 0.10\nyes = true\nlist = [1, 2]\n"
    )
    said = (
        '{"fields": {"Age": 3, "name": "Name"}, "form": "m\u00fcller \\u0001\\t\\"", "more": {"at": "2026-03-01T12:00:00+00:00", '
        '"day": "2026-03-01", "list": [1, 2], "share": 0.1, "yes": true}}'
    )
    digest = sha256(said.encode()).hexdigest()
    name = f"mappings/{digest[:32]}.toml"
    whole = files(plain())

    def case(what: str, says: str, beside: Files, verdict: str, **expect: Any) -> Case:
        return Case(
            f"mapping-{what}",
            says,
            zipped(listed(whole | beside)),
            verdict,
            [note],
            expect=expect,
            needs="toml",
        )

    yield case(
        "sound",
        "It is named by the digest of what it says.",
        {name: text.encode()},
        "verified",
        covered=6,
    )
    yield case("reordered", "Remarks, blanks and order do not count.",
               {name: text.replace(" # a remark", "").replace('name = "Name"\nAge = 3', "Age  =  3\nname = 'Name'").encode()}, "verified")  # fmt: skip
    yield case(
        "with-mark",
        "Nor does a byte order mark.",
        {name: b"\xef\xbb\xbf" + text.encode()},
        "verified",
    )
    yield case(
        "other",
        "It says something else.",
        {name: text.replace("Age = 3", "Age = 4").encode()},
        "changed",
        covered=6,
    )
    yield case("no-toml", "It is no TOML.", {name: b"form ="}, "changed")
    yield case("not-utf-8", "It is no UTF-8.", {name: b'form = "\xff"'}, "changed")
    yield case("other-name", "It has another name.", {"mappings/x.toml": text.encode()}, "changed")
    yield case(
        "longer-name",
        "32 digits of it are its name.",
        {f"mappings/{digest[:33]}.toml": text.encode()},
        "changed",
    )
    yield case("other-end", "And .toml.", {name.replace(".toml", ".txt"): text.encode()}, "changed")
    for what, top in (("named", "d"), ("named-at-the-top", None)):
        told = {"mapping_digest": digest}
        stored = packed({"d": told} if top else told)
        made = MadeLog([(1, "import:1", 1, "import.started", stored)])
        for there in (True, False):
            beside = {name: text.encode()} if there else {}
            yield Case(f"mapping-{what}-{'there' if there else 'missing'}", "An import names it; that it is not there is a notice.",
                       zipped(listed(files(made) | beside)), "verified", [made.note()], needs="toml",
                       expect={"notice_count": 0 if there else 1})  # fmt: skip
