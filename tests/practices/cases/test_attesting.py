"""What was attested comes out again, or it is told what was recorded since (INV-80)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.adopting import DISTRICT
from engine.world import COORDINATOR, STARTED, TODAY, Clock, World, engine, mc
from practices.cases.world import SEES

from mentorcore.engine.engine import Engine
from mentorcore.practices.built_in import BUILT_IN
from mentorcore.practices.cases.attesting.events import WithdrawAttestation
from mentorcore.practices.practice import OURS, Here
from mentorcore.practices.registry import Practices

LATE = STARTED + timedelta(days=20)
AUDITOR = mc.Viewer.auditor()


@attrs.define
class Office:
    """A pair, a superintendent, and a pack with a rule that the pair has kept."""

    world: World
    pairing: str
    officer: str
    attestation: str = ""

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def stated(self, **asked: Any) -> Any:
        return self.engine.statement("district", viewer=SEES, **asked)

    def attesting(self, **asked: Any) -> Any:
        """The officer attests what comes out, as of today if nothing else is said."""
        who = {"officer": self.officer, "role": "superintendent", "on": TODAY.isoformat()}
        fields = self.stated(**asked).fields() | who
        return self.engine.command("attest-compliance", fields)

    def attest(self, **asked: Any) -> str:
        self.attestation = self.world.do(self.attesting(**asked))
        return self.attestation

    def check(self, viewer: Any = SEES, **asked: Any) -> Any:
        """The only attestation."""
        (found,) = self.engine.attestations(viewer=viewer, **asked)
        return found

    def correct(self, on: date = LATE) -> Any:
        """The pairing was formed later than was told, and so after its day."""
        asked = mc.AmendRecord(stream=self.pairing, target=1, changes={"on": on})
        return self.world.ask(asked).events[0]


def opened(engine: Engine) -> Office:
    world = World(engine)
    pairing = world.pair()
    (pack,) = (pack for pack in engine.packs() if pack.id == "district")
    adopted = mc.AdoptPolicyPack(
        program_id=world.program,
        pack_id=pack.id,
        version=pack.version,
        digest=pack.digest,
        effective_from=TODAY,
    )
    world.ask(adopted)
    return Office(world, pairing, world.person(name="Sue Perintendent"))


REPORT = """
[[rule]]
id = "D-9"
kind = "report"
title = "The superintendent reports who takes part"
citation = "4131, 9"
mark = "P"
scope = "program"
fields = ["enrolled_on"]
attested_by = "superintendent"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "district.toml"
    file.write_text(DISTRICT, "utf-8")
    return file


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, pack: Path, clock: Clock) -> Iterator[Office]:
    with engine(str(tmp_path / "log.db"), packs=[pack], clock=clock) as made:
        yield opened(made)


def test_what_was_attested_comes_out_again(office: Office) -> None:
    office.attest()

    told = office.check()

    assert (told.state, told.results, told.changed) == ("stands", 2, ())
    assert (told.officer, told.role) == (office.officer, "superintendent")
    assert told.digest == office.stated(as_known=told.as_known).digest


def test_after_a_correction_it_is_told_what_changed_and_what_did_it(office: Office) -> None:
    office.attest()
    office.correct()

    told = office.check()

    assert (told.state, told.said) == ("before_a_correction", "attested before a correction")
    assert [(one.rule, one.standing) for one in told.changed] == [("D-1", "changed")] * 2
    for one in told.changed:
        says = {change.field: (change.before, change.after) for change in one.changes}
        assert says["state"] == ("met", "cured_late")
        assert says["satisfied_on"] == (STARTED, LATE)
        assert {cause.evidence.stream for cause in one.causes} == {office.pairing, one.subject}
        assert one.causes[0].evidence.position > office.check().as_known
        assert one.people[0].participant == one.subject


def test_before_the_correction_was_known_it_stands(office: Office) -> None:
    office.attest()
    correction = office.correct()

    assert office.check(as_known=correction.position - 1).state == "stands"
    assert office.check(as_known=office.engine.position).state == "before_a_correction"


def test_when_the_correction_is_taken_back_it_stands_again(office: Office) -> None:
    office.attest()
    correction = office.correct()

    office.world.ask(mc.RetractRecord(stream=office.pairing, target=correction.version))

    assert office.check().state == "stands"


def test_what_is_attested_after_the_correction_stands(office: Office) -> None:
    office.attest()
    office.correct()
    office.attest()

    states = [told.state for told in office.engine.attestations(viewer=SEES)]

    assert states == ["before_a_correction", "stands"]


def test_a_result_that_came_later_is_new(office: Office) -> None:
    office.attest()
    office.world.mentee()

    (told,) = office.check().changed

    assert (told.standing, told.causes[0].name) == ("new", "participant.enrolled")


def test_a_result_that_was_taken_back_is_gone(office: Office) -> None:
    late = office.world.mentee()
    office.attest()

    office.world.ask(mc.RetractRecord(stream=late, target=1))

    (told,) = office.check().changed
    assert (told.standing, told.subject) == ("gone", late)


def test_what_happens_after_its_day_changes_nothing(office: Office, clock: Clock) -> None:
    office.attest(as_of=TODAY)
    clock.move(days=30)
    office.world.ask(office.world.ending(office.pairing, TODAY + timedelta(days=7)))

    assert office.check().state == "stands"


def test_one_attested_of_a_participant_is_not_changed_by_another(office: Office) -> None:
    mentor, mentee = office.world.members(office.pairing)
    alone = office.world.mentee()
    office.attest(about=alone, rule="D-1")
    office.correct()

    told = office.check()

    assert (told.about, told.rule, told.state, told.results) == (alone, "D-1", "stands", 1)
    assert alone not in (mentor, mentee)


@pytest.mark.parametrize("scope", ["cohort", "participant"])
def test_a_statement_of_a_part_is_recorded_as_such(office: Office, scope: str) -> None:
    about = {
        "cohort": office.world.cohort,
        "participant": office.world.members(office.pairing)[0],
    }[scope]

    office.attest(about=about)

    told = office.check()
    assert (told.about, told.results) == (about, 2 if scope == "cohort" else 1)


@pytest.mark.parametrize("other", [{"digest": "00" * 32}, {"results": 3}])
def test_what_does_not_come_out_is_not_attested(office: Office, other: Any) -> None:
    asked = attrs.evolve(office.attesting(), **other)

    with pytest.raises(mc.Refused) as refused:
        office.world.ask(asked)

    assert refused.value.code == "not_as_stated"
    assert office.engine.attestations(viewer=SEES) == ()


def test_what_came_out_before_a_correction_is_attested_as_it_was_known(office: Office) -> None:
    asked = office.attesting()
    office.correct()

    office.attestation = office.world.do(asked)

    assert office.check().state == "before_a_correction"


@pytest.mark.parametrize(
    ("other", "code"),
    [({"as_known": 10_000}, "no_such_position"), ({"rule": "D-2"}, "nothing_to_attest")],
)
def test_a_statement_of_nothing_known_is_refused(office: Office, other: Any, code: str) -> None:
    asked = attrs.evolve(office.attesting(), **other)

    refused = office.engine.check(asked)

    assert refused is not None
    assert refused.code == code


@pytest.mark.parametrize("other", [{"version": "2"}, {"rule": "D-2"}, {"pack": "county"}])
def test_no_statement_is_drawn_up_of_nothing(office: Office, other: Any) -> None:
    with pytest.raises(mc.Refused) as refused:
        office.engine.statement(**{"pack": "district", "viewer": SEES, **other})

    assert refused.value.code == "nothing_to_attest"


def test_a_withdrawn_one_is_not_worked_out_again(office: Office) -> None:
    office.attest()
    office.correct()

    withdrawing = WithdrawAttestation(attestation_id=office.attestation, on=TODAY, ground="moved")
    office.world.ask(withdrawing)

    told = office.check()
    assert (told.state, told.withdrawn_on, told.ground) == ("withdrawn", TODAY, "moved")
    assert told.changed == ()


def test_where_the_officer_was_erased_the_digest_went_with_them(office: Office) -> None:
    office.attest()

    keys: Any = office.engine._keys
    keys.erase(office.officer, "2026-11-23T20:00:00Z")

    told = office.check()
    assert (told.state, told.verified) == ("stands", False)
    assert "its digest cannot be read here" in told.said
    office.correct()
    assert office.check().state == "before_a_correction"


def test_what_does_not_come_out_any_more_as_it_was_known_is_told(
    office: Office, tmp_path: Path
) -> None:
    office.attest()
    office.engine.close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        connection.execute("DELETE FROM log_index WHERE kind = 'policy'")
        connection.commit()

    with engine(str(tmp_path / "log.db"), start=90_000) as without_the_pack:
        (told,) = without_the_pack.attestations(viewer=SEES)

    assert (told.state, told.verified) == ("not_reproduced", True)


def test_an_auditor_is_told_it_of_an_export_without_keys(office: Office, tmp_path: Path) -> None:
    office.attest()
    office.correct()
    office.engine.export(tmp_path / "out", recipient="state-auditor", actor=COORDINATOR)

    with mc.open_export(tmp_path / "out") as export:
        (told,) = export.attestations(viewer=AUDITOR)

    assert (told.state, told.verified) == ("before_a_correction", False)
    assert [one.rule for one in told.changed] == ["D-1", "D-1"]
    assert told.changed[0].causes


def test_an_auditor_is_told_the_same_without_the_digest_or_names(office: Office) -> None:
    office.attest()
    office.correct()

    told = office.check(AUDITOR)

    assert (told.state, len(told.changed)) == ("before_a_correction", 2)
    assert isinstance(told.digest, mc.Withheld)
    assert all(isinstance(one.people[0].name, mc.Withheld) for one in told.changed)


def test_members_and_site_administrators_are_told_nothing(office: Office) -> None:
    office.attest()
    member = mc.Viewer.member(office.officer)

    with pytest.raises(mc.Refused) as for_members:
        office.engine.attestations(viewer=member)
    with pytest.raises(mc.Refused) as to_draw_up:
        office.engine.statement("district", viewer=AUDITOR)
    with pytest.raises(mc.Refused) as for_sites:
        office.engine.attestations(viewer=mc.Viewer.site_administrator())

    assert (for_members.value.code, to_draw_up.value.code) == ("not_for_others",) * 2
    assert for_sites.value.code == "completion_only"


def test_the_digest_is_in_no_byte_of_the_log(office: Office, tmp_path: Path) -> None:
    office.attest()

    digest = office.check().digest
    written = b"".join(file.read_bytes() for file in tmp_path.glob("log.db*"))

    assert digest.encode() not in written


def test_it_is_the_same_in_each_kind_of_store(store_url: str, tmp_path: Path, pack: Path) -> None:
    keys = str(tmp_path / "program.keys") if store_url != ":memory:" else None
    with engine(store_url, keys=keys, packs=[pack]) as made:
        office = opened(made)
        office.attest()
        office.correct()

        assert office.check().state == "before_a_correction"


@pytest.fixture
def reporting(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """The same, with a report in the pack that the superintendent attests."""
    file = tmp_path / "district.toml"
    file.write_text(DISTRICT + REPORT, "utf-8")
    with engine(":memory:", packs=[file], clock=clock) as made:
        yield opened(made)


def reported(office: Office) -> str:
    program = office.world.program
    (row,) = office.engine.compliance(program, viewer=SEES, rule="D-9").rows
    return str(row.state)


def test_a_report_is_attested_by_an_attestation(reporting: Office) -> None:
    before = reported(reporting)

    reporting.attest()

    assert (before, reported(reporting)) == ("not_yet_due", "met")
    assert reporting.check().state == "stands"


def test_a_report_is_not_attested_by_one_that_was_withdrawn(reporting: Office) -> None:
    attestation = reporting.attest(rule="D-9")
    met = reported(reporting)

    reporting.world.ask(WithdrawAttestation(attestation_id=attestation, on=TODAY))

    assert (met, reported(reporting)) == ("met", "not_yet_due")


@pytest.mark.parametrize("part", ["cohort", "participant"])
def test_a_report_on_all_is_not_attested_by_one_of_a_part(reporting: Office, part: str) -> None:
    of_cohort = reporting.world.cohort
    about = of_cohort if part == "cohort" else reporting.world.members(reporting.pairing)[0]

    reporting.attest(about=about, rule="D-1")

    assert reported(reporting) == "not_yet_due"


def test_another_office_attests_no_report_of_the_superintendent(reporting: Office) -> None:
    reporting.world.ask(attrs.evolve(reporting.attesting(), role="principal"))

    assert reported(reporting) == "not_yet_due"


def test_where_attestations_cannot_be_read_nobody_says_that_a_report_is_not_attested(
    tmp_path: Path, pack: Path
) -> None:
    pack.write_text(DISTRICT + REPORT, "utf-8")
    log = str(tmp_path / "log.db")
    with engine(log, packs=[pack]) as made:
        opened(made).attest()
    others = Practices(Here(one, OURS) for one in BUILT_IN if one.name != "cases")

    with engine(log, start=90_000, packs=[pack], practices=others) as away:
        (row,) = away.compliance(viewer=SEES, rule="D-9").rows

    assert (row.state, row.missing) == ("insufficient_data", ("attestation.made",))
