"""Bridges to what a host may have already."""
