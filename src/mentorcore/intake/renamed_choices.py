"""Choices that a survey's author renamed after people had chosen them.

A tool that exports the texts of choices then shows other texts for the same answers, some of them
with the opposite meaning. Nobody edited an answer. What gives it away: everybody who had chosen the
one text has the other one now, nobody is left with the old one, and nobody had the new one before.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from mentorcore.adapters.spec import Answer
from mentorcore.intake.answer_changes import Change

__all__ = ["ChoiceNames", "Renamed", "RenamedChoices", "Tally"]

REPEATED = 2
"""How often old and new texts must come together again before that is no coincidence."""

TURNED = 4
"""How many answers must be codes for labels, or labels for codes, before that is no coincidence."""

DIFFERENT = 1000
"""Up to how many different changes a question seems to offer choices; texts have more."""

SHOWN = 3
CHOSEN = frozenset({"choice", "choices"})
"""Kinds of answers that are chosen and not written."""

Pair = tuple[tuple[str, ...], tuple[str, ...]]


@attrs.frozen
class Renamed:
    """A question of which choices have other texts than before.

    Attributes:
        question: Its identity.
        label: Its title.
        pairs: The old and the new texts, each with how many answers have changed so.
        chosen: Whether it is known that its answers are chosen and not written.
    """

    question: str
    label: str
    pairs: dict[Pair, int]
    chosen: bool

    @property
    def answers(self) -> int:
        """How many answers read otherwise."""
        return sum(self.pairs.values())

    def __str__(self) -> str:
        often = sorted(self.pairs.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = ", ".join(f"{_said(a)} is now {_said(b)} ({n:,})" for (a, b), n in often[:SHOWN])
        more = f", and {len(often) - SHOWN} more" if len(often) > SHOWN else ""
        return f"{self.answers:,} answers to {self.label[:80]!r}: {shown}{more}"


class Tally:
    """Counts, question by question, which answers changed into which and which stayed."""

    def __init__(self) -> None:
        self._pairs: dict[str, Counter[Pair]] = {}
        self._stayed: dict[str, Counter[tuple[str, ...]]] = {}
        self._about: dict[str, Answer] = {}
        self._texts: set[str] = set()

    def see(self, answers: Iterable[Answer], changed: Sequence[Change]) -> None:
        """Take a response into account that was taken before, with what changed in it."""
        moved = {change.answer.question for change in changed}
        for change in changed:
            self._change(change)
        for answer in answers:
            if answer.raw and answer.question not in moved:
                stayed = self._stayed.setdefault(answer.question, Counter())
                if len(stayed) < DIFFERENT:
                    stayed[answer.raw] += 1

    def suspects(self) -> frozenset[str]:
        """The questions of which some change occurs more than once."""
        often = {q for q, pairs in self._pairs.items() if pairs and max(pairs.values()) > 1}
        return frozenset(often - self._texts)

    def conclude(self) -> tuple[Renamed, ...]:
        """The questions whose choices were renamed, in the order of their identities."""
        return tuple(filter(None, map(self._renamed, sorted(self._pairs.keys() - self._texts))))

    def turned(self) -> frozenset[str]:
        """The questions of which most answers are codes for labels, or the reverse."""
        count: Counter[tuple[bool, bool]] = Counter()
        questions: dict[tuple[bool, bool], set[str]] = {}
        for question, pairs in self._pairs.items():
            for (old, new), number in pairs.items():
                turn = (_numeric(old), _numeric(new))
                count[turn] += number
                questions.setdefault(turn, set()).add(question)
        turn = max(((True, False), (False, True)), key=lambda one: count[one])
        most = count[turn] >= TURNED and count[turn] * 10 >= count.total() * 9
        return frozenset(questions[turn]) if most else frozenset()

    def written_otherwise(self) -> bool:
        """Whether codes stand where labels stood, or labels where codes stood, all over."""
        asked = self.turned()
        chosen = all(self._about[question].hint in CHOSEN for question in asked)
        sure = len(asked) > 1 or (chosen and bool(asked))
        return sure and all(map(self._is_function, asked))

    def _is_function(self, question: str) -> bool:
        """Whether equal old texts became equal new texts, and none stayed as it was."""
        olds = [old for old, _ in self._pairs[question]]
        stayed = self._stayed.get(question, Counter())
        return len(olds) == len(set(olds)) and not any(stayed[old] for old in olds)

    def _change(self, change: Change) -> None:
        question = change.answer.question
        if not change.before or not change.answer.raw:
            return
        pairs = self._pairs.setdefault(question, Counter())
        pairs[change.before, change.answer.raw] += 1
        if len(pairs) > DIFFERENT:
            self._texts.add(question)
            pairs.clear()
        self._about.setdefault(question, change.answer)

    def _renamed(self, question: str) -> Renamed | None:
        pairs = self._pairs[question]
        stayed = self._stayed.get(question, Counter())
        into: dict[tuple[str, ...], Counter[tuple[str, ...]]] = {}
        for (old, new), count in pairs.items():
            into.setdefault(old, Counter())[new] += count
        sound: dict[Pair, int] = {}
        for old, news in into.items():
            new, count = news.most_common(1)[0]
            # One answer in ten may be an edit besides.
            if not stayed[old] and not stayed[new] and count * 10 >= news.total() * 9:
                sound[old, new] = count
        if sum(sound.values()) - len(sound) < REPEATED:
            return None
        about = self._about[question]
        return Renamed(question, about.label, sound, about.hint in CHOSEN)


class ChoiceNames:
    """Under which texts each choice was shown, as far as that was settled once.

    Texts of one choice are one answer from then on, whichever of them an export writes.

    Args:
        groups: By question, the texts of one choice together, the latest one last.
    """

    def __init__(self, groups: Mapping[str, Sequence[Sequence[Sequence[str]]]] = {}) -> None:
        self._groups = {
            q: [[tuple(raw) for raw in group] for group in of] for q, of in groups.items()
        }
        self._latest = {
            question: {raw: group[-1] for group in groups for raw in group}
            for question, groups in self._groups.items()
        }

    def plain(self) -> dict[str, list[list[list[str]]]]:
        """The groups as plain data."""
        return {q: [[list(raw) for raw in group] for group in of] for q, of in self._groups.items()}

    def latest(self, question: str, raw: tuple[str, ...]) -> tuple[str, ...]:
        """The last text of a choice, or the text itself where nothing was settled about it."""
        return self._latest.get(question, {}).get(raw, raw)

    def settled(self, change: Change) -> bool:
        """Whether a change is none but of the text of a choice."""
        question = change.answer.question
        return self.latest(question, change.before) == self.latest(question, change.answer.raw)

    def open(self, changed: Iterable[Change]) -> list[Change]:
        """The changes that nothing was settled about, from the last text of each choice."""
        return [
            attrs.evolve(change, before=self.latest(change.answer.question, change.before))
            for change in changed
            if not self.settled(change)
        ]

    def learning(self, renamed: Iterable[Renamed]) -> "ChoiceNames":
        """The same with more texts; those that changed places would be two choices in one."""
        groups = self.plain()
        for one in renamed:
            olds, news = {old for old, _ in one.pairs}, {new for _, new in one.pairs}
            of = groups.setdefault(one.question, [])
            for old, new in one.pairs:
                if old not in news and new not in olds:
                    _join(of, list(old), list(new))
        return ChoiceNames(groups)


def _join(groups: list[list[list[str]]], old: list[str], new: list[str]) -> None:
    """Put two texts into one group, the new one last."""
    mine = [group for group in groups if old in group or new in group]
    texts = [raw for group in mine for raw in group]
    groups[:] = [group for group in groups if group not in mine]
    groups.append([raw for raw in (*texts, old) if raw != new] + [new])


class RenamedChoices:
    """The renamed choices whose old texts stay.

    Args:
        renamed: The questions of which they were renamed in this export.
        names: What was settled about choices before.
    """

    def __init__(self, renamed: Iterable[Renamed] = (), names: ChoiceNames | None = None) -> None:
        self._pairs = {one.question: one.pairs for one in renamed}
        self._names = names or ChoiceNames()

    def explain(self, changed: Sequence[Change]) -> bool:
        """Whether nothing changed but the texts of choices."""
        return all(
            (change.before, change.answer.raw) in self._pairs.get(change.answer.question, ())
            for change in self._names.open(changed)
        )


def _numeric(raw: tuple[str, ...]) -> bool:
    return all(
        part.strip().removeprefix("-").isdecimal() for text in raw for part in text.split(",")
    )


def _said(raw: tuple[str, ...]) -> str:
    return repr("; ".join(raw)[:60])
