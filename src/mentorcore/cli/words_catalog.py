"""The words of the verbs about events and versions: catalog and compat."""

from mentorcore.cli import options

__all__ = ["add"]

CATALOG = """\
Every event that can stand in a log: what it means, its fields, which of them are sealed and under
whose keys, when it was true, and which commands lead to it. As JSON, with the JSON Schema of what
is stored.

example:
  mentorcore catalog
  mentorcore catalog pairing.meeting-held
  mentorcore catalog --json > catalog-0.1.0.json
"""
COMPAT = """\
Whether this version reads everything that an older one holds: a log, an export with its schemas,
or a catalogue that was written then. Nothing is changed, and nothing sealed is opened.
Exit code 1 means that something is not read.

example:
  mentorcore compat archive/program.db
  mentorcore compat catalog-0.1.0.json
  mentorcore compat export-2026.zip
"""


def add(verb: options.Verb) -> None:
    """Add the verbs."""
    catalog = verb("catalog", "every event that a log can hold", CATALOG)
    catalog.add_argument("name", nargs="?", metavar="NAME", help="one of them, in full")
    compat = verb("compat", "whether an older log is still read", COMPAT)
    compat.add_argument("old", metavar="OLD", help="a log, an export, or an older catalogue")
