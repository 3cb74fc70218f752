"""Explain a figure: why it is what it is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import add_asked, add_viewing, viewing
from mentorcore.cli.asking import asking
from mentorcore.cli.author_names import authors_of, people_among
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program, subject
from mentorcore.render.why import figures_data, figures_lines, why_data, why_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Why a figure is what it is: every event it rests on, when it was true, when and by whom it was
recorded, what corrected it, and for imported ones the answer in the survey form. The figure is
worked out again from those events alone, and both have to be equal.
Without a FIGURE, those that can be asked for are listed.

example:
  mentorcore why my-program "Amara Okonkwo" minutes
  mentorcore why my-program "Amara Okonkwo" no_meeting
  mentorcore why my-program pairing:0198c1d2e3f40516273849505a6b7c8d goal_counts.overdue
  mentorcore why my-program program meetings --as-of 2026-10-15
"""


def arguments(verb: ArgumentParser) -> None:
    """Which figure of whom, for whom and when."""
    add_asked(verb)
    verb.add_argument(
        "subject",
        metavar="WHO",
        help="a name, an address, A & B, an id, a cohort's name, or: program",
    )
    verb.add_argument(
        "figure", nargs="?", metavar="FIGURE", help="such as minutes; without it, all are listed"
    )
    verb.add_argument(
        "--answers", action="store_true", help="every answer of the form behind imported events"
    )
    add_viewing(verb)


def run(asked: Namespace) -> int:
    """The events behind a figure, or the figures there are."""
    with asking(asked) as engine:
        given = viewing(asked)
        about = _about(engine, asked, given)
        if asked.figure is None:
            figures = engine.figures(about, **given)
            answer(asked, figures_lines(about, figures), figures_data(about, figures))
            return ExitCode.DONE
        found = engine.explain(about, asked.figure, **given)
        people = people_among(*(ground.record for ground in found.grounds))
        authors = authors_of(engine, people, given["viewer"])
    answer(asked, why_lines(found, answers=asked.answers, authors=authors), why_data(found))
    return ExitCode.DONE if found.holds else ExitCode.NO


def _about(engine: mentorcore.Engine, asked: Namespace, given: Mapping[str, Any]) -> str:
    """The id of what is asked about: a program or cohort by its name, or somebody."""
    named, who = str(asked.subject), given["viewer"]
    chosen = program(engine, asked.program)
    lines = [line for line in engine.programs() if chosen in (None, line.program)]
    if named == "program" and (chosen is not None or len(lines) == 1):
        return chosen or lines[0].program
    for line in lines:
        if line.name == named:
            return line.program
        for cohort in engine.status(line.program, viewer=who).cohorts:
            if cohort.name == named:
                return cohort.cohort
    return subject(engine, named, who, among=chosen, as_known=given.get("as_known"))
