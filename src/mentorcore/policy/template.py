"""A pack to begin with: every kind of rule with what it may say, as the text of a TOML file."""

__all__ = ["PACK_TEMPLATE"]

PACK_TEMPLATE = """\
# A policy pack: rules with their sources, as data. A line that begins with # is a comment; take the
# mark away from what you need. mentorcore packs check FILE says what is wrong, all at once.

[pack]
id             = "us-xx-induction"     # a word of your own, the same in every version
version        = "1"                   # raise it whenever the rules change
title          = "Induction in our state"
jurisdiction   = "US-XX"               # where it holds
authority      = "State Board of Education"
citation       = "Administrative Code, chapter 9"
effective_from = 2026-07-01            # the first day on which the rules hold
# effective_to = 2029-07-01            # the first day on which they do not any more
reviewed_on    = 2026-07-15            # when the text was looked at last
notice         = "Check the current text before relying on this pack; it is not legal advice."
# left_out     = ["What the text says and no rule here tests, each with why."]
# settings     = { week_in_session_min_days = 1, unverified_credit_counts = false }

# A rule has an id, a kind, a title, a citation and a mark: V, read in the primary text; V2, in a
# reliable secondary one; P, one program's practice. Events are named by their class or stored name
# (mentorcore catalog lists them); applies_when says for whom it is, by facts and roles.
[[rule]]
id = "XX-1"
kind = "deadline"
title = "Mentor within 30 days of enrolment"
citation = "Chapter 9, section 1"
mark = "V"
scope = "participant"                  # or pairing, mentor, cohort, program
applies_when = { role = "mentee" }     # a role, or the part that it plays
anchor = "ParticipantEnrolled"
limit = 30
unit = "calendar_day"
count_from = "day_after"               # the anchor's day is day 0; same_day: it is day 1
satisfied_by = { event = "PairingFormed", where = { primary = true } }
at_risk_days = 7
relief_allowed = ["waiver", "extension"]
# interpretation = "How a text that leaves room is read."
# note = "Anything else."

# [[rule]]
# id = "XX-2"
# kind = "cadence"
# title = "A meeting in each of the first four weeks"
# citation = "Chapter 9, section 2"
# mark = "V"
# applies_when = { role = "mentee" }
# anchor = "PairingStarted"
# from = 1                             # the first window that counts
# to = 4                               # the last; left out: until the end
# window = "in_session_week"
# min_count = 1
# counts = { event = "MeetingHeld", kinds = ["one_to_one"], modalities = ["in_person", "video"] }
# tolerance = 0                        # windows that may miss

# [[rule]]
# id = "XX-3"
# kind = "average_dosage"
# title = "An hour a week on average"
# citation = "Chapter 9, section 3"
# mark = "V"
# applies_when = { role = "mentee" }
# anchor = "ParticipantEnrolled"
# minutes = 60
# per = "in_session_week"
# period = "school_year"
# counts = "MeetingHeld"
# verified_only = false
# min_weeks = 4                        # fewer completed weeks say nothing yet

# [[rule]]
# id = "XX-4"
# kind = "total_dosage"
# title = "Forty hours a year, thirty of them in person"
# citation = "Chapter 9, section 4"
# mark = "V"
# applies_when = { role = "mentee" }
# minutes = 2400
# period = "school_year"
# counts = "MeetingHeld"
# verified_only = false
# sub_minimum = [{ minutes = 1800, modality = "in_person" }]
# prorate = "enrolled_share"
# slack = 0.10

# [[rule]]
# id = "XX-5"
# kind = "duration"
# title = "Two school years"
# citation = "Chapter 9, section 5"
# mark = "V"
# applies_when = { role = "mentee" }
# anchor = "ParticipantEnrolled"
# limit = 2
# unit = "school_year"
# prorate = ["minus_credit"]
# school_year_counts = "majority"      # half or more of its weeks; or any, or full
# relief_allowed = ["early_completion"]

# [[rule]]
# id = "XX-6"
# kind = "ratio"
# title = "Four mentees for a mentor, two where the mentor teaches six hours a day"
# citation = "Chapter 9, section 6"
# mark = "V"
# scope = "mentor"
# enforce = "guard"                    # it forbids; without it, it reports
# hard = true
# measure = "mentees_per_mentor"       # or group_size (pairing), cohort_size (cohort)
# when = [{ if = { fact = "teaching_minutes_per_day", op = ">=", value = 360 }, max = 2 }]
# max = 4
# min = 0

# [[rule]]
# id = "XX-7"
# kind = "eligibility"
# title = "An experienced and effective mentor"
# citation = "Chapter 9, section 7"
# mark = "V"
# scope = "pairing"
# role = "mentor"
# at = "assignment"                    # or continuous: as long as the pairing lasts
# all = [
#     { fact = "experience_years", op = ">=", value = 3 },
#     { fact = "rating", op = "in", value = ["effective", "highly_effective"] },
# ]

# [[rule]]
# id = "XX-8"
# kind = "prerequisite"
# title = "Training before the start, anew every three years"
# citation = "Chapter 9, section 8"
# mark = "V"
# scope = "pairing"
# role = "mentor"
# requires = { event = "TrainingCompleted", where = { training_kind = "mentor-training" } }
# before = "PairingStarted"            # or "school_year_start"
# valid_for_months = 36

# [[rule]]
# id = "XX-9"
# kind = "prohibited_relation"
# title = "The mentor does not evaluate the teacher"
# citation = "Chapter 9, section 9"
# mark = "V"
# scope = "pairing"
# enforce = "guard"
# relations = ["supervisor", "evaluator", "appraiser"]
# between = ["mentor", "mentee"]
# primary_only = false

# [[rule]]
# id = "XX-10"
# kind = "prohibited_use"
# title = "Mentoring is confidential"
# citation = "Chapter 9, section 10"
# mark = "V"
# enforce = "guard"
# visibility = ["pair_private", "growth_only"]
# purposes = ["evaluation", "discipline"]
# exceptions = ["danger_to_health_or_safety"]

# [[rule]]
# id = "XX-11"
# kind = "soft_match"
# title = "Same school or subject, if it can be done"
# citation = "Chapter 9, section 11"
# mark = "V"
# scope = "pairing"
# attributes = ["unit", "subjects"]
# require = "any"                      # or all
# justified_by = "unmet_soft"
# criterion = "same-school"            # the wish whose reason justifies it; left out: any

# [[rule]]
# id = "XX-12"
# kind = "artifact"
# title = "A form signed by both every year"
# citation = "Chapter 9, section 12"
# mark = "V"
# applies_when = { role = "mentee" }
# artifact_kind = "form"               # or plan, paper, signature, other
# title_code = "counseling_form"
# signed_by = ["mentee", "principal"]
# period = "school_year"               # or, for once: anchor, limit, unit and count_from
# at_risk_days = 30

# [[rule]]
# id = "XX-13"
# kind = "count"
# title = "Two observations a semester, six at most"
# citation = "Chapter 9, section 13"
# mark = "V"
# applies_when = { role = "mentee" }
# counts = { event = "MeetingHeld", kinds = ["observation"] }
# min = 2
# max = 6
# period = "semester"
# slack = 0.10

# [[rule]]
# id = "XX-14"
# kind = "report"
# title = "Who mentored whom, by 1 June"
# citation = "Chapter 9, section 14"
# mark = "V"
# scope = "program"
# of = ["mentee"]
# fields = ["mentor", "matched_on", "mentoring_minutes"]
# period = "school_year"
# due_on = "06-01"
# attested_by = "superintendent"

# [[rule]]
# id = "XX-15"
# kind = "relief"
# title = "Who may grant early completion"
# citation = "Chapter 9, section 15"
# mark = "V"
# types = ["early_completion"]
# applies_to = ["XX-5"]
# granted_by = ["coordinator"]
# basis_required = true
# max = 1                              # how many of them somebody may have

# [[rule]]
# id = "XX-16"
# kind = "process_exists"
# title = "A published procedure of selection"
# citation = "Chapter 9, section 16"
# mark = "V"
# scope = "program"
# process = "mentor_selection"
# published = true
"""
"""It is a pack as it stands; what is commented out is one rule of each other kind."""
