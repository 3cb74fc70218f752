"""The log, opened once in each process that serves, when the first request comes.

Servers fork after they have loaded the site; an engine has to be opened after that.
"""

from functools import cache

from django.conf import settings

import mentorcore as mc

SITE = mc.Actor("booking-site", "coordinator", "system")


@cache
def the_engine() -> mc.Engine:
    """The engine of this process."""
    return mc.open(settings.MENTORING_LOG, keys=settings.MENTORING_KEYS, create=False)
