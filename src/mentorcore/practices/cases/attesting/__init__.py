"""Attestations: a named officer states that results are complete and correct as of two dates."""
