"""Constraints for pip: of every requirement in these pyproject files, the oldest that it allows.

python .ci/oldest.py pyproject.toml plugins/*/pyproject.toml > oldest.txt
"""

import re
import sys
import tomllib
from pathlib import Path

FLOOR = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*>=\s*([0-9.]+)")


def number(version: str) -> tuple[int, ...]:
    """A version as something to compare."""
    return tuple(map(int, version.split(".")))


def floors(files: list[str]) -> dict[str, str]:
    """The oldest version of each package that all the files allow."""
    oldest: dict[str, str] = {}
    for file in files:
        project = tomllib.loads(Path(file).read_text(encoding="utf-8"))["project"]
        extras = project.get("optional-dependencies", {})
        wanted = [project["dependencies"], *(extras[name] for name in extras if name != "lint")]
        for requirement in (r for part in wanted for r in part):
            if found := FLOOR.match(requirement):
                name, version = found.groups()
                oldest[name] = max(version, oldest.get(name, version), key=number)
            elif not requirement.startswith("mentorcore"):
                sys.exit(f"{file}: {requirement} says no oldest version")
    return oldest


if __name__ == "__main__":
    for name, version in sorted(floors(sys.argv[1:]).items()):
        if name != "mentorcore":
            print(f"{name}=={version}")
