"""Whether a file that somebody holds is one that was imported."""

import attrs

from mentorcore.adapters.spec import Source
from mentorcore.engine.commands.unit_of_work import CommandContext
from mentorcore.engine.indexes.imported_files import FileIndex, ImportedFile, sha256_of
from mentorcore.personal_text import without_text

__all__ = ["CheckedFile", "checked"]

PAGE = 500


@attrs.frozen
class CheckedFile:
    """What the log knows of a file.

    Attributes:
        file: The file.
        sha256: The SHA-256 of its bytes, in hex.
        imports: The imports of just these bytes.
        namesakes: Files of the same name and another content that were imported.
        taken_back: Of those imports, the ones that were taken back since.
        unknown: How many imports the log holds of which no file is known: they came from a service,
            were broken off, or were made by a version that remembered no files.
    """

    file: str = attrs.field(repr=without_text)
    sha256: str
    imports: tuple[ImportedFile, ...]
    namesakes: tuple[ImportedFile, ...]
    taken_back: tuple[str, ...]
    unknown: int

    @property
    def is_known(self) -> bool:
        """Whether these bytes were imported."""
        return bool(self.imports)


def checked(desk: CommandContext, files: FileIndex, source: Source) -> CheckedFile:
    """Hold a file against those that were imported.

    Args:
        desk: Where the log is.
        files: The files that were imported.
        source: The file.

    Raises:
        SourceUnreadable: It cannot be read.
        KeyMissing: The key of the index is not here.
    """
    digest = sha256_of(source)
    every = files.every()
    name = source.name.replace("\\", "/").rpartition("/")[2]
    same = tuple(file for file in every if file.sha256 == digest)
    begun = _streams(desk, "import.started")
    reversed_ = _streams(desk, "import.reversed")
    return CheckedFile(
        file=source.name,
        sha256=digest,
        imports=same,
        namesakes=tuple(f for f in every if f.name == name and f.sha256 != digest),
        taken_back=tuple(f.batch for f in same if f.batch in reversed_ and f.batch is not None),
        unknown=len(begun - {f.batch for f in every}),
    )


def _streams(desk: CommandContext, name: str) -> set[str | None]:
    found: set[str | None] = set()
    after = 0
    while page := desk.store.page(after, PAGE, (name,)):
        found.update(row.stream for row in page)
        after = page[-1].position
    return found
