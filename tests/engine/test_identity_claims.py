"""INV-90: no row changes another person because it states the same address or number."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

import pytest
from engine.harbor import Harbor, Text, harbor
from engine.world import COORDINATOR, mc
from hypothesis import given, settings
from hypothesis import strategies as st

MAPPING = """
form = "staff"
kind = "enrolment"
coverage = "full"
[people]
by = "email"
[source]
keys = ["Id"]
[fields]
name = "Name"
email = "Mail"
role = "Role"
phone = "Phone"
[defaults]
since = "2026-09-01"
"""
NUMBERS = MAPPING.replace('by = "email"', 'by = "external_id"\nscheme = "payroll"').replace(
    'email = "Mail"', 'external_id = "Mail"'
)
NAMES = MAPPING.replace('by = "email"', 'by = "name"')
PEOPLE = {1: "Ada Byron", 2: "Bea Cole", 3: "Cy Dunn", 4: "Di Ek", 5: "Ed Fox"}


def sheet(rows: Mapping[int, str], phone: str = "", names: Mapping[int, str] = PEOPLE) -> Any:
    """A sheet in which each person, by number, has an address ``X@example.org``."""
    lines = [
        f"{n},{names[n]},{mail}@example.org,{'mentor' if n == 1 else 'mentee'},{phone}"
        for n, mail in rows.items()
    ]
    return Text("\n".join(["Id,Name,Mail,Role,Phone", *lines, ""]))


class Staff:
    """A program whose staff comes in sheets."""

    def __init__(self, it: Harbor, mapping: str = MAPPING) -> None:
        self.it = it
        self.mapping = mc.read_mapping(mapping, "staff.toml")

    def take(self, rows: Mapping[int, str], rejects: Any = None, **options: Any) -> Any:
        source = sheet(rows, **options)
        return self.it.engine.take_in(source, self.mapping, actor=COORDINATOR, rejects=rejects)

    def ask(self, command: Any) -> str:
        stream: str = self.it.engine.handle(command, actor=COORDINATOR).stream
        return stream

    def settle(self, report: Any, answer: Any) -> None:
        for question in report.questions:
            self.it.engine.settle(question.response, answer, question.other, actor=COORDINATOR)

    def people(self) -> dict[str, str]:
        """Who takes part, each with what they are linked to; nobody twice."""
        program = self.it.engine.programs()[0].program
        status = self.it.engine.status(program, viewer=mc.Viewer.coordinator())
        found = {}
        for participant in status.participants:
            name = participant.who.name
            assert name not in found
            found[name] = " ".join(self.linked(participant.who.person))
        return found

    def linked(self, person: str) -> Iterator[str]:
        records = self.it.engine.effective()
        for record in records:
            if record.stream == person and record.name == "person.external-identity-linked":
                yield self.it.opened(record.event.value).removesuffix("@example.org")


@pytest.fixture(params=[MAPPING, NUMBERS, NAMES], ids=["email", "external_id", "name"])
def staff(request: Any) -> Iterator[Staff]:
    with harbor() as it:
        yield Staff(it, request.param)


def test_a_slip_of_a_third_person_changes_nobody_and_is_taken_once_it_is_put_right(
    staff: Staff,
) -> None:
    staff.take({1: "ada", 2: "bea"})

    slip = staff.take({3: "bea", 1: "ada", 2: "bea"})
    between = staff.people()
    right = staff.take({1: "ada", 2: "bea", 3: "cy"})

    assert (slip.counts.refused, len(slip.questions)) == (1, 1)
    reason = slip.findings[0].reason
    assert "'bea@example.org' belongs to 'Bea Cole', and this row says 'Cy Dunn'" in reason
    assert "'bea@example.org' stands in row 4, too" in reason
    assert slip.findings[0].where.line == 2
    assert between == {"Ada Byron": "ada", "Bea Cole": "bea"}
    assert right.counts.refused == 0
    assert staff.people() == {"Ada Byron": "ada", "Bea Cole": "bea", "Cy Dunn": "cy"}


def test_a_known_row_that_is_edited_wrongly_changes_nobody(staff: Staff) -> None:
    staff.take({1: "ada", 2: "bea"})

    wrong = staff.take({1: "bea", 2: "bea"})
    between = staff.people()
    staff.take({1: "ada.b", 2: "bea"})

    assert (wrong.counts.refused, wrong.counts.amended) == (1, 0)
    assert between == {"Ada Byron": "ada", "Bea Cole": "bea"}
    assert staff.people() == {"Ada Byron": "ada.b", "Bea Cole": "bea"}


def test_swapped_addresses_are_put_right_together(staff: Staff) -> None:
    staff.take({1: "bea", 2: "ada"})

    report = staff.take({1: "ada", 2: "bea"})

    assert (report.counts.amended, report.findings) == (2, [])
    assert staff.people() == {"Ada Byron": "ada", "Bea Cole": "bea"}


def test_a_column_that_slipped_by_a_row_is_put_right_together(staff: Staff) -> None:
    staff.take({1: "bea", 2: "cy", 3: "ada", 4: "ed", 5: "di"})

    report = staff.take({1: "ada", 2: "bea", 3: "cy", 4: "di", 5: "ed"})

    assert (report.counts.amended, report.findings) == (5, [])
    assert list(staff.people().values()) == ["ada", "bea", "cy", "di", "ed"]


def test_one_row_of_an_exchange_that_the_rules_refuse_leaves_all_as_they_were() -> None:
    with harbor() as it:
        staff = Staff(it, MAPPING.replace('phone = "Phone"', 'places = "Phone"'))
        staff.take({1: "bea", 2: "ada"})
        before = it.engine.position

        report = staff.take({1: "ada", 2: "bea"}, phone="99")

        assert report.counts.refused == 2
        assert staff.people() == {"Ada Byron": "bea", "Bea Cole": "ada"}
        assert it.engine.position == before


@pytest.mark.parametrize("order", [(2, 9), (9, 2)])
def test_an_address_moves_to_somebody_new_whichever_row_stands_first(
    staff: Staff, order: Sequence[int]
) -> None:
    staff.take({1: "ada", 2: "desk"})
    rows = {9: "desk", 2: "bea"}
    names = {**PEOPLE, 9: "Gus New"}

    report = staff.take({n: rows[n] for n in order}, names=names)

    assert (report.counts.taken, report.counts.amended) == (1, 1)
    assert staff.people() == {"Ada Byron": "ada", "Bea Cole": "bea", "Gus New": "desk"}


def test_whoever_was_registered_by_a_command_is_as_safe_as_by_a_row() -> None:
    with harbor() as it:
        staff = Staff(it)
        bea = staff.ask(
            mc.RegisterPerson(name="Bea Cole", contact=mc.Contact(email="bea@example.org"))
        )

        refused = staff.take({3: "bea"})
        taken = staff.take({2: "bea", 3: "cy"})

        assert "belongs to 'Bea Cole', and this row says 'Cy Dunn'" in refused.findings[0].reason
        assert taken.counts.taken == 2
        assert staff.people() == {"Bea Cole": "bea", "Cy Dunn": "cy"}
        assert len(it.events("person.registered")) == 2
        assert any(bea == r.event.person_id for r in it.events("participant.enrolled"))


def test_the_row_of_somebody_registered_by_a_command_changes_their_address() -> None:
    with harbor() as it:
        staff = Staff(it)
        staff.ask(mc.RegisterPerson(name="Bea Cole", contact=mc.Contact(email="bea@example.org")))
        staff.take({2: "bea"})

        report = staff.take({2: "bea.c"})

        assert report.counts.amended == 1
        assert staff.people() == {"Bea Cole": "bea.c"}
        assert len(it.events("person.registered")) == 1


def test_one_answer_makes_it_a_new_name(staff: Staff) -> None:
    staff.take({1: "ada", 2: "bea"})
    asked = staff.take({3: "bea", 1: "ada", 2: "bea"}, names={**PEOPLE, 3: "Bea Lund"})
    staff.settle(asked, "same_person")

    report = staff.take({3: "bea", 1: "ada", 2: "bea"}, names={**PEOPLE, 3: "Bea Lund"})
    again = staff.take({1: "ada", 3: "bea", 2: "bea"}, names={**PEOPLE, 3: "Bea Lund"})

    assert (report.counts.taken, report.questions) == (1, [])
    assert again.sentence() == "3 unchanged."
    assert staff.people() == {"Ada Byron": "ada", "Bea Lund": "bea"}


def test_one_answer_makes_it_two_people_with_one_address() -> None:
    with harbor() as it:
        staff = Staff(it)
        staff.take({1: "ada", 2: "bea"})
        staff.settle(staff.take({1: "ada", 2: "bea", 3: "bea"}), "another_person")

        report = staff.take({1: "ada", 2: "bea", 3: "bea"})

        assert report.counts.taken == 1
        assert staff.people() == {"Ada Byron": "ada", "Bea Cole": "bea", "Cy Dunn": ""}


def test_a_row_that_changes_its_own_name_under_its_own_address_is_an_amendment(
    staff: Staff,
) -> None:
    staff.take({1: "ada", 2: "bea"})

    report = staff.take({1: "ada", 2: "bea"}, names={1: "Ada Byron", 2: "Bea Lund"})

    assert report.counts.amended == 1
    assert staff.people() == {"Ada Byron": "ada", "Bea Lund": "bea"}
    assert len(staff.it.events("person.registered")) == 2


def test_a_corrected_key_that_makes_a_second_person_is_told() -> None:
    with harbor() as it:
        staff = Staff(it, MAPPING.replace('keys = ["Id"]', 'keys = ["Mail"]'))
        staff.take({1: "ada", 2: "baa"})

        report = staff.take({1: "ada", 2: "bea"})

        (told,) = [n for n in report.notices if n.code == "namesake"]
        assert "'Bea Cole' (bea@example.org) is a second person" in told.message
        assert "beside baa@example.org, mentee" in told.message
        assert told.where.line == 3


ORDERS = list(
    permutations(({1: "ada", 2: "bea"}, {1: "ada", 2: "bea", 3: "bea"}, {2: "bea", 3: "cy"}))
)


@pytest.mark.parametrize("order", ORDERS)
def test_in_every_order_nobody_takes_over_from_anybody(
    order: Sequence[Mapping[int, str]],
) -> None:
    with harbor() as it:
        staff = Staff(it)
        partial = MAPPING.replace('"full"', '"partial"')
        staff.mapping = mc.read_mapping(partial, "staff.toml")

        for rows in order:
            staff.take(rows)

        assert staff.people() == {"Ada Byron": "ada", "Bea Cole": "bea", "Cy Dunn": "cy"}


SHEETS = st.lists(
    st.dictionaries(
        st.integers(1, 5), st.sampled_from(["ada", "bea", "cy", "di", "ed", "xy"]), min_size=1
    ),
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(SHEETS, st.permutations([1, 2, 3, 4, 5]), st.permutations(["ada", "bea", "cy", "di", "ed"]))
def test_whatever_was_mistyped_before_the_right_sheet_puts_everything_right(
    wrong: list[dict[int, str]], rows: list[int], mails: list[str]
) -> None:
    with harbor() as it:
        staff = Staff(it)
        for nth, sheet_ in enumerate(wrong):
            staff.take(sheet_, phone=str(nth))
            # Nobody ever bears a name that no row of theirs stated.
            assert set(staff.people()) <= set(PEOPLE.values())

        report = staff.take(dict(zip(rows, mails, strict=True)), phone="right")

        assert report.findings == []
        assert staff.people() == {
            PEOPLE[n]: mail for n, mail in sorted(zip(rows, mails, strict=True))
        }


def test_an_exchange_is_taken_back_with_its_import(staff: Staff) -> None:
    staff.take({1: "bea", 2: "cy", 3: "ada"})
    report = staff.take({1: "ada", 2: "bea", 3: "cy"})

    staff.ask(mc.ReverseImport(batch_id=report.batch, authority="lead"))
    between = staff.people()
    again = staff.take({1: "ada", 2: "bea", 3: "cy"})

    assert between == {"Ada Byron": "bea", "Bea Cole": "cy", "Cy Dunn": "ada"}
    assert again.counts.amended == 3
    assert staff.people() == {"Ada Byron": "ada", "Bea Cole": "bea", "Cy Dunn": "cy"}


@pytest.mark.parametrize(
    ("answer", "people"),
    [
        ("same_person", {"Cy Dunn": "bea"}),
        ("another_person", {"Bea Cole": "bea", "Cy Dunn": ""}),
    ],
)
def test_an_edited_row_that_is_asked_about_follows_the_answer(
    answer: str, people: dict[str, str]
) -> None:
    with harbor() as it:
        staff = Staff(it, MAPPING.replace('"full"', '"partial"'))
        staff.take({2: "bea", 3: "cy"})
        staff.settle(staff.take({3: "bea"}), answer)

        report = staff.take({3: "bea"})

        assert (report.counts.amended, report.findings) == (1, [])
        assert staff.people() == people


def test_an_exchange_across_transactions_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mentorcore.engine.importing.import_run.CHUNK", 2)
    with harbor() as it:
        staff = Staff(it)
        staff.take({1: "bea", 2: "cy", 3: "di", 4: "ed", 5: "ada"})

        report = staff.take({1: "ada", 2: "bea", 3: "cy", 4: "di", 5: "ed"})

        assert (report.counts.amended, report.findings) == (5, [])
        assert list(staff.people().values()) == ["ada", "bea", "cy", "di", "ed"]


def test_a_refused_row_that_is_corrected_in_the_rejects_file_is_taken(
    staff: Staff, tmp_path: Any
) -> None:
    staff.take({1: "ada", 2: "bea"})
    file = tmp_path / "rejects.csv"
    staff.take({1: "ada", 2: "bea", 3: "bea"}, rejects=file)
    file.write_text(file.read_text("utf-8-sig").replace("Cy Dunn,bea@", "Cy Dunn,cy@"))

    taken = staff.it.engine.take_in(file, staff.mapping, actor=COORDINATOR)
    again = staff.take({1: "ada", 2: "bea", 3: "bea"})

    assert taken.counts.taken == 1
    assert again.sentence() == "3 unchanged."
    assert staff.people() == {"Ada Byron": "ada", "Bea Cole": "bea", "Cy Dunn": "cy"}


@pytest.mark.parametrize("step", [1, -1, 7])
def test_a_column_that_slipped_is_put_right_in_any_order_of_its_rows(step: int) -> None:
    people = {n: f"Person {n}" for n in range(30)}
    rows = [n * step % 30 for n in range(30)]
    with harbor() as it:
        staff = Staff(it)
        staff.take({n: f"p{n + 1}" for n in rows}, names=people)

        report = staff.take({n: f"p{n}" for n in rows}, names=people)

        assert (report.counts.amended, report.findings) == (30, [])
        assert staff.people() == {f"Person {n}": f"p{n}" for n in range(30)}


def test_a_row_that_the_rules_refuse_does_not_keep_others_from_exchanging() -> None:
    with harbor() as it:
        staff = Staff(it, MAPPING.replace('phone = "Phone"', 'fte = "Phone"'))
        staff.take({1: "bea", 2: "ada", 3: "di", 4: "cy"})
        wrong = sheet({1: "ada", 2: "bea", 3: "cy", 4: "di"}).content
        edited = wrong.replace("di@example.org,mentee,", "di@example.org,mentee,0")

        report = it.engine.take_in(Text(edited), staff.mapping, actor=COORDINATOR)

        assert (report.counts.amended, report.counts.refused) == (2, 2)
        assert list(staff.people().values()) == ["ada", "bea", "di", "cy"]
