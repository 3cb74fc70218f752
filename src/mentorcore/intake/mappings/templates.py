"""Files to begin with: a blueprint, and what the mapping of every form has, each setting explained.

`mentorcore init` writes them; what is commented out shows the default or an example.
"""

__all__ = ["BLUEPRINT", "mapping_to_edit"]

BLUEPRINT = """\
# The blueprint of a mentoring program. Dates are written without quotes: 2026-09-01.

[program]
name = "Peer mentoring for new principals"
time_zone = "America/Los_Angeles"    # days and weeks are counted here
launched_on = 2026-08-01             # nobody can enrol or be paired before
# owner = "riverside-usd"            # a code word for who runs it
# template = "T6"                    # a code word for where the design comes from

# What the program as a whole wants to reach; at least one goal.
[[goals]]
statement = "New principals stay and grow in their first year"
indicator = "Goals of mentees that were achieved"
target = "Two in three"

# The roles of the program and the part each plays in a pairing:
# mentee, mentor, peer, facilitator, or none for roles that are never paired.
[roles]
mentee = "mentee"
mentor = "mentor"
coordinator = "none"

[pairing]
shape = "one_to_one"                 # one_to_one, group or reciprocal
# smallest = 2                       # members; a group needs both sizes
# largest = 2                        # 3 allows a co-mentor in a one_to_one pairing
# start_needs = ["agreement"]        # agreement, training, authorization: what a start waits for
# soft_criteria = ["same-level"]     # wishes; an unmet one needs a reason
# prohibited_lines = ["supervisor", "evaluator", "appraiser", "chief"]
# both_roles = false                 # may one person be mentor and mentee at once?
# qualified_mentors = false          # must a mentor be qualified when a pairing starts?

# [[shapes]]                         # another shape beside the usual one, with sizes of its own
# shape = "group"
# smallest = 3
# largest = 8

[capacity]
places = 2                           # mentees of a mentor for whom nothing else is recorded
# most = 4                           # what no mentor's capacity may exceed
# counted_by = "mentee"              # or "pairing", when a group takes one place

# Trainings that a role needs before a pairing starts.
# [[trainings]]
# kind = "mentor-basics"
# role = "mentor"
# valid_days = 730

# How often a pairing agrees to meet; a longer silence calls for attention.
[cadence]
every = 2
unit = "week"                        # week, month, term or year
minutes = 60

[meetings]
# longest = 480                      # minutes of the longest meeting
# contact_counts = 0                 # minutes of asynchronous contact that count at most
# verifier_is_another = false        # must another than its author confirm a meeting?

# Scales for ratings, lowest to highest whole number; low_at and below calls for attention.
[scales.helpful]
lowest = 1
highest = 5
low_at = 2

[attention]
# mismatch_days = 14                 # days in which a reported mismatch is to be settled
# free_places = 0                    # a mentor with so many free places is near capacity
# training_days = 30                 # days before its end at which a training is expiring
# time = "calendar_days"             # silence and delays count these, and not "school_time"

# A cohort enrols, starts and ends; ends_on and enrols_until are the first day after.
[[cohorts]]
name = "2026-27"
starts_on = 2026-09-01
ends_on = 2027-07-01
enrols_from = 2026-08-01
enrols_until = 2027-03-01
# places = 40

# School years: with one, silence, waiting and delays stand still in breaks. Every "until" is the
# first day after; without it a day off is a single day. Calendars can be set anew at any time.
# [[calendar]]
# school_year = "2026-27"
# terms = [
#     { name = "autumn", since = 2026-09-01, until = 2026-12-19 },
#     { name = "spring", since = 2027-01-04, until = 2027-06-12 },
# ]
# instructional_weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
# non_instructional = [
#     { since = 2026-09-07, label = "Labor Day" },
#     { since = 2026-11-23, until = 2026-11-28, label = "Thanksgiving" },
# ]
# cohort = "2026-27"                 # only for this cohort; else for the whole program

# Policy packs that the program goes by: those that come with mentorcore, and files in a folder
# "packs" beside this one. packs = ["..."] at the top of the file says the same in short.
# [[packs]]
# pack = "us-ca-teacher-induction"
# version = "1"                      # the latest one, when nothing is said
# effective_from = 2026-08-01        # the day of the launch, when nothing is said
# applies_to = "all"                 # or "new_enrolments": who enrols from that day on
"""
"""A blueprint to begin with, as the text of a TOML file."""

_HEAD = """\
# What the form is and which of its columns tells what.
form = "{form}"                      # a name of your own; it must not change between exports
kind = "{kind}"
# mode = "identified"                # or "confidential": known to the program, hidden in reports
coverage = "full"                    # "partial" when an export holds some of the responses only
# adapter = "csv"                    # who reads the file; found out by itself when left out
# program = "program:..."            # which program, when the log holds several

[people]
by = "email"                         # or "external_id", or "name"
# mentee = "name"                    # one column may name people in another way
# scheme = "payroll"                 # whose numbers an external_id is

[source]                             # how the file is written
timestamp = "Timestamp"              # column with the time of sending
respondent = "Email Address"         # column with the sender's address
# keys = ["Response ID"]             # columns that tell responses apart, where there are such
# trust_keys = false                 # true: keys are ids, even where they look spoilt or changed
zone = "America/Los_Angeles"         # zone of the times of sending
date_order = "mdy"                   # 9/1/2026 is the first of September; "dmy", "ymd"
# header_rows = 1                    # rows of titles; those of one column are joined with a space
# encoding = "cp1252"                # for files that are not UTF-8
# delimiter = ";"

[answers]                            # how answers are written
# date_order = "mdy"                 # when it differs from that of the times of sending
# zone = "America/Los_Angeles"       # zone of times in answers; else the program's
# durations = "minutes"              # what a bare number in a duration counts; or "hours"
# thousands = ","                    # what stands between thousands: 1,500 is more than a thousand
# decimal = "."                      # what stands before decimals: 1.500 is one and a half
# separator = ";"                    # what joins several choices in one cell
# missing = ["-99", "n/a"]           # texts that mean: no answer
# renamed_choices = "keep"           # or "amend": choices renamed in the survey count as edits
# repeats_within = 10                # minutes within which the same answers are one; 0: never
# ignore_times = false               # leave aside the time in cells that tell a day
"""


def mapping_to_edit(
    kind: str, form: str, rest: str, *, people: bool = True, sent: bool = True
) -> str:
    """A mapping to begin with.

    Args:
        kind: The kind of form.
        form: What the form is called in it.
        rest: What follows the settings that every form has, from ``[fields]`` on.
        people: Whether its columns name people who are known.
        sent: Whether somebody sends it in; a list is sent by nobody, and needs a key.
    """
    text = _HEAD.replace("{form}", form).replace("{kind}", kind)
    if not people:
        lines = text.splitlines(keepends=True)
        text = "".join(line for line in lines if '# mentee = "name"' not in line)
    if not sent:
        for setting in ("timestamp", "respondent"):
            text = text.replace(f"\n{setting} =", f"\n# {setting} =")
        text = text.replace('# keys = ["Response ID"]   ', 'keys = ["Mentor", "Mentee"] ')
    return text + rest
