"""What comments, docstrings and pages cite can be looked up by whoever has this repository."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("src", "docs", "plugins", "tests", "benchmarks", "examples")
FILES = [ROOT / "README.md", ROOT / "CHANGELOG.md"] + [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".md", ".toml"} and path != Path(__file__)
]
WORDS = "DOMAIN|AUDIT|DECISIONS|HOUSE|DESIGN|LOG|SURVEYS|RULES|PERF|EVALUATION|STYLE|CASES"
CHAPTER = re.compile(
    rf"\b(?:{WORDS})(?:\.md)?(?: sections?)? [0-9]|\bsections? [0-9. and]+of [A-Z]{{3}}"
)
"""A chapter of a paper that is named in capitals and stands nowhere in the repository."""

PAGE = re.compile(r"\bdocs/[\w/.-]+\.md\b")
"""A page, named from the root of the repository."""


def lines_with(pattern: re.Pattern[str]) -> list[tuple[Path, str]]:
    """What is cited, with the file that cites it; a citation may go on in the next line."""
    return [
        (path, found.group())
        for path in FILES
        for found in pattern.finditer(re.sub(r"\s+", " ", path.read_text("utf-8")))
    ]


@pytest.mark.parametrize("text", ["see DOMAIN 3.2", "(AUDIT section 8.5)", "AUDIT sections 8.2"])
def test_a_chapter_is_found_however_it_is_cited(text: str) -> None:
    assert CHAPTER.search(text)


def test_no_paper_is_cited_that_is_not_here() -> None:
    cited = [f"{path.relative_to(ROOT)}: {text}" for path, text in lines_with(CHAPTER)]

    assert not cited, "say the reason itself, or name a page of docs/ or a rule (INV-nn)"


def test_every_page_that_is_cited_is_here() -> None:
    cited = lines_with(PAGE)

    missing = {
        f"{path.relative_to(ROOT)}: {page}" for path, page in cited if not (ROOT / page).exists()
    }

    assert cited
    assert not missing
