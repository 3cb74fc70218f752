"""Opening an export: it is asked like the log that it was made of, without any key of people."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mentorcore.engine.engine import Engine
from mentorcore.engine.indexes.kept_packs import KIND
from mentorcore.engine.opening import system_clock
from mentorcore.engine.registered_packs import opened_with
from mentorcore.errors import Invalid
from mentorcore.log.sealing.no_keys import NoKeys
from mentorcore.policy.registry import digest_of
from mentorcore.practices.practice import Practice
from mentorcore.practices.registry import Practices

if TYPE_CHECKING:
    from mentorcore.audit.bundle.reader import ReadBundle
    from mentorcore.intake.form_kind import FormKind
    from mentorcore.log.storage.audit_tables import IndexedRow
    from mentorcore.policy.pack import Pack

__all__ = ["open_export"]


def open_export(
    path: str | os.PathLike[str],
    *,
    practices: Practices | Iterable[Practice] = (),
    packs: Iterable["Pack | str | os.PathLike[str]"] = (),
    clock: Callable[[], datetime] = system_clock,
) -> Engine:
    """Open an export to ask it: the same questions, and the same figures as in the log itself.

    No key is needed. Figures, dates and states are whole; names and texts are shown as
    `Withheld`. People and pairings are named by their ids. Nothing can be recorded, and nothing is
    written, not even beside the export: all of it is read into memory, about 1 kB an event.

    That it is what was signed, it does not say: ask `verify_log`, with a checkpoint that you hold.
    Where it contradicts the checkpoints that came with it, `Engine.refusal` says so.

    Args:
        path: A directory or a ``.zip`` that `Engine.export` wrote, or a copy of a log in SQLite.
        practices: As for `open`.
        packs: As for `open`; those that programs adopted came along with the export.
        clock: As for `open`: tells the day for which a question without a day is answered.

    Raises:
        ExportInvalid: It is no export, or not what its manifest says.
        NotALog: It is a file of SQLite that holds no log.
        PracticeError: The practices do not fit together.
        Invalid: A policy pack needs correction.
    """
    from mentorcore.audit.bundle.exported_log import read_export  # noqa: PLC0415 - few logs are

    together = practices if isinstance(practices, Practices) else Practices.of(practices)
    here = opened_with(together, packs)
    log = read_export(
        Path(path), lambda bundle: (*_mappings(bundle, together.forms), *_packs(bundle))
    )
    return Engine(log, NoKeys(), clock=clock, ids=None, practices=here)


def _packs(bundle: "ReadBundle") -> Iterator["IndexedRow"]:
    """The policy packs in a bundle, as the index holds them."""
    for name, text in bundle.texts("policies/"):
        if name.endswith(".toml"):
            yield KIND, bytes.fromhex(digest_of(text)), None, text.encode(), 0, 0


def _mappings(bundle: "ReadBundle", kinds: Iterable["FormKind"]) -> Iterator["IndexedRow"]:
    """The mappings in a bundle, as the index holds them; what is none explains nothing."""
    from mentorcore.intake.mappings.mapping_reader import read_mapping  # noqa: PLC0415 - the same

    for name, text in bundle.texts("mappings/"):
        with suppress(Invalid):
            digest = bytes.fromhex(read_mapping(text, name, kinds).digest)
            yield "mapping", digest, None, text.encode(), 0, 0
