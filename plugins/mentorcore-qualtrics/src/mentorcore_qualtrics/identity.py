"""What a column or a field of an export is: its identity, its kind, and its text as people read it.

A question's identity is the whole ImportId object, whatever the order of its members. Only the
time zone is left aside, because it belongs to the export and not to the question.
"""

import ast
import html
import json
import re
from collections.abc import Mapping
from functools import lru_cache

__all__ = [
    "KEPT_BACK",
    "LABELS",
    "RESPONSE",
    "SHORTER",
    "as_identity",
    "hint_of",
    "import_id",
    "is_import_id",
    "is_sound",
    "key_of",
    "natural",
    "plain",
]

RESPONSE = "_recordId"
"""Identity of the column that holds the responses' own ids."""

KEPT_BACK = frozenset(
    {
        RESPONSE, "startDate", "endDate", "recordedDate", "status", "finished", "progress",
        "duration", "ipAddress", "locationLatitude", "locationLongitude", "locationAccuracy",
        "responseSetId", "lastModifiedDate", "LastModifiedDate", "_lastModifiedDate",
        "Q_LastModified",
    }
)  # fmt: skip
"""Fields about the filling-in, given out as answers only when a mapping names them.

What a response needs of them is in its key, time and lifecycle; network address and position are
nobody's business; and they differ between exports of the same responses.
"""

SHORTER = {
    "responseId": RESPONSE,
    "panel-RecipientLastName": "recipientLastName",
    "panel-RecipientFirstName": "recipientFirstName",
    "panel-RecipientEmail": "recipientEmail",
    "panel-ExternalDataReference": "externalDataReference",
    "Location-LocationLatitude": "locationLatitude",
    "Location-LocationLongitude": "locationLongitude",
    "Location-LocationAccuracy": "locationAccuracy",
}
"""Identities of the transitional layout, and what the same field is called since."""

_EXPORT_ONLY = "timeZone"
LABELS = "isLabelsColumn"
"""The member by which a column with the labels of choices differs from the one with their codes."""

_REPR = re.compile(r"\{\s*'ImportId'\s*:.*\}", re.DOTALL)
_QUESTION = re.compile(r"(?:[0-9]+[-_])?QID[0-9]")
_JOINT = re.compile(r"(?<!-)-")  # a second dash belongs to a negative code
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_HIDDEN = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_DIGITS = re.compile(r"([0-9]+)")
_HINTS = (
    (re.compile(r".*_TEXT(_[0-9a-f]+\w*)?"), "text"),
    (re.compile(r".*_(FIRST_CLICK|LAST_CLICK|PAGE_SUBMIT|CLICK_COUNT)", re.IGNORECASE), "timing"),
    (re.compile(r".*_(BROWSER|VERSION|OS|OPERATING_SYSTEM|RESOLUTION)", re.IGNORECASE), "browser"),
    (re.compile(r".*_DO(_.*)?|RO-BR-.*|FL_[0-9]+_DO.*"), "order"),
    (re.compile(r".*_FILE_(ID|NAME|SIZE|TYPE)|.*QID[0-9]+_(ID|NAME|SIZE|TYPE)"), "file"),
    (re.compile(r"(?:[0-9]+_)?QID[0-9]+.*_RANK|SC(_|[0-9]).*"), "number"),
    (re.compile(r"(?:[0-9]+_)?QID[0-9]+.*"), "choice"),
    (re.compile(r"Q_R"), "response"),
)


def import_id(cell: str) -> Mapping[str, object] | None:
    """The ImportId object that a cell holds, as JSON or as a Python literal; ``None`` if none."""
    cell = cell.strip()
    if not cell.startswith("{") or "ImportId" not in cell:
        return None
    try:
        found = ast.literal_eval(cell) if _REPR.fullmatch(cell) else json.loads(cell)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("ImportId"), str):
        return None
    sound = all(isinstance(member, str) and is_sound(member) for member in found)
    return found if sound and all(is_sound(str(value)) for value in found.values()) else None


def is_sound(text: str) -> bool:
    """Whether a text can be an identity: no NUL in it, and no half of a character."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and text == text.encode(errors="replace").decode()


def is_import_id(cell: str) -> bool:
    """Whether a cell holds an ImportId object."""
    return import_id(cell) is not None


def as_identity(found: Mapping[str, object], *, transitional: bool) -> dict[str, str]:
    """The members of an ImportId object that tell questions apart, as texts, in no export's order.

    Args:
        found: The object.
        transitional: Whether the ids are those of the transitional layout, joined with dashes.
    """
    members = {
        name: value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
        for name, value in sorted(found.items())
        if name != _EXPORT_ONLY and not (name == LABELS and value is False)
    }
    if transitional:
        members["ImportId"] = _modern(members["ImportId"])
    return members


def _modern(name: str) -> str:
    """What an identity of the transitional layout has been called since."""
    if _QUESTION.match(name):
        return _JOINT.sub("_", name)
    return SHORTER.get(name, name.removeprefix("embeddedData-").removeprefix("panel-"))


def key_of(members: Mapping[str, str]) -> str:
    """The identity as one text: ``QID3``, or ``QID3/choiceId=2`` when there is more to it."""
    more = "".join(f"/{name}={value}" for name, value in members.items() if name != "ImportId")
    return members["ImportId"] + more


@lru_cache(maxsize=4096)
def hint_of(name: str) -> str:
    """What kind of value a question seems to have, from its identity."""
    return next((hint for pattern, hint in _HINTS if pattern.fullmatch(name)), "text")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text without its mark-up and with single spaces."""
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
    return " ".join(html.unescape(text).split())


@lru_cache(maxsize=65536)
def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """A text as it sorts among others when numbers in it count as numbers."""
    return tuple(
        (1, int(part)) if part.isdecimal() and len(part) < 20 else (0, part)  # noqa: PLR2004 - ids
        for part in _DIGITS.split(name)
    )
