"""A form by which people consent: each row is a consent of whoever it names, for one purpose."""

from typing import cast

from mentorcore.practices.consent import Purpose
from mentorcore.practices.privacy.events import ConsentGiven, GiveConsent
from mentorcore.practices.spec import Field, FormKind, Hint, Intents, Row, mapping_to_edit

__all__ = ["CONSENT_FORM"]

PURPOSES = ("testimonial", "quote", "success_story")

_REST = """
[fields]
who = "Email Address"                # whoever consents
on = "Timestamp"                     # when they did
channels = "Where may we use it?"    # empty for anywhere
# purpose = "What for?"              # else a testimonial
# until = "Until when?"

[defaults]
purpose = "testimonial"
"""


def read(row: Row) -> Intents:
    """What somebody consents to."""
    on = row.must("on", row.day("on"))
    who = row.must("who", row.person("who"))
    channels = row.codes("channels")
    row.check()
    assert on is not None
    assert who is not None
    row.say(
        "consent",
        GiveConsent,
        consent_id=row.ids("consent"),
        program_id=row.known.program.program_id,
        person_id=who.person.person,
        purpose=cast("Purpose", row.choice("purpose", "testimonial")),
        on=on,
        channels=channels,
        until=row.day("until"),
    )
    return row.done()


CONSENT_FORM = FormKind(
    name="consent-form",
    fields=(
        Field("who", "person", "who consents", needed=True),
        Field("on", "day", "the day on which they do", needed=True),
        Field("channels", "codes", "where it may be published; empty for anywhere"),
        Field("purpose", "choice", "as what; else a testimonial", choices=PURPOSES),
        Field("until", "day", "the last day on which it may stand anywhere"),
    ),
    read=read,
    tells={
        ConsentGiven: {
            "person_id": ("who",),
            "on": ("on",),
            "channels": ("channels",),
            "purpose": ("purpose",),
            "until": ("until",),
        }
    },
    hints={"consent": Hint("channels", weight=3, words=r"may we (use|publish|quote)|consent")},
    sender=("who",),
    template=mapping_to_edit("consent-form", "consents", _REST),
)
