"""The examples of all events, gathered: every event before every view."""

from projections import (
    examples_audit,
    examples_life,
    examples_meetings,
    examples_people,
    examples_programs,
    examples_proposals,
    examples_requirements,
    examples_work,
)
from projections.cases import CASES, NOTHING, TODAY, Case, mentor

__all__ = ["CASES", "MODULES", "NOTHING", "TODAY", "Case", "mentor"]

MODULES = (
    examples_people,
    examples_programs,
    examples_meetings,
    examples_proposals,
    examples_work,
    examples_requirements,
    examples_audit,
    examples_life,
)
"""Importing them registers their examples."""
