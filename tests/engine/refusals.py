"""How to be refused for every reason that the domain has: each case leads up to it and asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
from engine.adopting import adopting
from engine.world import NOON, SETTINGS, STARTED, TODAY, World, mc

from mentorcore.domain import responses

taking: Any = responses
NOBODY = f"person:{0xDEAD:032x}"
NOWHERE = f"pairing:{0xDEAD:032x}"
UNKNOWN = "{}:" + f"{0xDEAD:032x}"
BEFORE, SOON = STARTED - timedelta(days=1), TODAY + timedelta(days=9)
LATER = STARTED + timedelta(days=30)


@attrs.frozen
class Case:
    """A refusal: the settings of the program, what leads up to it, and what it rests on.

    Attributes:
        names: The stored names of the events it rests on, beside those that found a stream.
    """

    asks: Callable[[World], Any]
    names: frozenset[str]
    settings: dict[str, Any]


CASES: dict[str, Case] = {}


def case(code: str, *names: str, **settings: Any) -> Callable[[Callable[[World], Any]], None]:
    def register(asks: Callable[[World], Any]) -> None:
        assert code not in CASES
        CASES[code] = Case(asks, frozenset(names), settings)

    return register


def settings_of(found: Case) -> Any:
    return attrs.evolve(SETTINGS, **found.settings)


def goal(w: World, pairing: str, **more: Any) -> str:
    asked = mc.SetGoal(**{"pairing_id": pairing, "statement": "Plan", "on": STARTED, **more})
    return str(w.ask(asked).events[0].event.goal_id)


def held(w: World, pairing: str, **more: Any) -> Any:
    command = mc.HoldMeeting(
        **{"pairing_id": pairing, "held_at": NOON - timedelta(days=3), "minutes": 30, **more}
    )
    return w.ask(command).events[0].event.meeting_id


def mismatch(w: World, pairing: str, mentee: str) -> Any:
    command = mc.ReportMismatch(
        pairing_id=pairing, by=mentee, on=LATER, grounds="style", wish="end"
    )
    return w.ask(command).events[0].event.mismatch_id


def paired(w: World) -> tuple[str, str, str]:
    mentor, mentee = w.mentor(), w.mentee()
    return w.pair(mentor, mentee), mentor, mentee


def ended(w: World, **more: Any) -> tuple[str, str, str]:
    pairing, mentor, mentee = paired(w)
    w.do(attrs.evolve(w.ending(pairing, on=LATER), **more))
    return pairing, mentor, mentee


def closed(w: World) -> None:
    w.do(mc.CloseProgram(program_id=w.program, on=TODAY))


def designing(**settings: Any) -> Any:
    return mc.DesignProgram(
        time_zone="UTC", settings=attrs.evolve(SETTINGS, **settings), name="Another"
    )


def opening(w: World, **more: Any) -> Any:
    return mc.OpenCohort(
        **{
            "program_id": w.program,
            "name": "Spring",
            "starts_on": STARTED,
            "ends_on": SOON,
            "enrols_from": STARTED,
            "enrols_until": SOON,
            **more,
        }
    )


def enrolling(w: World, **more: Any) -> Any:
    return mc.EnrolParticipant(
        **{
            "person_id": more.pop("person", None) or w.person(),
            "program_id": w.program,
            "cohort_id": w.cohort,
            "role": "mentor",
            "since": STARTED,
            **more,
        }
    )


# ------------------------------------------------------------------------------ programs


@case("already_designed")
def _(w: World) -> Any:
    return attrs.evolve(designing(), program_id=w.program)


@case("acts_in_the_past")
def _(w: World) -> Any:
    return mc.ReviseProgram(program_id=w.program, effective_from=STARTED, settings=SETTINGS)


@case("program_closed", "program.closed")
def _(w: World) -> Any:
    closed(w)
    return opening(w)


@case("already_launched", "program.launched")
def _(w: World) -> Any:
    return mc.LaunchProgram(program_id=w.program, on=TODAY)


@case("already_open", "program.cohort-opened")
def _(w: World) -> Any:
    return opening(w, cohort_id=w.cohort)


@case("places_out_of_range")
def _(w: World) -> Any:
    return opening(w, places=-1)


@case("no_goal")
def _(w: World) -> Any:
    return mc.LaunchProgram(program_id=w.do(designing()), on=TODAY)


@case("no_roles")
def _(w: World) -> Any:
    goal = mc.ProgramGoal(goal_id=UNKNOWN.format("goal"), statement="Stay")
    return mc.LaunchProgram(
        program_id=w.do(attrs.evolve(designing(roles=()), goals=(goal,))), on=TODAY
    )


@case("not_launched")
def _(w: World) -> Any:
    return mc.CloseProgram(program_id=w.do(designing()), on=TODAY)


@case("no_such_zone")
def _(w: World) -> Any:
    return mc.RegisterPerson(time_zone="Moon/Crater")


@case("no_such_program")
def _(w: World) -> Any:
    return mc.LaunchProgram(program_id=UNKNOWN.format("program"), on=TODAY)


# --------------------------------------------------------------------- people, enrolments


@case("already_registered")
def _(w: World) -> Any:
    return mc.RegisterPerson(person_id=w.person())


@case("no_such_person")
def _(w: World) -> Any:
    return mc.ChangePersonDetails(person_id=NOBODY, since=TODAY, name="X")


@case("empty_text")
def _(w: World) -> Any:
    return mc.LinkExternalIdentity(person_id=w.person(), scheme="email", value=" ")


@case("fte_out_of_range")
def _(w: World) -> Any:
    return mc.RecordEmployment(person_id=w.person(), since=STARTED, fte_percent=0)


@case("in_the_future")
def _(w: World) -> Any:
    return mc.RecordCredential(person_id=w.person(), kind="license", area="k12", issued_on=SOON)


@case("ends_before_start")
def _(w: World) -> Any:
    return mc.RecordEmployment(person_id=w.person(), since=STARTED, until=BEFORE)


@case("identity_taken", "person.external-identity-linked")
def _(w: World) -> Any:
    w.do(mc.LinkExternalIdentity(person_id=w.person(), scheme="payroll", value="11"))
    w.do(mc.LinkExternalIdentity(person_id=(one := w.person()), scheme="email", value="a@b.c"))
    w.do(mc.LinkExternalIdentity(person_id=one, scheme="email", value="d@b.c"))
    return mc.LinkExternalIdentity(person_id=w.person(), scheme="email", value="A@B.C")


@case("already_enrolled", "person.enrolled")
def _(w: World) -> Any:
    return enrolling(w, person=w.persons[w.mentor()])


@case("both_roles", "person.enrolled", both_roles=False)
def _(w: World) -> Any:
    return enrolling(w, person=w.persons[w.mentor()], role="mentee")


@case("no_such_participant")
def _(w: World) -> Any:
    return mc.QualifyMentor(participant_id=UNKNOWN.format("participant"), since=STARTED)


@case("no_such_cohort")
def _(w: World) -> Any:
    return enrolling(w, cohort_id=UNKNOWN.format("cohort"))


@case("program_not_running", "program.launched")
def _(w: World) -> Any:
    return enrolling(w, since=BEFORE)


@case("outside_enrolment_window")
def _(w: World) -> Any:
    return enrolling(w, since=TODAY + timedelta(days=200))


@case("no_such_role")
def _(w: World) -> Any:
    return enrolling(w, role="janitor")


@case("enrolment_ended", "participant.enrolment-ended")
def _(w: World) -> Any:
    mentor = w.mentor()
    w.do(mc.EndEnrolment(participant_id=mentor, on=LATER, outcome="withdrew"))
    return mc.QualifyMentor(participant_id=mentor, since=TODAY)


@case("hours_out_of_range")
def _(w: World) -> Any:
    return mc.RecordTraining(participant_id=w.mentor(), training_kind="basics", on=STARTED, hours=0)


@case("merged", "person.absorbed")
def _(w: World) -> Any:
    survivor, absorbed = w.person(name="One"), w.person(name="Other")
    w.do(mc.MergePersons(survivor=survivor, absorbed=absorbed))
    return mc.RecordEmployment(person_id=absorbed, since=STARTED)


@case("no_such_training", trainings=(mc.RequiredTraining(kind="basics", role="mentor"),))
def _(w: World) -> Any:
    return mc.RecordTraining(participant_id=w.mentor(), training_kind="basic", on=STARTED)


@case("not_a_mentor")
def _(w: World) -> Any:
    return mc.QualifyMentor(participant_id=w.mentee(), since=STARTED)


@case("above_hard_limit")
def _(w: World) -> Any:
    return w.capacity(w.mentor(), 7)


@case("reason_needed")
def _(w: World) -> Any:
    return mc.SetMentorCapacity(participant_id=w.mentor(), places=3, since=STARTED)


@case("live_pairing", "participant.pairing-joined")
def _(w: World) -> Any:
    _, mentor, _ = paired(w)
    return mc.EndEnrolment(participant_id=mentor, on=TODAY, outcome="withdrew")


@case("pairing_outlasts_enrolment", "participant.pairing-joined", "participant.pairing-left")
def _(w: World) -> Any:
    _, mentor, _ = ended(w)
    return mc.EndEnrolment(participant_id=mentor, on=LATER - timedelta(days=3), outcome="withdrew")


# ------------------------------------------------------------------------------ forming


@case("no_free_place", "participant.mentor-capacity-set", "participant.pairing-joined")
def _(w: World) -> Any:
    mentor = w.mentor(places=3)
    for _number in range(3):
        w.pair(mentor)
    return w.forming(mentor, w.mentee())


@case("primary_mentor_exists", "participant.pairing-joined")
def _(w: World) -> Any:
    mentee = w.mentee()
    w.pair(w.mentor(), mentee, primary=True)
    return w.forming(w.mentor(), mentee, primary=True)


@case("same_person", both_roles=True)
def _(w: World) -> Any:
    mentor = w.mentor()
    return w.forming(mentor, w.enrol("mentee", w.persons[mentor]))


@case("already_formed")
def _(w: World) -> Any:
    pairing, mentor, mentee = paired(w)
    return attrs.evolve(w.forming(mentor, mentee), pairing_id=pairing)


@case("member_twice")
def _(w: World) -> Any:
    mentor = w.mentor()
    return w.forming(mentor, mentor)


@case("size_out_of_bounds")
def _(w: World) -> Any:
    command = w.forming(w.mentor(), w.mentee())
    return attrs.evolve(command, members=command.members[:1])


@case("role_differs")
def _(w: World) -> Any:
    return w.forming(w.mentee(), w.mentor())


@case("shape_broken")
def _(w: World) -> Any:
    one, other = w.mentee(), w.mentee()
    command = w.forming(one, other)
    both = tuple(attrs.evolve(m, role="mentee") for m in command.members)
    return attrs.evolve(command, members=both)


@case("not_a_member")
def _(w: World) -> Any:
    over = mc.Ending(on=TODAY, reason="completed", initiated_by=w.mentor())
    return w.forming(w.mentor(), w.mentee(), ended=over)


@case("other_program")
def _(w: World) -> Any:
    mentor = w.mentor()
    other = World(w.engine)
    return other.forming(mentor, other.mentee())


@case("outside_enrolment")
def _(w: World) -> Any:
    return w.forming(w.enrol("mentor", since=LATER), w.mentee())


@case("not_qualified", "participant.mentor-qualification-ended")
def _(w: World) -> Any:
    mentor = w.mentor()
    w.do(mc.EndMentorQualification(participant_id=mentor, on=STARTED, cause="expired"))
    return w.forming(mentor, w.mentee(), on=LATER)


@case(
    "training_missing",
    trainings=(mc.RequiredTraining(kind="basics", role="mentor"),),
)
def _(w: World) -> Any:
    return w.forming(w.mentor(), w.mentee())


@case("reporting_line", "person.reporting-line-recorded", prohibited_lines=("evaluator",))
def _(w: World) -> Any:
    mentor, mentee = w.mentor(), w.mentee()
    line = mc.RecordReportingLine(
        person_id=w.persons[mentee],
        superior=w.persons[mentor],
        kind="evaluator",
        since=STARTED,
    )
    w.do(line)
    return w.forming(mentor, mentee)


@case("no_such_shape")
def _(w: World) -> Any:
    return w.forming(w.mentor(), w.mentee(), shape="reciprocal")


@case("no_such_criterion")
def _(w: World) -> Any:
    unmet = (mc.Unmet(criterion="same-moon", reason="none"),)
    return w.forming(w.mentor(), w.mentee(), unmet_soft=unmet)


@case("ended_for_mismatch", "participant.pairing-joined", "pairing.ended")
def _(w: World) -> Any:
    _, mentor, mentee = ended(w, reason="mismatch")
    return w.forming(mentor, mentee, on=TODAY)


# -------------------------------------------------------------------- the life of a pairing


@case("no_such_pairing")
def _(w: World) -> Any:
    return mc.StartPairing(pairing_id=NOWHERE, on=TODAY)


@case("not_waiting")
def _(w: World) -> Any:
    return mc.StartPairing(pairing_id=paired(w)[0], on=TODAY)


@case("agreement_missing", start_needs=("agreement",))
def _(w: World) -> Any:
    return mc.StartPairing(pairing_id=paired(w)[0], on=TODAY)


@case("not_authorized", start_needs=("authorization",))
def _(w: World) -> Any:
    return mc.StartPairing(pairing_id=paired(w)[0], on=TODAY)


@case("not_active", start_needs=("authorization",))
def _(w: World) -> Any:
    return mc.PausePairing(pairing_id=paired(w)[0], since=TODAY)


@case("not_paused")
def _(w: World) -> Any:
    return mc.ResumePairing(pairing_id=paired(w)[0], on=TODAY)


@case("not_ended")
def _(w: World) -> Any:
    return mc.ReopenPairing(pairing_id=paired(w)[0], on=TODAY, authority="dean")


@case("already_ended", "pairing.ended")
def _(w: World) -> Any:
    return w.ending(ended(w)[0])


@case("paired_already", "participant.pairing-joined")
def _(w: World) -> Any:
    _, mentor, mentee = paired(w)
    return w.forming(mentor, mentee)


@case("other_cohort")
def _(w: World) -> Any:
    mentor, mentee = w.mentor(), w.mentee()
    w.cohort = w.ask(opening(w)).events[0].event.cohort.cohort_id
    return w.forming(mentor, mentee)


@case("before_start")
def _(w: World) -> Any:
    return w.ending(paired(w)[0], on=BEFORE)


@case("older_revision", "pairing.agreement-signed")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    sign = mc.SignAgreement(pairing_id=pairing, signer=mentor, on=STARTED, revision=2)
    w.do(sign)
    return attrs.evolve(sign, revision=1)


@case("after_end", "pairing.ended")
def _(w: World) -> Any:
    pairing, mentor, _ = ended(w)
    return mc.SetGoal(pairing_id=pairing, statement="Late", on=TODAY, owner=mentor)


@case("meeting_after_end", "pairing.meeting-held")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    held(w, pairing)
    return w.ending(pairing, on=LATER)


@case("cohort_closed", "pairing.ended", "program.cohort-opened")
def _(w: World) -> Any:
    short = w.ask(opening(w, ends_on=LATER + timedelta(days=9))).events[0].event.cohort.cohort_id
    w.cohort = short
    pairing, *_ = ended(w)
    return mc.ReopenPairing(pairing_id=pairing, on=TODAY, authority="dean")


def year(w: World, word: str, first: int) -> Any:
    since = STARTED + timedelta(days=first)
    term = mc.Term(name="autumn", since=since, until=since + timedelta(days=100))
    return mc.SetAcademicCalendar(program_id=w.program, school_year=word, terms=(term,))


@case("school_years_overlap", "program.academic-calendar-set")
def _(w: World) -> Any:
    w.ask(year(w, "2026-27", 0))
    return year(w, "2027-28", 50)


@case("pack_adopted", "program.policy-pack-adopted")
def _(w: World) -> Any:
    w.ask(adopting(w))
    return adopting(w, effective_from=SOON)


@case("not_the_version_in_force")
def _(w: World) -> Any:
    return adopting(w, replaces="0")


@case("no_successor")
def _(w: World) -> Any:
    return mc.CloseCohort(program_id=w.program, cohort_id=w.cohort, on=TODAY, others="move")


# --------------------------------------------------------------------------- meetings


@case("overlaps", "person.meeting-attended")
def _(w: World) -> Any:
    mentor = w.mentor()
    one, other = w.pair(mentor), w.pair(mentor)
    held(w, one)
    held(w, one, held_at=NOON - timedelta(days=5))
    return mc.HoldMeeting(pairing_id=other, held_at=NOON - timedelta(days=3), minutes=20)


@case("already_held", "pairing.meeting-held")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    meeting = held(w, pairing)
    return mc.HoldMeeting(pairing_id=pairing, meeting_id=meeting, held_on=TODAY, minutes=20)


@case("in_the_past")
def _(w: World) -> Any:
    return mc.ScheduleMeeting(pairing_id=paired(w)[0], starts_at=NOON, minutes=30)


@case("was_cancelled", "pairing.meeting-cancelled", "pairing.meeting-scheduled")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    planned = mc.ScheduleMeeting(pairing_id=pairing, starts_at=NOON + timedelta(days=1), minutes=30)
    meeting = w.ask(planned).events[0].event.meeting_id
    w.do(mc.CancelMeeting(pairing_id=pairing, meeting_id=meeting, cause="cancelled", on=TODAY))
    return mc.HoldMeeting(pairing_id=pairing, meeting_id=meeting, held_on=TODAY, minutes=30)


@case("already_cancelled", "pairing.meeting-cancelled")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    cancel = mc.CancelMeeting(
        pairing_id=pairing, meeting_id=UNKNOWN.format("meeting"), cause="cancelled", on=TODAY
    )
    w.do(cancel)
    return attrs.evolve(cancel, cause="no_show")


@case("minutes_out_of_range")
def _(w: World) -> Any:
    return mc.HoldMeeting(pairing_id=paired(w)[0], held_on=TODAY, minutes=900)


@case("no_date")
def _(w: World) -> Any:
    return mc.HoldMeeting(pairing_id=paired(w)[0], minutes=30)


@case("dates_differ")
def _(w: World) -> Any:
    return mc.HoldMeeting(pairing_id=paired(w)[0], held_at=NOON, held_on=STARTED, minutes=30)


@case("no_such_meeting")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    return mc.VerifyMeeting(
        pairing_id=pairing,
        meeting_id=UNKNOWN.format("meeting"),
        verdict="confirmed",
        by=mentee,
        on=TODAY,
    )


@case("before_the_meeting", "pairing.meeting-held")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    return mc.VerifyMeeting(
        pairing_id=pairing,
        meeting_id=held(w, pairing),
        verdict="confirmed",
        by=mentee,
        on=STARTED,
    )


@case("own_meeting", "pairing.meeting-held", verifier_is_another=True)
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    return mc.VerifyMeeting(
        pairing_id=pairing,
        meeting_id=held(w, pairing, logged_by=mentor),
        verdict="confirmed",
        by=mentor,
        on=TODAY,
    )


# ------------------------------------------------------------------------- goals and words


@case("already_set", "pairing.goal-set")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    return mc.SetGoal(pairing_id=pairing, goal_id=goal(w, pairing), statement="X", on=TODAY)


@case("no_such_goal")
def _(w: World) -> Any:
    return mc.RecordGoalProgress(
        pairing_id=paired(w)[0], goal_id=UNKNOWN.format("goal"), on=TODAY, status="achieved"
    )


@case("before_the_goal", "pairing.goal-set")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    made = goal(w, pairing, on=TODAY)
    return mc.RecordGoalProgress(pairing_id=pairing, goal_id=made, on=LATER, status="achieved")


@case("no_such_transition", "pairing.goal-set", "pairing.goal-progress-recorded")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    step = mc.RecordGoalProgress(
        pairing_id=pairing, goal_id=goal(w, pairing), on=LATER, status="achieved"
    )
    w.do(step)
    return attrs.evolve(step, status="deferred", on=TODAY)


def agreeing(w: World, pairing: str, owner: str) -> Any:
    return mc.AgreeActionItem(pairing_id=pairing, text="Visit", owner=owner, on=LATER)


@case("already_agreed", "pairing.action-item-agreed")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    item = w.ask(agreeing(w, pairing, mentee)).events[0].event.item_id
    return attrs.evolve(agreeing(w, pairing, mentee), item_id=item, text="Call")


@case("no_such_item")
def _(w: World) -> Any:
    return mc.CloseActionItem(pairing_id=paired(w)[0], item_id=UNKNOWN.format("item"), on=TODAY)


@case("before_the_item", "pairing.action-item-agreed")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    item = w.ask(agreeing(w, pairing, mentee)).events[0].event.item_id
    return mc.CloseActionItem(pairing_id=pairing, item_id=item, on=STARTED)


@case("already_closed", "pairing.action-item-agreed", "pairing.action-item-closed")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    item = w.ask(agreeing(w, pairing, mentee)).events[0].event.item_id
    close = mc.CloseActionItem(pairing_id=pairing, item_id=item, on=TODAY)
    w.do(close)
    return attrs.evolve(close, outcome="dropped")


@case("already_written", "pairing.note-written")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    note = mc.WriteNote(
        pairing_id=pairing,
        note_id=UNKNOWN.format("note"),
        author=mentor,
        kind="journal",
        on=TODAY,
        visibility="pair_private",
        body="well",
    )
    w.do(note)
    return attrs.evolve(note, body="better")


def giving(pairing: str, author: str, **more: Any) -> Any:
    return mc.GiveFeedback(
        **{
            "pairing_id": pairing,
            "author": author,
            "about": "pairing",
            "on": TODAY,
            "visibility": "coordinator",
            "text": "good",
            **more,
        }
    )


@case("already_given", "pairing.feedback-given")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    feedback = giving(pairing, mentor, feedback_id=UNKNOWN.format("feedback"))
    w.do(feedback)
    return attrs.evolve(feedback, text="bad")


@case("nobody_named")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    return giving(pairing, mentor, about="person")


@case("rated_twice")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    rating = mc.Rating(scale="fit", rating=3)
    return giving(pairing, mentor, ratings=(rating, rating))


@case("no_such_scale")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    return giving(pairing, mentor, ratings=(mc.Rating(scale="height", rating=3),))


@case("off_the_scale")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    return giving(pairing, mentor, ratings=(mc.Rating(scale="fit", rating=9),))


@case("already_reported", "pairing.mismatch-reported")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    return mc.ReportMismatch(
        pairing_id=pairing,
        mismatch_id=mismatch(w, pairing, mentee),
        by=mentee,
        on=TODAY,
        grounds="goals",
        wish="end",
    )


@case("no_such_mismatch")
def _(w: World) -> Any:
    return mc.SettleMismatch(
        pairing_id=paired(w)[0],
        mismatch_id=UNKNOWN.format("mismatch"),
        outcome="continue",
        on=TODAY,
    )


@case("before_the_report", "pairing.mismatch-reported")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    return mc.SettleMismatch(
        pairing_id=pairing,
        mismatch_id=mismatch(w, pairing, mentee),
        outcome="continue",
        on=STARTED,
    )


@case("already_settled", "pairing.mismatch-reported", "pairing.mismatch-settled")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    settle = mc.SettleMismatch(
        pairing_id=pairing,
        mismatch_id=mismatch(w, pairing, mentee),
        outcome="continue",
        on=TODAY,
    )
    w.do(settle)
    return attrs.evolve(settle, outcome="rematch")


# ------------------------------------------------------------------------- taking in


def importing(w: World) -> Any:
    return taking.StartImport(
        batch_id=UNKNOWN.format("import"),
        adapter="csv",
        adapter_version="1",
        form="meetings",
        mapping_digest="ab",
    )


def response(**more: Any) -> Any:
    return taking.TakeResponse(
        **{
            "form": "meetings",
            "batch_id": UNKNOWN.format("import"),
            "lifecycle": "complete",
            "subjects": (NOBODY,),
            "response_key": ("1",),
            "answers": (),
            **more,
        }
    )


@case("already_started")
def _(w: World) -> Any:
    w.do(importing(w))
    return importing(w)


@case("no_such_response")
def _(w: World) -> Any:
    unknown = UNKNOWN.format("response")
    return mc.SettleResponse(response_id=unknown, answer="are_two", other=unknown)


@case("not_an_answer", "response.taken")
def _(w: World) -> Any:
    taken = UNKNOWN.format("response")
    w.do(importing(w))
    w.do(response(response_id=taken))
    return mc.SettleResponse(response_id=taken, answer="are_two", other=taken)


@case("no_such_import")
def _(w: World) -> Any:
    return response()


@case("import_over", "import.completed")
def _(w: World) -> Any:
    w.do(importing(w))
    w.do(taking.CompleteImport(batch_id=UNKNOWN.format("import"), counts=taking.Counts()))
    return response()


@case("causes_nothing")
def _(w: World) -> Any:
    w.do(importing(w))
    caused = (taking.Caused(fact="meeting", stream=NOWHERE, version=1),)
    return response(lifecycle="spam", caused=caused)


# -------------------------------------------------------------------------- corrections


@case("no_such_record")
def _(w: World) -> Any:
    return mc.RetractRecord(stream=paired(w)[0], target=9)


@case("companion", "participant.pairing-joined")
def _(w: World) -> Any:
    _, mentor, _ = paired(w)
    return mc.RetractRecord(stream=mentor, target=2)


@case("not_a_duplicate", "pairing.goal-set", "pairing.meeting-held")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    held(w, pairing)
    goal(w, pairing)
    return mc.RetractRecord(stream=pairing, target=3, cause="duplicate", duplicate_of=(pairing, 2))


@case("duplicate_of_nothing", "pairing.meeting-held", "record.retracted")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    held(w, pairing)
    held(w, pairing, held_at=NOON - timedelta(days=4))
    w.do(mc.RetractRecord(stream=pairing, target=2))
    return mc.RetractRecord(stream=pairing, target=3, cause="duplicate", duplicate_of=(pairing, 2))


@case("overridden", "pairing.meeting-held", "record.amended")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    held(w, pairing)
    at = {"held_at": NOON - timedelta(days=2)}
    w.do(mc.AmendRecord(stream=pairing, target=2, changes={"held_on": TODAY - timedelta(days=2)}))
    w.do(mc.AmendRecord(stream=pairing, target=2, changes=at))
    return mc.RetractRecord(stream=pairing, target=3)


@case("recorded_again", "program.launched", "record.retracted")
def _(w: World) -> Any:
    launched = mc.LaunchProgram(program_id=w.program, on=STARTED)
    w.do(mc.RetractRecord(stream=w.program, target=2))
    w.do(launched)
    version = len(list(w.engine.events(stream=w.program))) - 1
    return mc.RetractRecord(stream=w.program, target=version)


@case("same_place", "pairing.meeting-held")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    held(w, pairing)
    return mc.MoveRecord(stream=pairing, target=2, to=pairing)


@case("not_attributable")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    return mc.MoveRecord(stream=pairing, target=1, to=w.pair())


@case("import_not_over")
def _(w: World) -> Any:
    w.do(importing(w))
    return taking.ReverseImport(batch_id=UNKNOWN.format("import"))


@case("import_record", "import.completed", "record.retracted")
def _(w: World) -> Any:
    over = UNKNOWN.format("import")
    w.do(importing(w))
    w.do(taking.CompleteImport(batch_id=over, counts=taking.Counts(taken=1)))
    w.do(mc.RetractRecord(stream=over, target=2))
    return mc.RetractRecord(stream=over, target=3)


@case("retracted", "pairing.meeting-held", "record.retracted")
def _(w: World) -> Any:
    pairing, *_ = paired(w)
    held(w, pairing)
    w.do(mc.RetractRecord(stream=pairing, target=2))
    return mc.AmendRecord(stream=pairing, target=2, changes={"minutes": 20})


@case("not_amendable", "person.external-identity-linked")
def _(w: World) -> Any:
    w.do(mc.LinkExternalIdentity(person_id=(one := w.person()), scheme="email", value="a@b.c"))
    return mc.AmendRecord(stream=one, target=2, changes={"scheme": "sso"})


@case("visibility_widened", "pairing.note-written")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    w.do(
        mc.WriteNote(
            pairing_id=pairing,
            author=mentor,
            kind="journal",
            on=TODAY,
            visibility="author_private",
            body="well",
        )
    )
    return mc.AmendRecord(stream=pairing, target=2, changes={"visibility": "public"})


@case("others_rest_on_it", "pairing.meeting-held", "pairing.meeting-verified")
def _(w: World) -> Any:
    pairing, _, mentee = paired(w)
    w.do(
        mc.VerifyMeeting(
            pairing_id=pairing,
            meeting_id=held(w, pairing),
            verdict="confirmed",
            by=mentee,
            on=TODAY,
        )
    )
    return mc.RetractRecord(stream=pairing, target=2)


@case("nothing_left", "person.details-changed")
def _(w: World) -> Any:
    one = w.person(name="Anna")
    w.do(mc.ChangePersonDetails(person_id=one, since=STARTED, name="Anne"))
    return mc.AmendRecord(stream=one, target=2, changes={"name": None})


@case("reason_not_kept")
def _(w: World) -> Any:
    return mc.AmendRecord(
        stream=w.program, target=2, changes={"on": STARTED - timedelta(days=1)}, reason="misread"
    )


def going_on(w: World, first: str, then: str, made: str) -> Any:
    return mc.SetGoal(
        pairing_id=then, statement="Plan", on=TODAY, continues=made, continues_in=first
    )


def parted(w: World, **more: Any) -> tuple[str, str, str]:
    """An ended pairing, the one that came after it, and a goal of the first."""
    first, _, mentee = paired(w)
    made = goal(w, first)
    if more:
        w.do(mc.RecordGoalProgress(pairing_id=first, goal_id=made, on=LATER, **more))
    w.do(w.ending(first, on=LATER))
    return first, w.pair(w.mentor(), mentee, on=LATER), made


@case("goal_is_over", "pairing.goal-set", "pairing.goal-progress-recorded", "pairing.ended")
def _(w: World) -> Any:
    return going_on(w, *parted(w, status="achieved"))


@case("goal_handed_over", "pairing.goal-handed-over", "pairing.goal-set", "pairing.ended")
def _(w: World) -> Any:
    first, then, made = parted(w)
    w.do(going_on(w, first, then, made))
    return going_on(w, first, then, made)


@case("pairing_goes_on", "pairing.goal-set")
def _(w: World) -> Any:
    first, _, mentee = paired(w)
    made = goal(w, first)
    second = w.do(w.forming(w.mentor(), mentee, primary=False))
    return going_on(w, first, second, made)


@case("another_person", "pairing.goal-set")
def _(w: World) -> Any:
    first, _, made = parted(w)
    return going_on(w, first, w.pair(w.mentor(), w.mentee()), made)


@case("not_at_once", "person.meeting-attended")
def _(w: World) -> Any:
    mentor = w.mentor()
    one, other = w.pair(mentor), w.pair(mentor)
    joint = f"joint-meeting:{1:032x}"
    held(w, one, joint_id=joint)
    return mc.HoldMeeting(
        pairing_id=other, held_at=NOON - timedelta(days=4), minutes=30, joint_id=joint
    )
