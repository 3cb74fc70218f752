"""A source file says which form of which survey service is synced, and where its secrets are.

It is a TOML file beside the mapping. Secrets never stand in it: they come from environment
variables, or from files that nobody else may read.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

import attrs

from mentorcore.adapters.accounts import ServiceAccount
from mentorcore.errors import Invalid, Problem
from mentorcore.intake.mappings.toml_tables import Table, read_toml

__all__ = ["ServiceSource", "read_source"]

LARGEST = 1 << 20
"""Bytes of the largest secret."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WAYS = '{ env = "NAME" } or { file = "PATH" }'


@attrs.frozen
class _Kept:
    """Where a secret is: in a variable of the environment, or in a file."""

    env: str | None
    file: Path | None


@attrs.frozen(kw_only=True)
class ServiceSource:
    """What a source file says.

    Attributes:
        file: The file, for messages.
        adapter: The name of the adapter that talks to the service.
        form: The service's own id of the form or survey.
        name: What the account is called in messages.
        mapping: The file of the mapping; ``None`` as long as there is none.
        settings: What the adapter has to know besides.
    """

    file: str
    adapter: str
    form: str
    name: str
    mapping: Path | None
    settings: Mapping[str, str]
    _secrets: Mapping[str, _Kept] = attrs.field(repr=False)

    def account(self, environ: Mapping[str, str] | None = None) -> ServiceAccount:
        """The account, with its secrets.

        Args:
            environ: The environment; that of the process, if not given.

        Raises:
            Invalid: A secret is not there, or others may read it; tells all of them at once.
        """
        variables = os.environ if environ is None else environ
        problems: list[Problem] = []
        secrets: dict[str, str] = {}
        for name, kept in self._secrets.items():
            found, why = _of(kept, variables)
            if why:
                problems.append(Problem(f"secrets.{name}", why))
            secrets[name] = found
        if problems:
            raise Invalid(f"the secrets of {self.file} cannot be read", problems)
        return ServiceAccount(
            name=self.name, form=self.form, settings=self.settings, secrets=secrets
        )


def read_source(path: str | os.PathLike[str]) -> ServiceSource:
    """What a source file says; its secrets are not looked at yet.

    Raises:
        Invalid: With every problem of the file.
        OSError: It cannot be read.
    """
    place = Path(path)
    problems: list[Problem] = []
    what = f"the source {path} needs correction"
    try:
        text = place.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(what, [Problem("", "this is not a text in UTF-8")]) from None
    top = read_toml(text, what, problems)
    settings = top.table("settings")
    mapping = top.text("mapping", needed=False)
    source = ServiceSource(
        file=str(path),
        adapter=top.text("adapter"),
        form=top.text("form"),
        name=top.text("name", needed=False) or place.stem,
        mapping=place.parent / mapping if mapping else None,
        settings={key: settings.text(key) for key in settings.content},
        secrets=_kept(top, place.parent),
    )
    settings.done()
    top.done()
    if problems:
        raise Invalid(what, problems)
    return source


def _kept(top: Table, folder: Path) -> dict[str, _Kept]:
    table = top.table("secrets")
    kept: dict[str, _Kept] = {}
    for name, said in table.content.items():
        table.may_hold(name)
        if not isinstance(said, dict):  # it may be the secret, so it is not quoted
            table.wrong(name, "must not stand in this file; say where it is", _WAYS)
            continue
        inner = table.table(name)
        env, file = inner.text("env", needed=False), inner.text("file", needed=False)
        if bool(env) == bool(file):
            table.wrong(name, "says no place, or two", _WAYS)
        elif env and not _VARIABLE.fullmatch(env):
            table.wrong(name, "env is no name of an environment variable", _WAYS)
        inner.done()
        kept[name] = _Kept(env or None, folder / file if file else None)
    table.done()
    return kept


def _of(kept: _Kept, environ: Mapping[str, str]) -> tuple[str, str]:
    """A secret; or why it cannot be had, in words that quote nothing of it."""
    if kept.file is None:
        found = environ.get(kept.env or "", "")
        return (found, "") if found else ("", "its environment variable is not set, or empty")
    try:
        return _in_file(kept.file)
    except OSError as error:
        return "", f"{kept.file}: {(error.strerror or str(error)).lower()}"
    except UnicodeDecodeError:
        return "", f"{kept.file} is not a text in UTF-8"


def _in_file(path: Path) -> tuple[str, str]:
    if not path.is_file():  # a pipe would be waited for
        return "", f"{path} is not there, or no ordinary file"
    with path.open("rb") as file:
        about = os.fstat(file.fileno())
        if os.name == "posix":
            others = stat.S_IMODE(about.st_mode) & 0o077
            if others:
                return "", f"others may read or change {path}; say: chmod 600 {path}"
            if about.st_uid not in {0, os.geteuid()}:
                return "", f"{path} belongs to somebody else"
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        return "", f"{path} is too large to be a secret"
    text = content.decode("utf-8-sig").rstrip("\r\n")
    return (text, "") if text else ("", f"{path} is empty")
