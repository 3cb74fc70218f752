"""A practice as somebody else would write it: a coach visits a class, and comes back to it.

It imports nothing of mentorcore but its spec.
"""

from practices.stranger.deciding import AGGREGATE
from practices.stranger.forms import VISIT_LOG
from practices.stranger.view import LIST

from mentorcore.practices.spec import CONTRACT, Practice, hookimpl

VISITS = Practice(
    name="visits",
    contract=CONTRACT,
    aggregates=(AGGREGATE,),
    views=(LIST,),
    forms=(VISIT_LOG,),
)


@hookimpl
def mentorcore_practices(register):  # type: ignore[no-untyped-def] # as an author would write it
    register(VISITS)
