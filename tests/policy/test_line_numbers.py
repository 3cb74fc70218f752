"""Where entries of a file stand is told to whoever has to correct them."""

from mentorcore.policy.reading.line_numbers import line_of, lines_of

FILE = '''\
# a = 1
[pack] # the head
notice = """
[[rule]]
id = "not this one" """
"odd key" = 'x = ["'
settings = { days = 1 }

[[rule]]
id = "A"
all = [
  { fact = "a", op = "==" },
  # ]
  { fact = "b" },
]
[[rule.when]]
max = 1
[[rule.when]]
max = 2
[[rule]]
id = "B"
more.deep = 1
'''


def test_tables_and_entries_have_a_line_and_what_looks_like_one_has_none() -> None:
    lines = lines_of(FILE)

    assert lines == {
        "pack": 2,
        "pack.notice": 3,
        "pack.odd key": 6,
        "pack.settings": 7,
        "rule[1]": 9,
        "rule[1].id": 10,
        "rule[1].all": 11,
        "rule[1].when[1]": 16,
        "rule[1].when[1].max": 17,
        "rule[1].when[2]": 18,
        "rule[1].when[2].max": 19,
        "rule[2]": 20,
        "rule[2].id": 21,
        "rule[2].more.deep": 22,
    }


def test_what_has_no_line_of_its_own_has_that_of_what_it_stands_in() -> None:
    lines = lines_of(FILE)

    assert line_of("rule[1].all[2].op", lines) == 11
    assert line_of("rule[2].limit", lines) == 20
    assert line_of("pack.settings.days", lines) == 7
    assert line_of("rules", lines) is None
