"""The titles that Google Forms itself puts over columns, in the languages in which it does.

The language of a title tells neither the order of day and month nor the zone: forms, sheets and
people have different ones. Titles are compared without regard to case and white space.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

__all__ = [
    "EMAIL",
    "Grid",
    "find_email",
    "find_stamp",
    "grids",
    "is_address",
    "is_local",
    "is_score",
    "leads",
]

STAMPS = (
    "Timestamp",
    "Horodateur",
    "Marca temporal",
    "Zeitstempel",
    "Carimbo de data/hora",
    "Informazioni cronologiche",
    "Sygnatura czasowa",
    "Zaman damgası",
    "タイムスタンプ",
    "Отметка времени",
    "Tijdstempel",
    "Tidsstempel",
    "Tidstämpel",
    "Tidsmerke",
    "Aikaleima",
    "Časová značka",
    "Časová pečiatka",
    "Időbélyeg",
    "Marcaj de timp",
    "Marca de temps",
    "Vremenska oznaka",
    "Stempel waktu",
    "Cap waktu",
    "Dấu thời gian",
    "Позначка часу",
    "Χρονική σήμανση",
    "Клеймо за време",
    "Временска ознака",
    "Časovni žig",
    "Vremenski žig",
    "Laiko žyma",
    "Laika zīmogs",
    "Ajatempel",
    "ประทับเวลา",
    "时间戳",
    "时间戳记",
    "時間戳記",
    "타임스탬프",
    "חותמת זמן",
    "طابع زمني",
)
"""Titles of the column with the time of submission, the best attested first."""

EMAIL = "Email Address"
"""What identifies the address that Google collected, in whatever language its title is."""

EMAILS = (
    EMAIL,
    "Username",
    "Adresse e-mail",
    "Nom d'utilisateur",
    "Dirección de correo electrónico",
    "Nombre de usuario",
    "E-Mail-Adresse",
    "Nutzername",
    "Endereço de e-mail",
    "Nome de usuário",
    "Indirizzo email",
    "Nome utente",
    "Kullanıcı Adı",
    "E-posta Adresi",
    "Adres e-mail",
    "E-mailadres",
    "Адрес электронной почты",
    "メールアドレス",
)
"""Titles of the column with the address that Google collected, the most telling first."""

SCORES = (
    "Total score",
    "Score",
    "Punkte",
    "Punktzahl",
    "Gesamtpunktzahl",
    "Note totale",
    "Score total",
    "Puntuación",
    "Puntuación total",
    "Pontuação",
    "Pontuação total",
    "Punteggio",
    "Punteggio totale",
    "Wynik",
    "Puan",
    "Toplam puan",
    "スコア",
)
"""Titles of the column with the total of a quiz."""

SCORE_OF_ONE = re.compile(r".*\[(?:Score|Feedback)\]", re.DOTALL)
"""Columns that the form's own download adds behind each question of a quiz."""

GRID = re.compile(r"(.*\S)\s*\[([^\[\]]+)\]", re.DOTALL)


class Grid(NamedTuple):
    """A column that is one row of a grid: its place, the grid's question, the row's title."""

    place: int
    question: str
    row: str


def _plain(title: str) -> str:
    """A title as it is compared."""
    title = unicodedata.normalize("NFC", title).replace("\u2019", "'")
    return " ".join(title.split()).casefold()


_NAMES = frozenset(
    map(
        _plain,
        (
            "Username",
            "Nom d'utilisateur",
            "Nombre de usuario",
            "Nutzername",
            "Nome de usuário",
            "Nome utente",
            "Kullanıcı Adı",
        ),
    )
)
_STAMPS = frozenset(map(_plain, STAMPS))
_EMAILS = frozenset(map(_plain, EMAILS))
_SCORES = frozenset(map(_plain, SCORES))


def is_stamp_title(title: str) -> bool:
    """Whether this is the title of the time of submission."""
    return _plain(title) in _STAMPS


def is_local(title: str) -> bool:
    """Whether this is such a title in another language than English, which few tools share."""
    return is_stamp_title(title) and _plain(title) != _plain(STAMPS[0])


def is_address(title: str) -> bool:
    """Whether a title says "address" and nothing that a form's author may ask for as well."""
    return _plain(title) in _EMAILS - _NAMES


def is_score(title: str) -> bool:
    """Whether a column holds a score of a quiz, in all or for one question."""
    return _plain(title) in _SCORES or title.strip().endswith("[Score]")


def find_stamp(titles: Sequence[str]) -> int | None:
    """The place of the time of submission: where its title stands first."""
    return next((i for i, title in enumerate(titles) if is_stamp_title(title)), None)


def leads(titles: Sequence[str], place: int) -> bool:
    """Whether a column is the first, but for the numbers that pandas puts in front."""
    return all(not t.strip() or t.startswith("Unnamed: ") for t in titles[:place])


def find_email(titles: Sequence[str], stamp: int | None) -> int | None:
    """The place of the respondent's address; wherever it was moved to, it is the same column."""
    places = {_plain(title): i for i, title in reversed(list(enumerate(titles))) if i != stamp}
    return next((places[title] for title in map(_plain, EMAILS) if title in places), None)


def grids(titles: Sequence[str]) -> tuple[Grid, ...]:
    """The columns that are rows of grids: one question, and two different rows at least."""
    found = []
    for index, title in enumerate(map(str.strip, titles)):
        if not SCORE_OF_ONE.fullmatch(title) and (match := GRID.fullmatch(title)):
            found.append(Grid(index, match[1].strip(), match[2].strip()))
    rows: dict[str, set[str]] = {}
    for grid in found:
        rows.setdefault(grid.question, set()).add(grid.row)
    return tuple(grid for grid in found if len(rows[grid.question]) > 1)
