"""A list of thanks, awards and certificates: each row recognises somebody."""

from mentorcore.practices.community.recognition.events import AwardRecognition, RecognitionAwarded
from mentorcore.practices.spec import Field, FormKind, Hint, Intents, Row, mapping_to_edit

__all__ = ["RECOGNITION_LIST"]

KINDS = ("thanks", "award", "certificate", "success_story")

_REST = """
[fields]
to = "Who is it for?"
on = "Date"
kind = "What"                        # thanks, award, certificate or success_story
citation = "What for?"               # read by whoever it is said of, and by the coordinator
# by = "From"                        # the person who gives it
# office = "Given by"                # or the office or body, such as school_board
"""


def read(row: Row) -> Intents:
    """Somebody is recognised, by the enrolment of that day or else by the last one."""
    on, to = row.must("on", row.day("on")), row.must("to", row.person("to"))
    by = row.person("by")
    row.check()
    assert on is not None
    assert to is not None
    row.say(
        "recognition",
        AwardRecognition,
        recognition_id=row.ids("recognition"),
        program_id=row.known.program.program_id,
        to=to.enrolment_on(on),
        kind=row.choice("kind", "thanks"),
        on=on,
        by=None if by is None else by.person.person,
        office=row.code("office"),
        citation=row.text("citation"),
    )
    return row.done()


RECOGNITION_LIST = FormKind(
    name="recognition-list",
    fields=(
        Field("to", "person", "whom it is given to", needed=True),
        Field("on", "day", "the day on which it is given", needed=True),
        Field("kind", "choice", "what it is; else thanks", choices=KINDS),
        Field("citation", "text", "what is said of them"),
        Field("by", "person", "the person who gives it"),
        Field("office", "code", "the office or body that gives it"),
    ),
    read=read,
    tells={
        RecognitionAwarded: {
            "to": ("to",),
            "on": ("on",),
            "kind": ("kind",),
            "citation": ("citation",),
            "by": ("by",),
            "office": ("office",),
        }
    },
    hints={
        "recognised": Hint("to", weight=2, words=r"nominee|award(ed)? to|who is it for|recipient"),
        "citation": Hint("citation", weight=1, words=r"what for|citation|nominat"),
    },
    template=mapping_to_edit("recognition-list", "recognition", _REST),
)
