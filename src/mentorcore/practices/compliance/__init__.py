"""Compliance: whether every requirement of a program's policy packs was kept, with evidence.

It has no events of its own. A view over the streams of the core, it asks each rule about each
subject, on any day and as was known at any time.
"""

from mentorcore.practices.compliance.view import RESULTS
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = ["PRACTICE"]

PRACTICE = Practice(name="compliance", contract=CONTRACT, views=(RESULTS,))
