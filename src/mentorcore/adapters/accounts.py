"""An account at a survey service, and the care that none of its secrets is ever said aloud."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

import attrs

from mentorcore.adapters.spec import Account, Options
from mentorcore.errors import SourceUnreadable

__all__ = ["HIDDEN", "NoSecret", "ServiceAccount", "WatchedAccount", "with_settings"]

HIDDEN = "(secret)"
"""What stands in a message in the place of a secret."""

_TELLING = 8
"""Characters from which a part of a secret, or a secret written in another way, is looked for."""

_LONG = 16


class NoSecret(SourceUnreadable, LookupError):  # noqa: N818 - a kind of SourceUnreadable
    """An adapter asked for a secret that was not configured."""


@attrs.frozen(kw_only=True)
class ServiceAccount:
    """A form of a survey service, and what is needed to read it.

    Attributes:
        name: The account's name, for messages.
        form: The service's own id of the form or survey.
        settings: What the adapter has to know besides, such as a data centre.
        secrets: Tokens and keys by their names. They are shown nowhere.
    """

    name: str
    form: str
    settings: Mapping[str, str] = attrs.field(factory=dict)
    secrets: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    def secret(self, name: str) -> str:
        """A secret by its name.

        Raises:
            NoSecret: There is none of this name.
        """
        found = self.secrets.get(name)
        if found is None:
            raise NoSecret(f"there is no secret {name!r} for this account", file=self.name)
        return found


def with_settings(options: Options, account: Account) -> Options:
    """What was declared about a form, with the settings of the account it is read through."""
    settings = getattr(account, "settings", {})
    return options.declaring(more={**options.more, **settings})


class WatchedAccount:
    """An account in an adapter's hands: it remembers which secrets were given out.

    Args:
        account: The account itself.
    """

    def __init__(self, account: Account) -> None:
        self.name, self.form = account.name, account.form
        self._account = account
        self._secrets: set[str] = set()
        self._forms: re.Pattern[str] | None = None

    def __repr__(self) -> str:
        return f"<account {self.name}>"

    def secret(self, name: str) -> str:
        """A secret by its name.

        Raises:
            NoSecret: There is none of this name.
        """
        found = self._account.secret(name)
        if found and found not in self._secrets:
            self._secrets.add(found)
            self._forms = None
        return found

    def hidden(self, text: str) -> str:
        """A text without any of the secrets, however they are written."""
        if not self._secrets:
            return text
        if self._forms is None:
            forms = sorted({f for s in self._secrets for f in _forms(s)}, key=len, reverse=True)
            self._forms = re.compile("|".join(map(re.escape, forms)))
        return self._forms.sub(HIDDEN, text)


def _forms(secret: str) -> Iterator[str]:
    """A secret as it may stand in a message: itself, escaped, encoded, or a part of it."""
    yield secret
    for part in {secret.strip(), *_parts(secret)}:
        encoded = part.encode(errors="replace")
        coded = base64.b64encode(encoded).decode()
        written = (
            part,
            repr(part)[1:-1],
            json.dumps(part)[1:-1],
            json.dumps(part, ensure_ascii=False)[1:-1],
            quote(part),
            quote(part, safe=""),
            quote_plus(part),
            coded,
            coded.rstrip("="),
            base64.urlsafe_b64encode(encoded).decode().rstrip("="),
        )
        yield from (form for form in written if len(form) >= _TELLING)


def _parts(secret: str) -> Iterator[str]:
    """The long values in a secret that is JSON, and the lines of one that has several."""
    try:
        found = json.loads(secret)
    except (ValueError, RecursionError):
        found = None
    values = list(found.values()) if isinstance(found, dict) else []
    texts = [value for value in values if isinstance(value, str) and "://" not in value]
    yield from (text for text in texts if len(text) >= _LONG)
    for text in (secret, *texts):
        lines = text.splitlines()
        if len(lines) > 1:
            yield from (line for line in lines if len(line) >= _LONG and line[0] != "-")
