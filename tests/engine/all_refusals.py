"""The refusals of the domain, gathered: how to be refused for every reason that it has."""

from engine import refusals_audit, refusals_life, refusals_proposals, refusals_requirements
from engine.refusals import CASES

__all__ = ["CASES", "MODULES"]

MODULES = (refusals_audit, refusals_life, refusals_proposals, refusals_requirements)
"""Importing them registers their cases."""
