"""What can be asked and what can be recorded, as types.

Type checkers read ``model_types.pyi``, which docs/build.py writes from the model: to them the
unions name every class.
"""

from typing import Any, Union

from mentorcore.domain.model import CORE_MODEL

__all__ = ["Command", "Event"]

Command: Any = Union[CORE_MODEL.commands]  # noqa: UP007 - of as many as there are
"""Any command of the core, such as `HoldMeeting`: what `Engine.handle` takes.

Those of a practice are `mentorcore.practices.spec.PracticeCommand`s.
"""

Event: Any = Union[CORE_MODEL.events]  # noqa: UP007 - the same
"""Any event of the core, such as `MeetingHeld`: what a `Recorded` holds of it."""
