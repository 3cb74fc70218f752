"""A list of resources, and a log of who was asked to go through them and who opened them."""

from mentorcore.practices.community.events import (
    AssignResource,
    PublishResource,
    RecordResourceUse,
    ResourceAssigned,
    ResourcePublished,
    ResourceUsed,
)
from mentorcore.practices.community.state import Resource
from mentorcore.practices.spec import (
    Declared,
    Field,
    FormKind,
    Hint,
    Intents,
    Lack,
    Row,
    mapping_to_edit,
)

__all__ = ["RESOURCE_LIST", "RESOURCE_LOG"]

KINDS = ("guide", "article", "course", "workshop", "recording")
DAYS = ("assigned_on", "used_on")

_LIST = """
[fields]
title = "Title"
kind = "Kind"                        # guide, article, course, workshop or recording
on = "Published"
pointer = "Link"
# roles = "For"                      # an empty cell is for everybody
"""

_LOG = """
[fields]
who = "Name"
title = "Course"                     # as the resource is called
assigned_on = "Assigned"
due_on = "Due"
used_on = "Opened"
"""


def _read_list(row: Row) -> Intents:
    """A resource that was made available."""
    title, on = row.must("title", row.word("title")), row.must("on", row.day("on"))
    kind, roles = row.must("kind", row.choice("kind")), row.codes("roles")
    row.check()
    row.say(
        "resource",
        PublishResource,
        resource_id=row.ids("resource"),
        program_id=row.known.program.program_id,
        kind=kind,
        title=title,
        on=on,
        roles=roles,
        pointer=row.word("pointer"),
    )
    return row.done()


def _read_log(row: Row) -> Intents:
    """Whom a resource was assigned to, that they opened it, or both."""
    said, title = row.must("who", row.person("who")), row.must("title", row.word("title"))
    assigned, due, used = row.day("assigned_on"), row.day("due_on"), row.day("used_on")
    if assigned is None and used is None:
        row.note_once("it tells neither when it was assigned nor when it was opened")
    row.check()
    assert said is not None
    assert title is not None
    resource, state = _called(row, title)
    if assigned is not None:
        asked = said.enrolment_on(assigned)
        if not any(told.participant == asked for told in state.assigned):
            row.say(
                "assignment",
                AssignResource,
                resource_id=resource,
                participant=asked,
                on=assigned,
                due_on=due,
            )
    if used is not None:
        row.say(
            "use",
            RecordResourceUse,
            resource_id=resource,
            participant=said.enrolment_on(used),
            on=used,
        )
    return row.done()


def _called(row: Row, title: str) -> tuple[str, Resource]:
    """The one resource that is, or was, called so.

    Raises:
        Rejected: There is none, or there are several.
    """
    found = [
        (resource, state)
        for resource, state in row.known.states("resource").items()
        if title.casefold() in _titles(state)
    ]
    if len(found) != 1:
        number = "no" if not found else str(len(found))
        row.wrong("title", f"the program has {number} resources that are called {title!r}")
    row.check()
    return found[0]


def _titles(state: Resource) -> set[str]:
    told = (state.published, *state.revised)
    return {one.title.casefold() for one in told if one is not None and one.title is not None}


def _lacks(told: Declared) -> list[Lack]:
    if not told.names(*DAYS):
        return [Lack("used_on", "is missing: when it was assigned, or opened, tells something")]
    return []


RESOURCE_LIST = FormKind(
    name="resource-list",
    fields=(
        Field("title", "text", "what it is called", needed=True, worded=True),
        Field("kind", "choice", "what it is", choices=KINDS, needed=True),
        Field("on", "day", "the day on which it was published", needed=True),
        Field("pointer", "text", "where it is found: a web address or a path", worded=True),
        Field("roles", "codes", "the roles that it is for; empty for everybody"),
    ),
    read=_read_list,
    tells={
        ResourcePublished: {
            "title": ("title",),
            "kind": ("kind",),
            "on": ("on",),
            "pointer": ("pointer",),
            "roles": ("roles",),
        }
    },
    hints={"published": Hint("on", weight=2, words=r"^published( on)?$")},
    template=mapping_to_edit("resource-list", "resources", _LIST),
)

RESOURCE_LOG = FormKind(
    name="resource-log",
    fields=(
        Field("who", "person", "the participant", needed=True),
        Field("title", "text", "what the resource is called", needed=True, worded=True),
        Field("assigned_on", "day", "the day on which it was assigned"),
        Field("due_on", "day", "the day by which it is to be opened"),
        Field("used_on", "day", "the day on which it was opened"),
    ),
    read=_read_log,
    tells={
        ResourceAssigned: {
            "participant": ("who",),
            "on": ("assigned_on",),
            "due_on": ("due_on",),
        },
        ResourceUsed: {"participant": ("who",), "on": ("used_on",)},
    },
    lacks=_lacks,
    hints={"opened": Hint("used_on", weight=2, words=r"^(last )?(opened|accessed)( on)?$")},
    template=mapping_to_edit("resource-log", "resource-use", _LOG),
)
