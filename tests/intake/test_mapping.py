"""A mapping declares what a form's columns tell, and a bad one is answered with all its problems."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.errors import Invalid
from mentorcore.intake.form_kind import Field, FormKind, flaws
from mentorcore.intake.forms.built_in import FORMS, MAPPINGS
from mentorcore.intake.mappings.mapping_reader import read_mapping


def problems_of(text: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_mapping(text, "meetings.toml")
    assert "meetings.toml" in str(caught.value)
    return {p.path: f"{p.problem} | {p.expected}" for p in caught.value.problems}


def changed(kind: str, *changes: tuple[str, str]) -> str:
    text = MAPPINGS[kind]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("kind", MAPPINGS)
def test_the_template_of_each_kind_is_a_mapping(kind: str) -> None:
    mapping = read_mapping(MAPPINGS[kind], "x.toml")

    assert mapping.kind == kind
    assert mapping.options.form == mapping.form
    assert set(mapping.options.columns) == set(mapping.fields.values())
    assert mapping.options.coverage == "full"


@pytest.mark.parametrize("kind", MAPPINGS)
def test_every_setting_that_a_template_shows_as_a_comment_is_one(kind: str) -> None:
    text = re.sub(r"^# (\S+ = |\[)", r"\1", MAPPINGS[kind], flags=re.MULTILINE)

    mapping = read_mapping(text, "x.toml")

    assert mapping.adapter == "csv"
    assert mapping.separator == ";"
    assert mapping.missing == {"-99", "n/a"}
    assert mapping.options.encoding == "cp1252"
    assert mapping.zone == "America/Los_Angeles"


def test_fields_of_a_group_stand_under_their_own_names() -> None:
    mapping = read_mapping(MAPPINGS["feedback"], "x.toml")

    assert mapping.fields["ratings.helpful"] == "How helpful is your mentor?"
    assert mapping.group("ratings") == ("helpful",)


def test_one_column_may_name_people_in_another_way() -> None:
    mapping = read_mapping(changed("meeting-log", ('# mentee = "name"', 'mentee = "name"')), "x")

    assert mapping.naming("mentor") == "email"
    assert mapping.naming("mentee") == "name"


def test_words_of_cells_are_compared_without_regard_to_case_and_space() -> None:
    text = changed("meeting-log", ('"Zoom" = "video"', '" on  ZOOM " = "video"'))

    mapping = read_mapping(text, "x.toml")

    assert mapping.values["modality"]["on zoom"] == "video"


def test_a_separator_may_be_white_space() -> None:
    text = changed("meeting-log", ('# separator = ";"', 'separator = "\\n"'))

    assert read_mapping(text, "x.toml").separator == "\n"


def test_the_digest_is_of_what_a_mapping_says_and_not_of_how_it_is_written() -> None:
    text = MAPPINGS["meeting-log"]
    same = "# a remark\n" + text.replace(
        '[fields]\nmentor = "Email Address"\n', "[fields]\n"
    ).replace("[values.modality]", 'mentor = "Email Address"\n[values.modality]')
    other = text.replace('"Zoom" = "video"', '"Zoom" = "phone"')

    digests = [read_mapping(t, "x.toml").digest for t in (text, same, other)]

    assert digests[0] == digests[1] != digests[2]
    assert re.fullmatch(r"[0-9a-f]{64}", digests[0])


def test_all_problems_are_told_at_once_with_their_paths() -> None:
    text = changed(
        "meeting-log",
        ('form = "meetings"', 'form = "our meetings"'),
        ('coverage = "full"', 'coverage = "all"'),
        ('mentee = "Mentee\'s e-mail"', 'mente = "Mentee\'s e-mail"'),
        ('minutes = "Minutes"', "minutes = 45"),
        ('"Zoom" = "video"', '"Zoom" = "zoom"'),
        ('note_visibility = "pair_private" ', 'note_visibility = "private" '),
        ('zone = "America/Los_Angeles"         #', 'zone = "PST8PTD" #'),
        ('date_order = "mdy"                   #', 'date_order = "american" #'),
        ("[answers]", "[answer]"),
    )  # fmt: skip

    found = problems_of(text)

    assert set(found) == {
        "form",
        "coverage",
        "fields.mente",
        "fields.minutes",
        "values.modality.Zoom",
        "defaults.note_visibility",
        "source.zone",
        "source.date_order",
        "answer",
    }
    assert "did you mean 'mentee'?" in found["fields.mente"]
    assert "in_person, video, phone, async" in found["values.modality.Zoom"]
    assert "did you mean 'answers'?" in found["answer"]


@pytest.mark.parametrize(
    ("kind", "old", "new", "path", "said"),
    [
        ("meeting-log", '"meeting-log"', '"assessment"', "kind", "later release"),
        ("meeting-log", '"meeting-log"', '"meetings"', "kind", "'meeting-log'?"),
        ("feedback", '# mode = "identified"', 'mode = "anonymous"', "mode", "nobody can link"),
        ("feedback", '# mode = "identified"', 'mode = "secret"', "mode", "identified, confidential"),
        ("enrolment", 'role = "I take part as"', "", "fields.role", "under [defaults]"),
        ("enrolment", 'email = "Email Address"', "", "fields.email", "told apart"),
        ("enrolment", 'by = "email"', 'by = "external_id"', "fields.external_id", "told apart"),
        ("enrolment", 'by = "email"', 'by = "e-mail"', "people.by", "'email'"),
        ("enrolment", 'since = "submitted"', "", "fields.since", "is missing"),
        ("enrolment", 'since = "submitted"', 'since = "9/1/2026"', "defaults.since", "2026-09-01"),
        ("enrolment", "[values.role]", '[fields.training]\n"mentor basics" = "x"\n[values.role]', "fields.training.mentor basics", "code word"),
        ("enrolment", '"A mentor" = "mentor"', '"A mentor" = "a mentor"', "values.role.A mentor", "without spaces"),
        ("pairing-list", 'mentee = "Mentee"', "", "fields.mentor", "who is paired"),
        ("meeting-log", 'minutes = "Minutes"', "", "fields.minutes", "time and until"),
        ("meeting-log", 'minutes = "Minutes"', 'until = "End"', "fields.time", "until ends"),
        ("meeting-log", 'mentor = "Email Address"\nmentee = "Mentee\'s e-mail"', "", "fields.mentor", "whose pairing"),
        ("goal-check-in", 'mentee = "Email Address"', "", "fields.mentor", "whose pairing"),
        ("goal-check-in", 'goal = "Goal"', "", "fields.goal", "its owner's words"),
        ("feedback", 'author = "Email Address"', "", "fields.author", "a column"),
        ("feedback", 'visibility = "coordinator" ', "#", "fields.visibility", "under [defaults]"),
        ("feedback", "[defaults]", '[defaults]\nauthor = "me"', "defaults.author", "no default"),
        ("feedback", "[defaults]", '[defaults]\nautor = "me"', "defaults.autor", "did you mean 'author'"),
        ("feedback", "[defaults]", '[values.txt]\na = "b"\n[defaults]', "values.txt", "did you mean 'text'?"),
        ("feedback", "[defaults]", '[values.ratings]\nGood = "b"\n[defaults]', "values.ratings.Good", "a whole number"),
        ("feedback", "[people]", '[people]\nautor = "name"', "people.autor", "did you mean 'author'"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_own_sentence(
    kind: str, old: str, new: str, path: str, said: str
) -> None:
    found = problems_of(changed(kind, (old, new)))

    assert said in found[path]


def test_a_note_says_who_may_read_it_and_who_wrote_it() -> None:
    text = changed(
        "meeting-log",
        ('mentor = "Email Address"', 'note = "Notes"'),
        ('note_visibility = "pair_private" ', "# "),
    )

    found = problems_of(text)

    assert "every text says who may read it" in found["fields.note_visibility"]
    assert "a note has an author" in found["fields.logged_by"]


def test_what_is_confidential_is_never_shown_to_the_other_member() -> None:
    text = changed(
        "feedback",
        ('# mode = "identified"', 'mode = "confidential"'),
        ('visibility = "coordinator" ', 'visibility = "pair_private" '),
        ("[fields]\n", '[fields]\nvisibility = "Who may read it?"\n'),
        (
            "[defaults]",
            '[values.visibility]\n"All" = "public"\n"Office" = "coordinator"\n[defaults]',
        ),
    )

    found = problems_of(text)

    assert set(found) == {"defaults.visibility", "values.visibility.all"}
    assert "coordinator" in found["defaults.visibility"]


def test_every_field_of_every_kind_says_what_it_is() -> None:
    for kind in FORMS:
        assert list(flaws(kind)) == []
        for field in kind.fields:
            assert field.about, (kind.name, field.name)


def test_a_table_of_values_that_leads_nowhere_is_an_error() -> None:
    silent = problems_of(changed("meeting-log", ("[defaults]", "[values.status]\n'yes' = 'held'\n[defaults]")))  # fmt: skip
    written = problems_of(
        changed(
            "meeting-log",
            ('# topics = "Topics"', 'topics = "Topics"'),
            ("[defaults]", "[values.topics]\n'a' = 'b'\n[values.on]\n'a' = 'b'\n[defaults]"),
        )
    )
    meant = problems_of(
        changed("meeting-log", ("[values.modality]", "[values.modality]\n'By owl' = 'owl'"))
    )

    assert "no column tells this field" in silent["values.status"]
    assert "is taken as it is written" in written["values.topics"]
    assert "is taken as it is written" in written["values.on"]
    assert "'owl' does not fit" in meant["values.modality.By owl"]


def test_a_field_that_is_declared_optional_needs_a_column() -> None:
    found = problems_of(
        changed("meeting-log", ('coverage = "full"', 'optional = ["topic"]\ncoverage = "full"'))
    )

    assert "'topic' has no column" in found["optional"]


@given(
    st.sampled_from([(kind, field) for kind in FORMS for field in kind.fields if not field.group])
)
@settings(deadline=None)
def test_a_table_of_values_is_applied_or_refused(one: tuple[FormKind, Field]) -> None:
    kind, field = one
    text = f"""form = "f"\nkind = "{kind.name}"\n[fields]\n{field.name} = "X"
[values.{field.name}]
"word" = "{(*field.choices, "yes" if field.holds == "yes" else "7")[0]}"
"""

    try:
        read_mapping(text, "f.toml")
    except Invalid as error:
        found = {problem.path for problem in error.problems}
    else:
        found = set()

    assert (f"values.{field.name}" in found) == (not field.worded)
