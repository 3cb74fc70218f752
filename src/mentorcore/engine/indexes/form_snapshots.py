"""What a form asked when it was last taken in, so that a changed question is told.

Questions come and go while a survey runs, and one may become of another kind under the same id.
Answers are kept as they are; a person should hear of it before wondering about them.
"""

import json
from collections.abc import Sequence

import attrs

from mentorcore.adapters.spec import Form
from mentorcore.engine.indexes.index import Index, Tables, shut
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry

__all__ = ["FormSnapshots"]

NAMED = 3
"""How many questions a note names."""


@attrs.frozen
class _Asked:
    """A question as it was kept."""

    label: str
    kind: str


class FormSnapshots:
    """The questions of one form, as its adapter described them last.

    Args:
        store: Where they are kept, shut as a cursor is, since a title may say anything.
        keys: Where the key of the index is.
        form: The form.
        mapping: The digest of the mapping in use, which may declare kinds.
    """

    def __init__(self, store: Tables, keys: Keys, form: str, mapping: str) -> None:
        self._mapping = mapping
        self._index = Index(store, keys, "outline", shut(store, keys))
        self._name = self._index.name(form)

    def changes(self, form: Form) -> list[str]:
        """What is otherwise than when the form was last taken in, each a sentence."""
        kept = self._kept()
        if kept is None:
            return []
        mapping, before = kept
        now = {q.key: _Asked(q.label, q.kind) for q in form.questions}
        added = [q.label for key, q in now.items() if key not in before]
        gone = [q.label for key, q in before.items() if key not in now]
        said = []
        if added:
            said.append(f"the form has {_several(added)} that it had not before")
        if gone:
            said.append(f"the form has no more {_several(gone)} that it had before")
        for key in now.keys() & before.keys():
            old, new = before[key], now[key]
            # Where a source knows no text of a question, its identity stands for it.
            if old.label != new.label and key not in {old.label, new.label}:
                said.append(f"the question {old.label!r} is now put as {new.label!r}")
            if old.kind != new.kind and mapping == self._mapping:
                said.append(
                    f"the question {new.label!r} asked for {old.kind} before, and asks for "
                    f"{new.kind} now; answers are kept as they were given"
                )
        return sorted(said)

    def remember(self, form: Form) -> Entry:
        """The entry that keeps the questions."""
        told = [[q.key, q.label, q.kind] for q in form.questions]
        return self._index.put(self._name, json.dumps([self._mapping, told]))

    def _kept(self) -> tuple[str, dict[str, _Asked]] | None:
        kept = self._index.get(self._name)
        if kept is None:
            return None
        mapping, told = json.loads(kept)
        return mapping, {key: _Asked(label, kind) for key, label, kind in told}


def _several(labels: Sequence[str]) -> str:
    """Some questions by their titles, and how many more there are."""
    named = ", ".join(repr(" ".join(label.split())[:80]) for label in labels[:NAMED])
    more = len(labels) - NAMED
    return f"{len(labels)} question{'s' if len(labels) > 1 else ''} ({named}" + (
        f" and {more} more)" if more > 0 else ")"
    )
