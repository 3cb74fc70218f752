"""A record that is put where it belongs takes its texts along.

They were sealed for the place where they stood, under the keys of the people there. So they are
opened, to be sealed anew for the people they are about; a text that was erased stays behind.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from mentorcore.domain.aggregate import Decision
from mentorcore.domain.declarations import evolve, personal_fields
from mentorcore.domain.type_tree import field_types
from mentorcore.domain.values import Erased, Sealed
from mentorcore.log.serialization.converter import stating

__all__ = ["with_open_texts"]


def with_open_texts(decision: Decision, opener: Callable[[Sealed], Any]) -> Decision:
    """The same decision with every sealed text in plain.

    Args:
        decision: What was decided.
        opener: What opens a sealed value: `Sealing.open`.

    Raises:
        KeyMissing: The key of somebody concerned is not here.
    """
    return tuple((stream, _opened(event, opener)) for stream, event in decision)


def _opened(event: Any, opener: Callable[[Sealed], Any]) -> Any:
    texts = {}
    event_class: Any = type(event)
    for name in personal_fields(event_class):
        value = getattr(event, name)
        if isinstance(value, Sealed):
            found = opener(value)
            hint = _plain(event_class)[name]
            erased = found is None or isinstance(found, Erased)
            texts[name] = None if erased else stating().structure(found, hint)
    return evolve(event, **texts) if texts else event


@cache
def _plain(event_class: type) -> dict[str, Any]:
    """The types of the personal fields as they are before they are sealed."""
    types = field_types(event_class)
    return {name: types[name].alternatives[0].hint for name in personal_fields(event_class)}
