"""What was asked about responses that were not taken: the index beside the log, by keyed digests.

A question is known by the key of its response and by what that says to the fields of the mapping,
so that the same row asks the same question again. The id that it names is reserved for the
response.
"""

import json
from collections.abc import Mapping, Sequence

from mentorcore.adapters.spec import Response
from mentorcore.domain.values import ResponseId
from mentorcore.engine.indexes.index import NOTHING, STREAM, Index, Tables
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry

__all__ = ["QuestionIndex", "is_reserved"]

ASKED = "asked"
"""The kind of the entries that say of an id that it is reserved."""


class QuestionIndex:
    """The questions about one form.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        form: The form.
    """

    def __init__(self, store: Tables, keys: Keys, form: str) -> None:
        self._questions = Index(store, keys, f"question:{form}", STREAM)
        self._asked = Index(store, keys, ASKED, NOTHING)

    def name(self, response: Response, said: Mapping[str, Sequence[str]]) -> bytes:
        """The digest under which a question about a response is remembered.

        Args:
            response: The response.
            said: What it says to each field of the mapping; other columns may come and go.
        """
        fields = json.dumps(sorted((field, *raw) for field, raw in said.items() if raw))
        return self._questions.name(*response.key, fields)

    def any(self) -> bool:
        """Whether anything was asked about a response of the form that was not taken yet."""
        return bool(self._questions.page(limit=1))

    def reserved(self, question: bytes) -> ResponseId | None:
        """The id that was reserved for the response about which this was asked."""
        stream = self._questions.get(question)
        return None if stream is None else ResponseId(stream)

    def reserve(self, question: bytes, stream: ResponseId) -> tuple[Entry, Entry]:
        """The entries that remember a question and the id reserved for its response."""
        about = self._asked.put(self._asked.name(stream), None)
        return self._questions.put(question, None, stream), about


def is_reserved(store: Tables, keys: Keys, response: str) -> bool:
    """Whether an id is reserved for a response that was asked about and is not taken yet."""
    asked = Index(store, keys, ASKED, NOTHING)
    return bool(asked.rows([asked.name(response)]))
