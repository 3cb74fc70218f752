"""Whether the columns that a mapping names are in a source."""

from mentorcore.adapters.spec import Response, no_such_column, normal_title
from mentorcore.engine.importing.reading.feeds import Feed
from mentorcore.errors import SourceUnreadable
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["check_columns"]


def check_columns(first: Response | None, feed: Feed, mapping: FormMapping) -> None:
    """Hold the mapping against the columns that there are; without a response none is missed.

    Raises:
        SourceUnreadable: A column that the mapping names is not there.
    """
    if first is None:
        return
    there_is = Places(mapping).layout(first)
    lacking = [f for f in mapping.fields if f not in there_is and f not in mapping.optional]
    form = feed.describe() if lacking else None
    if form is None or not form.questions:
        return
    there = [normal_title(t) for q in form.questions for t in (q.key, q.label)]
    titles = [q.label for q in form.questions]
    for field in lacking:
        title = mapping.fields[field]
        if {normal_title(title), normal_title(title).removesuffix(" #1")} & set(there):
            continue
        message = no_such_column(titles, title, f"the field {field!r}")
        if normal_title(title) == normal_title(mapping.options.timestamp or ""):
            message = (
                f"{title!r} is the time of sending and no answer; to use its day as "
                f'{field!r}, write {field} = "submitted" under [defaults]'
            )
        elif not mapping.form_kind.field(field).needed:
            message += f"; if it is not in every export, declare optional = [{field!r}]"
        raise SourceUnreadable(message, file=feed.name)
