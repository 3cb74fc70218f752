"""What each field of an event or a value means, in a sentence that a coordinator could read.

A class says it in its docstring, under ``Attributes``. What a field means wherever it stands is
said here, once, and a class only says what is different about its own.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs

__all__ = ["COMMON", "about", "meanings"]

COMMON: Mapping[str, str] = MappingProxyType(
    {
        # whom and what it is about
        "subjects": "The people whom it is about; what is sealed opens with the keys of all.",
        "person_id": "The person.",
        "participant_id": "The participant: a person in one cohort of a program, in one role.",
        "program_id": "The program.",
        "cohort_id": "The cohort.",
        "pairing_id": "The pairing.",
        "meeting_id": "The meeting.",
        "joint_id": "What the meetings of several pairings share that were one and the same.",
        "goal_id": "The goal.",
        "item_id": "The action item.",
        "note_id": "The note.",
        "feedback_id": "The feedback.",
        "mismatch_id": "The reported mismatch.",
        "batch_id": "The import: one reading of a file or feed.",
        "audit_id": "The record about the log.",
        "principal_stream": "The stream of the record that this one accompanies.",
        "principal": "The version of the record that this one accompanies, on that one's stream.",
        # when
        "on": "The day on which it happened, in the program's time zone.",
        "since": "The first day on which it holds.",
        "until": "The first day on which it holds no longer; nothing while it lasts.",
        "held_on": "The day of the meeting, in the program's time zone.",
        "held_at": "When the meeting began; nothing when only the day is known.",
        "starts_on": "The day on which it is to take place, in the program's time zone.",
        "starts_at": "When it is to begin; nothing when only the day is known.",
        "minutes": "How long it takes, in whole minutes.",
        "due_on": "The day by which it is to be done.",
        "planned_end": "The day on which the pairing is meant to end.",
        "planned_until": "The day on which it is meant to go on.",
        "time_zone": "The time zone in which its days are counted, by its IANA name.",
        # who and how
        "name": "The full name.",
        "contact": "How to reach the person.",
        "role": "The role in the program, one of those that its settings declare.",
        "fte_percent": "How much of a full post it is, in percent.",
        "author": "The participant who wrote it.",
        "attendees": "The participants who take part.",
        "absent": "The participants who did not come.",
        "signer": "The member who signed.",
        "members": "Who is in the pairing, each in a role.",
        "shape": "Whether a pairing is one to one, a group, or reciprocal.",
        "modality": "Whether they meet in person, by video, by phone, or write to each other.",
        "participant": "The participant.",
        "primary": "Whether this mentor is the one who answers for the mentee.",
        "start_needs": "What the pairing waits for before it is active.",
        "authority": "Who allowed it, as a word of the program's own, such as an office.",
        "visibility": "Who may read it, as a visibility class.",
        "settings": "The settings, all of them.",
        "goals": "What the program wants to reach.",
        "form": "The survey form, by the name that its mapping gives it.",
        # what was said
        "reason": "Why, in the words of whoever recorded it.",
        "text": "What was said.",
        "body": "The text.",
        "topics": "What they spoke about.",
        "comment": "What was said about it.",
        "area": "The field that it belongs to, as a word of the program's own.",
        "unmet_soft": "Wishes of the program that the pairing does not meet, each with a reason.",
        "override_reason": "Why a limit of the program was overridden.",
        "revision": "Which wording was signed, counted from 1.",
        "cadence": "How often they agreed to meet.",
        "terms": "What else they agreed on.",
        "purpose": "What they work together for.",
        "duration": "How long they mean to work together.",
        "confidentiality": "What stays between them.",
        "parting": "How they part when it does not fit.",
        "sequence": "How often the meeting was planned so far; the highest one holds.",
        "verdict": "Whether it took place as logged.",
        "statement": "What is to be reached.",
        "indicator": "By what one would see that it is reached.",
        "revises": "The goal that this one is a new wording of.",
        "status": "Where it stands now.",
        "measure": "What was measured.",
        "criterion": "A criterion or wish, as the program's settings call it.",
        "scale": "The scale, as the program's settings call it.",
        "rating": "The whole number chosen on the scale.",
        "ratings": "What was chosen on the program's scales.",
        "about_participant": "The participant whom it is about.",
        "grounds": "What does not fit.",
        "wish": "What the participant would like to happen.",
        "facilitated_by": "The person who led the conversation.",
        "frees_place": "Whether somebody else can have the mentor's place meanwhile.",
        "initiated_by": "The participant who asked for it, or `program`.",
        "closing_conversation": "Whether they spoke about the end.",
        "successor": "The pairing that takes its place.",
        # corrections
        "target": "The version of the corrected record in the same stream.",
        "target_name": "The stored name of the corrected record.",
        "cause": "What led to it, as one of the words for it.",
        "public_changes": "The corrected fields that stand in the clear, by name.",
        "personal_names": "The names of the corrected fields that are sealed.",
        "personal_changes": "The corrected fields that are sealed, by name.",
        "duplicate_of": "The stream and version of the record that this one repeats.",
    }
)
"""The meaning of fields that are the same wherever they stand."""


def meanings(cls: type) -> Mapping[str, str]:
    """Every field of *cls* with its meaning; empty where nothing is said."""
    said = _said(cls)
    found = {f.name: said.get(f.name) or COMMON.get(f.name, "") for f in attrs.fields(cls)}
    return MappingProxyType({name: text.replace("``", "`") for name, text in found.items()})


def about(cls: type) -> str:
    """What *cls* stands for: its docstring without the list of fields, in one paragraph."""
    return " ".join(_parts(cls)[0].split()).replace("``", "`")


def _parts(cls: type) -> tuple[str, str]:
    """A class's docstring before the list of its fields, and the list."""
    text, _, listed = re.sub(r"\n *Attributes:\n", "\0", cls.__doc__ or "", count=1).partition("\0")
    return text, listed


def _said(cls: type) -> dict[str, str]:
    """What the docstring of a class says under ``Attributes``."""
    found: dict[str, str] = {}
    lines = [line for line in _parts(cls)[1].splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    field = ""
    for line in lines:
        if entry := re.fullmatch(r"(\w+): (.*)", line[margin:]):
            field = entry[1]
            found[field] = entry[2]
        else:
            found[field] += f" {line.strip()}"
    return found
