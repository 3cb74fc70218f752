"""Survey definitions (QSF): the questions with their identities, kinds and choices.

An export names questions by their ids, and its texts may be cut. The definition has them whole,
with the choices and the codes that stand for them, which are neither ids nor positions.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Literal

from mentorcore.adapters.spec import Question, SourceUnreadable

from mentorcore_qualtrics.identity import is_sound, natural, plain

__all__ = ["load_definition", "questions_of", "survey_name"]

Values = Literal["labels", "codes"] | None

_SEVERAL = ("MAVR", "MAHR", "MACOL", "MSB")
_TIMING = ("FIRST_CLICK", "LAST_CLICK", "PAGE_SUBMIT", "CLICK_COUNT")
_BROWSER = ("BROWSER", "VERSION", "OS", "RESOLUTION")
_UPLOAD = ("FILE_ID", "FILE_NAME", "FILE_SIZE", "FILE_TYPE")
_PER_ROW = {"Slider": "number", "CS": "number", "RO": "number"}


def load_definition(stream: BinaryIO, name: str) -> Mapping[str, Any]:
    """The content of a definition.

    Raises:
        SourceUnreadable: It is no whole definition.
    """
    try:
        found = json.loads(stream.read())
    except (ValueError, RecursionError) as error:
        raise SourceUnreadable(
            "this survey definition is damaged or was cut off; export it again", file=name
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("SurveyElements"), list):
        raise SourceUnreadable("this is no survey definition of Qualtrics", file=name)
    return found


def survey_name(definition: Mapping[str, Any]) -> str:
    """What the survey is called."""
    entry = definition.get("SurveyEntry")
    return str(entry.get("SurveyName") or "") if isinstance(entry, dict) else ""


def questions_of(definition: Mapping[str, Any], values: Values = None) -> tuple[Question, ...]:
    """The questions, one for each column that an export would have, by their numbers.

    Args:
        definition: The content of a QSF.
        values: Whether choices are wanted as labels (also when not declared) or as codes.
    """
    found: dict[str, Question] = {}
    for element in definition.get("SurveyElements", ()):
        if isinstance(element, dict) and element.get("Element") == "SQ":
            payload = element.get("Payload")
            if isinstance(payload, dict) and is_sound(str(payload.get("QuestionID") or "\0")):
                for question in _questions(payload, str(payload["QuestionID"]), values):
                    found.setdefault(question.key, question)
    return tuple(sorted(found.values(), key=lambda question: natural(question.key)))


def _questions(payload: Mapping[str, Any], qid: str, values: Values) -> Iterator[Question]:
    """The questions that one element of a survey becomes."""
    kind, selector = str(payload.get("QuestionType")), str(payload.get("Selector"))
    text = plain(str(payload.get("QuestionText") or payload.get("QuestionDescription") or qid))
    choices = _ordered(payload, "Choices", "ChoiceOrder")
    if kind == "MC" and selector == "NPS":
        yield Question(qid, text, "number")
        yield Question(f"{qid}_NPS_GROUP", text, "choice")
    elif kind == "MC":
        hint = "choices" if selector in _SEVERAL else "choice"
        yield Question(qid, text, hint, _named(payload, "RecodeValues", choices, values))
        yield from _boxes(payload, qid, text, choices)
    elif kind == "Matrix":
        answers = _ordered(payload, "Answers", "AnswerOrder")
        hint = "choices" if "Multiple" in str(payload.get("SubSelector")) else "choice"
        offered = _named(payload, "RecodeValues", answers, values)
        if selector == "TE":
            for (row, label), (column, title) in (
                (row, column) for row in choices.items() for column in answers.items()
            ):
                yield Question(f"{qid}_{row}_{column}", f"{text} - {label} - {title}")
            return
        for row, label in choices.items():
            yield Question(f"{qid}_{row}", f"{text} - {label}", hint, offered)
        yield from _boxes(payload, qid, text, choices)
    elif kind == "SBS":
        yield from _side_by_side(payload, qid, text, values)
    elif kind == "TE" and selector == "FORM":
        for row, label in choices.items():
            yield Question(f"{qid}_{row}", f"{text} - {label}")
    elif kind == "TE":
        yield Question(f"{qid}_TEXT", text)
    elif kind in _PER_ROW and choices:
        for row, label in choices.items():
            joint = f"{text} - {label}" if label else text
            yield Question(f"{qid}_{row}", joint, _PER_ROW[kind])
        yield from _boxes(payload, qid, text, choices)
    elif kind in {"DB", "Captcha"}:
        yield Question(qid, text, "display")
    else:
        parts = {"Timing": _TIMING, "Meta": _BROWSER, "FileUpload": _UPLOAD}.get(kind)
        hint = {"Timing": "timing", "Meta": "browser", "FileUpload": "file"}.get(kind, "text")
        for part in parts or ():
            yield Question(f"{qid}_{part}", f"{text} - {part.replace('_', ' ').title()}", hint)
        if parts is None:
            yield Question(qid, text, hint)


def _ordered(payload: Mapping[str, Any], part: str, order: str) -> dict[str, str]:
    """Choices by their ids, in the order in which people see them, as plain texts."""
    offered = payload.get(part)
    if isinstance(offered, list):  # an empty map, as PHP writes it, or one counted from 0
        offered = {str(number): one for number, one in enumerate(offered)}
    if not isinstance(offered, dict):
        return {}
    wished = payload.get(order)
    turns = [str(one) for one in wished] if isinstance(wished, list) else []
    ids = [one for one in turns if one in offered]
    ids += [one for one in sorted(offered, key=natural) if one not in ids]
    return {one: _display(offered[one]) for one in ids}


def _display(choice: Any) -> str:
    return plain(str(choice.get("Display", "") if isinstance(choice, dict) else choice))


def _named(
    payload: Mapping[str, Any], part: str, choices: Mapping[str, str], values: Values
) -> tuple[str, ...]:
    """The choices as an export writes them: their labels, or the codes that stand for them."""
    if values != "codes":
        return tuple(choices.values())
    codes = payload.get(part)
    recoded = codes if isinstance(codes, dict) else {}
    return tuple(str(recoded.get(one, one)) for one in choices)


def _boxes(
    payload: Mapping[str, Any], qid: str, text: str, choices: Mapping[str, str]
) -> Iterator[Question]:
    """The boxes to write in that stand beside choices such as "Other"."""
    offered = payload.get("Choices")
    if not isinstance(offered, dict):
        return
    for one, label in choices.items():
        if isinstance(offered[one], dict) and offered[one].get("TextEntry"):
            yield Question(f"{qid}_{one}_TEXT", f"{text} - {label} - Text")


def _side_by_side(
    payload: Mapping[str, Any], qid: str, text: str, values: Values
) -> Iterator[Question]:
    """Questions that share their rows: each column is a question of its own."""
    columns = payload.get("AdditionalQuestions")
    if not isinstance(columns, dict):
        return
    for number in sorted(columns, key=natural):
        column = columns[number]
        if not isinstance(column, dict):
            continue
        title = plain(str(column.get("QuestionText", "")))
        rows = _ordered(column, "Choices", "ChoiceOrder") or _ordered(
            payload, "Choices", "ChoiceOrder"
        )
        answers = _ordered(column, "Answers", "AnswerOrder")
        offered = _named(column, "RecodeValues", answers, values)
        for row, label in rows.items():
            joint = " - ".join(part for part in (text, title, label) if part)
            yield Question(f"{qid}#{number}_{row}", joint, "choice" if offered else "text", offered)
