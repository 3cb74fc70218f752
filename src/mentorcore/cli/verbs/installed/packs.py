"""List policy packs, show one, begin one, check one, or let a program adopt one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import (
    Usage,
    add_actor,
    add_keys,
    add_program,
    by,
    day,
    practices,
)
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.cli.near_names import perhaps
from mentorcore.render.events import answer_data, answer_lines
from mentorcore.render.packs import (
    adopted_lines,
    checked_lines,
    pack_data,
    pack_lines,
    packs_lines,
    unnamed_lines,
)
from mentorcore.render.text import paragraph

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Policy packs: rules with their sources, by which a program is measured.

  list [LOG]       those that come along; with a LOG, those that its programs go by
  show PACK        all that a pack says: each rule with its source and how it is known
  new FILE         write a pack to begin with, in which every kind of rule is explained
  check FILE       everything that is wrong with a pack, or what it asks of a program
  adopt LOG PACK   let a program go by a pack, from today on or from a later day

A PACK is the id of one that comes along, or a file of your own.

example:
  mentorcore packs
  mentorcore packs show us-ca-teacher-induction
  mentorcore packs new district.toml
  mentorcore packs check district.toml
  mentorcore packs adopt my-program district.toml --from 2026-09-01
"""

DOINGS = ("list", "show", "new", "check", "adopt")


def arguments(verb: ArgumentParser) -> None:
    """What is done with which pack, or with which log."""
    verb.add_argument("doing", nargs="?", default="list", choices=DOINGS, metavar="DOING")
    verb.add_argument("words", nargs="*", metavar="LOG|PACK|FILE", help="as above")
    add_keys(verb)
    add_program(verb)
    adopting = verb.add_argument_group("of adopt")
    adopting.add_argument(
        "--from", dest="since", metavar="DAY", help="the first day on which the program goes by it"
    )
    adopting.add_argument(
        "--new-enrolments", action="store_true", help="only those who enrol from that day on"
    )
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Do what is asked for."""
    needed = {"list": (0, 1), "show": (1, 1), "new": (1, 1), "check": (1, 99), "adopt": (2, 2)}
    least, most = needed[asked.doing]
    if not least <= len(asked.words) <= most:
        raise Usage(f"packs {asked.doing} takes {_words(asked.doing)}")
    match asked.doing, asked.words:
        case "list", []:
            with mentorcore.open(":memory:", practices=practices()) as engine:
                listed = engine.packs()
            answer(asked, packs_lines(listed), {"packs": [pack_data(pack) for pack in listed]})
        case "list", [log]:
            return _adopted(asked, log)
        case "show", [named]:
            pack = _named(named)
            answer(asked, pack_lines(pack), pack_data(pack))
        case "new", [file]:
            written = str(mentorcore.new_pack(file))
            lines = (
                f"{written} is a pack to begin with; edit it, and then:",
                f"  mentorcore packs check {written}",
            )
            answer(asked, lines, {"written": written})
        case "check", files:
            return _check(asked, files)
        case _, [log, named]:
            return _adopt(asked, log, named)
    return ExitCode.DONE


def _words(doing: str) -> str:
    line = next(line for line in HELP.splitlines() if line.startswith(f"  {doing} "))
    return line.split("   ")[0].removeprefix(f"  {doing}").strip() or "a LOG at most"


def _named(named: str) -> mentorcore.Pack:
    """The pack that comes along under an id, or the one in a file."""
    if Path(named).exists():
        return mentorcore.read_pack(named, practices=practices())
    with mentorcore.open(":memory:", practices=practices()) as engine:
        there = {pack.id: pack for pack in engine.packs()}
    if named not in there:
        near = perhaps(there, named)
        raise Usage(
            f"no policy pack {named!r} comes along, and there is no such file{near}; mentorcore "
            "packs lists them"
        )
    return there[named]


def _check(asked: Namespace, files: list[str]) -> int:
    checked, problems = [], list[mentorcore.Problem]()
    for file in files:
        try:
            checked.append((file, mentorcore.check_pack(file, practices=practices())))
        except mentorcore.Invalid as invalid:
            where = f"{file}: " if len(files) > 1 else ""
            problems += [
                mentorcore.Problem(f"{where}{p.path}", p.problem, p.expected)
                for p in invalid.problems
            ]
    if problems:
        needs = "needs" if len(files) == 1 else "need"
        raise mentorcore.Invalid(f"{' and '.join(files)} {needs} correction", problems)
    lines = chain.from_iterable(checked_lines(file, found) for file, found in checked)
    answer(asked, lines, {"packs": [_data(file, found) for file, found in checked]})
    return ExitCode.DONE


def _data(file: str, found: mentorcore.CheckedPack) -> dict[str, Any]:
    return {
        "file": file,
        **pack_data(found.pack),
        "unknown": mentorcore.plain(found.unknown),
        "stated": list(found.stated),
        "roles": list(found.roles),
        "documents": list(found.documents),
        "needs_calendar": found.needs_calendar,
    }


def _adopted(asked: Namespace, log: str) -> int:
    asked.log = log
    viewer = mentorcore.Viewer.coordinator()
    with asking(asked) as engine:
        chosen = program(engine, asked.program)
        lines = [line for line in engine.programs() if chosen in (None, line.program)]
        found = [(line.name, engine.adopted_packs(line.program, viewer=viewer)) for line in lines]
    data = [{"program": name, "packs": [_of(p) for p in adopted]} for name, adopted in found]
    answer(asked, adopted_lines(found), {"programs": data})
    return ExitCode.DONE


def _of(adopted: mentorcore.AdoptedPolicyPack) -> dict[str, Any]:
    told: dict[str, Any] = mentorcore.plain(adopted)
    return {**told, "pack": None if adopted.pack is None else pack_data(adopted.pack)}


def _adopt(asked: Namespace, log: str, named: str) -> int:
    pack = _named(named)
    asked.log = log
    with opened(asked, packs=(pack,)) as engine:
        line = _program(engine, asked.program)
        today = engine.now().astimezone(ZoneInfo(line.time_zone)).date()
        done = engine.handle(
            mentorcore.AdoptPolicyPack(
                program_id=line.program,
                pack_id=pack.id,
                version=pack.version,
                digest=pack.digest,
                effective_from=today if asked.since is None else day(asked.since, "--from"),
                applies_to="new_enrolments" if asked.new_enrolments else "all",
                replaces=_replaced(engine, line.program, pack),
            ),
            **by(engine, asked),
        )
        roles = _unnamed(engine, line.program, pack)
    lines = chain(answer_lines(done), ("",), paragraph(pack.notice), unnamed_lines(roles))
    answer(asked, lines, {**answer_data(done), "roles_missing": roles})
    return ExitCode.DONE


def _unnamed(engine: mentorcore.Engine, program_id: str, pack: mentorcore.Pack) -> list[str]:
    """The roles that rules of a pack are for and that no role of the program is called."""
    viewer = mentorcore.Viewer.coordinator()
    settings = engine.settings_in_force(program_id, viewer=viewer)
    roles = next(s.value for s in settings if s.setting == "roles" and s.until is None)
    there = {role["code"] for role in mentorcore.plain(roles)}
    return [role for role in mentorcore.named_roles(pack) if role not in there]


def _program(engine: mentorcore.Engine, named: str | None) -> mentorcore.ProgramLine:
    chosen = program(engine, named)
    lines = [line for line in engine.programs() if chosen in (None, line.program)]
    if len(lines) != 1:
        raise Usage(
            "say which program goes by it, with --program" if lines else "no program has begun"
        )
    return lines[0]


def _replaced(engine: mentorcore.Engine, program_id: str, pack: mentorcore.Pack) -> str | None:
    """The version of a pack that another version takes the place of."""
    adopted = engine.adopted_packs(program_id, viewer=mentorcore.Viewer.coordinator())
    same = [one for one in adopted if one.pack_id == pack.id]
    if any(one.version == pack.version for one in same):
        return None
    return same[-1].version if same else None
