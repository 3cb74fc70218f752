"""An export is held against what was taken in before: are choices still written the same way?

A survey tool can write the same answers with the labels of their choices or with codes, and an
author can rename choices that people have chosen. In both cases many answers read otherwise
although nobody edited one, so this is found out before anything is recorded.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import attrs

from mentorcore.adapters.records import Values
from mentorcore.adapters.spec import Notice, Response, Where
from mentorcore.domain.responses import ResponseTaken
from mentorcore.engine.importing.deciding.response_recorder import USED
from mentorcore.engine.importing.reading.previous_answers import PreviousAnswers
from mentorcore.engine.importing.reading.source_reading import SourceReading, SurveyResult
from mentorcore.engine.indexes.responses import IncomingResponse, Key, ResponseIndex
from mentorcore.errors import SourceRefused
from mentorcore.intake.answer_changes import Change, changes
from mentorcore.intake.mappings.columns import Places
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.renamed_choices import ChoiceNames, Renamed, RenamedChoices, Tally

__all__ = ["ChoiceComparison"]

TOGETHER = 500
"""How many responses are looked up together."""

OTHER: dict[Values, Values] = {"labels": "codes", "codes": "labels"}


@attrs.frozen
class Compared:
    """What the comparison came to.

    Attributes:
        renamed: The renamed choices whose old texts stay.
        notices: What a person should know.
        names: What is settled about choices from now on; ``None`` where nothing new is.
    """

    renamed: RenamedChoices
    notices: tuple[Notice, ...] = ()
    names: ChoiceNames | None = None


@attrs.frozen
class ChoiceComparison:
    """The comparison of one export with the responses taken before.

    Attributes:
        known: The index of the form's responses.
        earlier: Makes what reads some responses as they were last taken.
        mapping: What was declared about the form.
        name: What the source is called in messages.
    """

    known: ResponseIndex
    earlier: Callable[[], PreviousAnswers]
    mapping: FormMapping
    name: str

    def compare(self, reading: SourceReading, surveyed: SurveyResult) -> Compared:
        """The renamed choices whose old texts stay, and what a person should know.

        Some responses are looked at first, and all of them only where some changed alike.

        Args:
            reading: The source.
            surveyed: What the first reading found out.

        Raises:
            SourceRefused: Choices are written as labels where they were codes, or the reverse.
        """
        renaming = self.mapping.renamed_choices
        names = ChoiceNames() if renaming == "amend" else self.known.names()
        before = self.known.values.get()
        if before and surveyed.values == OTHER[before] and renaming != "amend":
            raise self._mixed(before)
        sample = self._tally(((row, True) for row in surveyed.sample), surveyed, names)
        if renaming != "amend" and (turned := sample.turned()):
            whole = self._tally(reading.held(surveyed), surveyed, names, turned)
            if whole.written_otherwise():
                raise self._mixed(None)
        suspects = sample.suspects()
        if not suspects:
            return Compared(RenamedChoices((), names))
        whole = self._tally(reading.held(surveyed), surveyed, names, suspects, meant=False)
        renamed = whole.conclude()
        kept = [r for r in renamed if renaming == "keep" or (r.chosen and renaming is None)]
        told = tuple(self._notice(r, kept=r in kept) for r in renamed)
        return Compared(RenamedChoices(kept, names), told, names.learning(kept) if kept else None)

    def _tally(
        self,
        rows: Iterable[tuple[IncomingResponse, bool]],
        surveyed: SurveyResult,
        names: ChoiceNames,
        suspects: frozenset[str] | None = None,
        *,
        meant: bool = True,
    ) -> Tally:
        """What became of the answers of responses that were taken before.

        Args:
            rows: The responses, each with whether it says something else now. Those that share a
                key are left aside, because nothing tells which was which.
            surveyed: What the first reading found out.
            names: What was settled about choices before, so that it counts as no change.
            suspects: The questions to look at, if not all of them.
            meant: Whether responses count that were sent again, so that their changes are meant.
        """
        tally, places = Tally(), Places(self.mapping)
        alone = (item for item in rows if hash(item[0].response.key) not in surveyed.repeated)
        while some := list(islice(alone, TOGETHER)):
            differing = [row for row, differs in some if differs]
            said = self._said(differing, places, meant=meant)
            for row, differs in some:
                changed = said.get(row.response.key) if differs else ()
                if changed is None:
                    continue
                tally.see(
                    [a for a in row.response.answers if suspects is None or a.question in suspects],
                    [
                        change
                        for change in names.open(changed)
                        if suspects is None or change.answer.question in suspects
                    ],
                )
        return tally

    def _said(
        self, rows: Sequence[IncomingResponse], places: Places, *, meant: bool
    ) -> dict[Key, tuple[Change, ...]]:
        """What changed in each of these; left out where nothing can be held against it."""
        held = self.known.first([row.response.key for row in rows])
        twins = self.known.others(list(held))
        older = self.known.superseded([row.content for row in rows])
        earlier = self.earlier()  # a new one each time, so that memory stays flat
        earlier.expect([one.response for one in held.values()])
        found = {}
        for row in rows:
            key = row.response.key
            used = row.response.lifecycle in USED
            there = key in held and not held[key].replaced
            if there and used and not twins.get(key) and row.content not in older:
                latest = earlier.latest(held[key].response)
                before = earlier.answers(latest)
                changed = None if before is None else changes(before, row.response, places)
                if changed is not None and (meant or not _sent_again(row.response, latest)):
                    found[key] = changed
        return found

    def _mixed(self, before: Values | None) -> SourceRefused:
        """A refusal of labels for codes, or the reverse, with what to do about it."""
        if before is None:
            what = "this export writes choices as labels where they were codes, or the reverse"
            way = "export it as before"
        else:
            what = f"this export writes choices as {OTHER[before]}, and they were {before}"
            way = f'export it with choices as {before}, and declare values = "{before}" in [source]'
        return SourceRefused(
            f"{what} when responses of this form were taken in before, so that nearly every answer "
            f"would count as edited; {way}. To go over to the other way for good, declare "
            'renamed_choices = "amend" under [answers], and the new words under [values]',
            file=self.name,
        )

    def _notice(self, renamed: Renamed, *, kept: bool) -> Notice:
        if kept:
            what = "what was recorded stays as people chose it"
            way = 'declare renamed_choices = "amend" under [answers] if these are edits'
        else:
            what = "they are taken for edits"
            way = (
                "correct nothing if they are"
                if self.mapping.renamed_choices == "amend"
                else 'declare renamed_choices = "keep" under [answers] if choices were renamed'
            )
        message = f"{renamed} - choices seem to have been renamed in the survey; {what}; {way}"
        return Notice(Where(self.name), message, "renamed-choices")


def _sent_again(response: Response, latest: ResponseTaken) -> bool:
    """Whether somebody sent a response again, so that what it says now is meant."""
    at, before = response.submitted_at, latest.submitted_at
    return at is not None and before is not None and at > before
