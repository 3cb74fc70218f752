"""The verb that explains: why a figure is what it is."""

from argparse import Namespace

import mentorcore
from mentorcore.cli.answering import answer, opened, program
from mentorcore.cli.reading import asked_for, subject, viewer
from mentorcore.render.why import figures_data, figures_lines, why_data, why_lines

__all__ = ["reasons", "why"]

DIFFERS = 1


def why(asked: Namespace) -> int:
    """The events behind a figure, or the figures there are."""
    with opened(asked) as engine:
        about = _about(engine, asked)
        if asked.figure is None:
            figures = engine.figures(about, **asked_for(asked))
            answer(asked, figures_lines(about, figures), figures_data(about, figures))
            return 0
        found = engine.explain(about, asked.figure, **asked_for(asked))
    answer(asked, why_lines(found, answers=asked.answers), why_data(found))
    return 0 if found.holds else DIFFERS


def reasons(
    engine: mentorcore.Engine, asked: Namespace, *refused: mentorcore.Refused | mentorcore.Reject
) -> list[mentorcore.Explanation]:
    """Why each of these was refused, if that was asked for."""
    boss = mentorcore.Viewer.coordinator()
    return [engine.explain(one, viewer=boss) for one in refused] if asked.why else []


def _about(engine: mentorcore.Engine, asked: Namespace) -> str:
    """The id of what is asked about: a program or cohort by its name, or somebody."""
    named = str(asked.subject)
    lines = engine.programs()
    chosen = program(engine, asked.program)
    if named == "program" and (chosen is not None or len(lines) == 1):
        return chosen or lines[0].program
    for line in lines:
        if line.name == named:
            return line.program
        for cohort in engine.status(line.program, viewer=viewer(asked.viewer)).cohorts:
            if cohort.name == named:
                return cohort.cohort
    return subject(engine, named, viewer(asked.viewer))
