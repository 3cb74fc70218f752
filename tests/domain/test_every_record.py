"""Which correction each kind of record takes; a new event class has to say so here."""

from typing import Any

import attrs
import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    CLEO,
    DARA,
    EDA,
    FAY,
    FIRST,
    GOAL,
    GUS,
    LAUNCH,
    MEETING,
    PROGRAM,
    accept,
    add,
    at,
    circle,
    cohort,
    day,
    decline,
    end,
    hold,
    leave,
    mc,
    paired,
    pause,
    program,
    propose,
    reopen,
    resume,
    school,
    settings,
)
from domain.test_applications import INA, applied, decide, refer, screen, withdraw
from domain.test_companions import check
from domain.test_import import BATCH, RESPONSE, complete, start, take
from domain.test_improvement import adopt, review
from domain.test_support import allocate, use
from domain.test_visitors import admit

from mentorcore.domain import auditing
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import effective
from mentorcore.domain.model import CORE_MODEL
from mentorcore.testing import given

TEN = at("2026-09-10T10:00-07:00")
ON: Any = {"pairing_id": FIRST, "on": day("2026-09-10")}
LATER: Any = {"pairing_id": FIRST, "on": day("2026-09-20")}
TRAINED = {"participant_id": ANNA.here}
FORM: Any = {
    "kind": "form",
    "title": "counseling_form",
    "purpose": "compliance",
    "visibility": "coordinator",
    "signed_by": ("mentor",),
}
OPENED = mc.Cohort(
    **{f.name: getattr(cohort(), f.name) for f in attrs.fields(mc.Cohort)} | {"name": "Fall"}
)
goal = mc.SetGoal(**ON, goal_id=GOAL, statement="Lead a meeting")
item = mc.AgreeActionItem(**ON, item_id="item:1", text="Visit", owner=CLEO.here)
mismatch = mc.ReportMismatch(
    **ON, mismatch_id="mismatch:1", by=CLEO.here, grounds="style", wish="mediation"
)


@attrs.frozen
class Case:
    """A story with a record of a kind in it, and what it takes."""

    story: Any
    stream: Any
    changes: Any = None
    version: Any = None


IN_FULL: dict[str, Case] = {
    "person.registered": Case(
        given(mc.RegisterPerson(person_id=ANNA.person)), ANNA.person, {"name": "Anna"}
    ),
    "person.details-changed": Case(
        school().given(
            mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-09-01"), name="A")
        ),
        ANNA.person,
        {"since": day("2026-09-02")},
    ),
    "person.employment-recorded": Case(
        school().given(mc.RecordEmployment(person_id=ANNA.person, since=day("2026-09-01"))),
        ANNA.person,
        {"fte_percent": 50},
    ),
    "person.credential-recorded": Case(
        school().given(
            mc.RecordCredential(
                person_id=ANNA.person, kind="license", area="math", issued_on=day("2026-01-01")
            )
        ),
        ANNA.person,
        {"area": "art"},
    ),
    "person.reporting-line-recorded": Case(
        school().given(
            mc.RecordReportingLine(
                person_id=CLEO.person, superior=ANNA.person, kind="chief", since=day("2026-08-01")
            )
        ),
        CLEO.person,
        {"kind": "chair"},
    ),
    "person.employment-outcome-recorded": Case(
        school().given(
            mc.RecordEmploymentOutcome(
                person_id=ANNA.person,
                on=day("2026-08-01"),
                level="school",
                outcome="retained",
                source="payroll",
            )
        ),
        ANNA.person,
        {"outcome": "left"},
    ),
    "person.persons-merged": Case(
        given(
            mc.RegisterPerson(person_id=ANNA.person),
            mc.RegisterPerson(person_id=CLEO.person),
            mc.MergePersons(survivor=ANNA.person, absorbed=CLEO.person),
        ),
        ANNA.person,
        {"basis": "one staff number"},
    ),
    "program.designed": Case(
        given(
            mc.DesignProgram(program_id=PROGRAM, time_zone="UTC", name="Peers", settings=settings())
        ),
        PROGRAM,
        {"name": "Peer mentoring"},
    ),
    "program.revised": Case(
        program().given(
            mc.ReviseProgram(
                program_id=PROGRAM, effective_from=day("2026-12-01"), settings=settings()
            )
        ),
        PROGRAM,
        {"effective_from": day("2026-12-02")},
    ),
    "program.launched": Case(program(), PROGRAM, {"on": day("2026-08-16")}),
    "program.cohort-opened": Case(program(), PROGRAM, {"cohort": OPENED}),
    "program.academic-calendar-set": Case(
        program().given(
            mc.SetAcademicCalendar(
                program_id=PROGRAM,
                school_year="2026-27",
                terms=(mc.Term(name="autumn", since=LAUNCH, until=day("2026-12-19")),),
            )
        ),
        PROGRAM,
        {"terms": (mc.Term(name="fall", since=LAUNCH, until=day("2026-12-18")),)},
    ),
    "program.policy-pack-adopted": Case(
        program().given(
            mc.AdoptPolicyPack(
                program_id=PROGRAM,
                pack_id="us-ca-teacher-induction",
                version="1",
                digest="a" * 64,
                effective_from=day("2026-12-01"),
            )
        ),
        PROGRAM,
        {"effective_from": day("2026-12-02")},
    ),
    "program.cohort-closed": Case(
        program().given(
            mc.CloseCohort(program_id=PROGRAM, cohort_id=AUTUMN, on=day("2027-06-15")),
            at="2027-06-20T12:00Z",
        ),
        PROGRAM,
        {"outcome": "cancelled"},
    ),
    "program.document-referenced": Case(
        program().given(
            mc.ReferenceDocument(
                program_id=PROGRAM, process="early_completion", title="Early", on=day("2026-09-01")
            )
        ),
        PROGRAM,
        {"published": True},
    ),
    "program.requirement-justified": Case(
        program().given(
            mc.JustifyRequirement(
                program_id=PROGRAM, rule_id="MD-1", reason="Two vacancies", on=day("2026-09-01")
            )
        ),
        PROGRAM,
        {"cohort_id": AUTUMN},
    ),
    "participant.application-submitted": Case(applied(), INA.here, {"on": day("2026-07-21")}),
    "participant.application-screened": Case(applied(screen()), INA.here, {"outcome": "failed"}),
    "participant.reference-received": Case(
        applied(refer()), INA.here, {"recommendation": "with_reservations"}
    ),
    "participant.application-decided": Case(applied(decide()), INA.here, {"on": day("2026-08-04")}),
    "participant.application-withdrawn": Case(
        applied(withdraw()), INA.here, {"on": day("2026-08-11")}
    ),
    "program.support-allocated": Case(school().given(allocate()), PROGRAM, {"amount": 900}),
    "program.support-used": Case(school().given(allocate(), use()), PROGRAM, {"amount": 45}),
    "program.improvement-adopted": Case(program().given(adopt()), PROGRAM, {"owner": "dean"}),
    "program.improvement-reviewed": Case(
        program().given(adopt(), review()), PROGRAM, {"outcome": "effective"}
    ),
    "program.closed": Case(
        program().given(mc.CloseProgram(program_id=PROGRAM, on=day("2027-06-30"))),
        PROGRAM,
        {"reason": "cancelled"},
    ),
    "participant.enrolled": Case(school(), ANNA.here, {"since": day("2026-08-21")}),
    "participant.training-completed": Case(
        school().given(mc.RecordTraining(**TRAINED, training_kind="basics", on=day("2026-08-25"))),
        ANNA.here,
        {"hours": 3},
    ),
    "participant.mentor-qualified": Case(
        school().given(mc.QualifyMentor(**TRAINED, since=day("2026-08-25"))),
        ANNA.here,
        {"until": day("2027-01-01")},
    ),
    "participant.mentor-qualification-ended": Case(
        school().given(mc.EndMentorQualification(**TRAINED, on=day("2026-08-26"), cause="revoked")),
        ANNA.here,
        {"cause": "retired"},
    ),
    "participant.mentor-capacity-set": Case(
        school().given(mc.SetMentorCapacity(**TRAINED, places=1, since=day("2026-08-25"))),
        ANNA.here,
        {"places": 2},
    ),
    "participant.requirement-waived": Case(
        school().given(
            mc.WaiveRequirement(
                **TRAINED,
                rule_id="CA-4",
                relief="waiver",
                granted_by="coordinator",
                since=day("2026-08-25"),
            )
        ),
        ANNA.here,
        {"rule_id": "CA-2a"},
    ),
    "participant.service-credited": Case(
        school().given(mc.CreditService(**TRAINED, on=day("2026-08-25"), amount=11, unit="week")),
        ANNA.here,
        {"verified": True},
    ),
    "participant.visitor-admitted": Case(
        school(owner="north-high").given(admit()), ANNA.here, {"institution": "east-high"}
    ),
    "participant.fact-stated": Case(
        school().given(
            mc.StateFact(**TRAINED, fact="experience_years", number=3, since=day("2026-08-25"))
        ),
        ANNA.here,
        {"number": 4},
    ),
    "participant.evidence-attached": Case(
        school().given(
            mc.AttachParticipantEvidence(
                **TRAINED, **FORM, evidence_id="evidence:1", on=day("2026-08-25")
            )
        ),
        ANNA.here,
        {"signed_by": ("mentor", "chair")},
    ),
    "participant.enrolment-ended": Case(
        school().given(mc.EndEnrolment(**TRAINED, on=day("2026-09-10"), outcome="withdrew")),
        ANNA.here,
        {"outcome": "removed"},
    ),
    "pairing.proposed": Case(school().given(propose()), FIRST, {"planned_end": day("2027-06-01")}),
    "pairing.accepted": Case(
        school().given(propose(), accept(CLEO)), FIRST, {"on": day("2026-09-05")}
    ),
    "pairing.declined": Case(
        school().given(propose(), decline(CLEO)), FIRST, {"on": day("2026-09-05")}
    ),
    "pairing.formed": Case(paired(), FIRST, {"planned_end": day("2027-06-01")}),
    "pairing.agreement-signed": Case(
        paired().given(mc.SignAgreement(**ON, revision=1, signer=ANNA.here)),
        FIRST,
        {"on": day("2026-09-11")},
    ),
    "pairing.started": Case(
        paired(start_needs=("authorization",)).given(mc.StartPairing(**ON, authorized=True)),
        FIRST,
        {"on": day("2026-09-09")},
    ),
    "pairing.member-joined": Case(
        circle(CLEO, DARA, EDA).given(add(FAY)), FIRST, {"since": day("2026-10-02")}
    ),
    "pairing.substitute-named": Case(
        circle(CLEO, DARA, EDA).given(add(GUS, substitute_until=day("2026-11-30"))),
        FIRST,
        {"until": day("2026-12-15")},
    ),
    "pairing.member-left": Case(
        circle(CLEO, DARA, EDA).given(leave(EDA)), FIRST, {"on": day("2026-11-02")}
    ),
    "pairing.meeting-scheduled": Case(
        paired().given(
            mc.ScheduleMeeting(pairing_id=FIRST, starts_at=at("2026-09-30T10:00Z"), minutes=30),
            at="2026-09-20T10:00Z",
        ),
        FIRST,
        {"minutes": 45},
    ),
    "pairing.meeting-cancelled": Case(
        paired().given(mc.CancelMeeting(**ON, meeting_id=MEETING, cause="cancelled")),
        FIRST,
        {"cause": "no_show"},
    ),
    "pairing.meeting-held": Case(paired().given(hold(held_at=TEN)), FIRST, {"minutes": 45}),
    "pairing.meeting-verified": Case(
        paired().given(hold(), mc.VerifyMeeting(**LATER, meeting_id=MEETING, verdict="disputed")),
        FIRST,
        {"verdict": "confirmed"},
    ),
    "pairing.duplicates-ruled-out": Case(
        paired().given(
            hold(),
            hold(meeting_id="meeting:8"),
            hold(meeting_id="meeting:9"),
            mc.RuleOutDuplicates(pairing_id=FIRST, on=day("2026-09-10")),
            hold(meeting_id="meeting:5", held_on=day("2026-09-11")),
            hold(meeting_id="meeting:6", held_on=day("2026-09-11")),
        ),
        FIRST,
        {"on": day("2026-09-11")},
    ),
    "pairing.goal-set": Case(paired().given(goal), FIRST, {"due_on": day("2027-01-01")}),
    "pairing.goal-progress-recorded": Case(
        paired().given(goal, mc.RecordGoalProgress(**LATER, goal_id=GOAL, status="achieved")),
        FIRST,
        {"status": "deferred"},
    ),
    "pairing.action-item-agreed": Case(paired().given(item), FIRST, {"due_on": day("2027-01-01")}),
    "pairing.action-item-closed": Case(
        paired().given(item, mc.CloseActionItem(**LATER, item_id="item:1")),
        FIRST,
        {"outcome": "dropped"},
    ),
    "pairing.note-written": Case(
        paired().given(
            mc.WriteNote(
                **ON, author=ANNA.here, kind="journal", visibility="pair_private", body="We began"
            )
        ),
        FIRST,
        {"body": "We began well"},
    ),
    "pairing.evidence-attached": Case(
        paired().given(mc.AttachEvidence(**ON, **FORM, evidence_id="evidence:1")),
        FIRST,
        {"purpose": "completion"},
    ),
    "pairing.confidentiality-exception-invoked": Case(
        paired().given(
            mc.WriteNote(
                **ON,
                note_id="note:1",
                author=ANNA.here,
                kind="journal",
                visibility="pair_private",
                body="We began",
            ),
            mc.InvokeConfidentialityException(
                **ON,
                ground="danger",
                material=("note:1",),
                disclosed_to="coordinator",
                authority="principal",
            ),
        ),
        FIRST,
        {"authority": "dean"},
    ),
    "pairing.notes-opened-for-case": Case(
        paired().given(
            mc.WriteNote(
                **ON,
                note_id="note:1",
                author=ANNA.here,
                kind="journal",
                visibility="pair_private",
                body="We began",
            ),
            mc.OpenNotesForCase(
                **ON,
                case_id=f"case:{1:032x}",
                ground="danger",
                material=("note:1",),
                authority="principal",
            ),
        ),
        FIRST,
        {"authority": "dean"},
    ),
    "pairing.feedback-given": Case(
        paired().given(
            mc.GiveFeedback(
                **ON, author=CLEO.here, about="pairing", visibility="coordinator", text="Good"
            )
        ),
        FIRST,
        {"text": "Very good"},
    ),
    "pairing.mismatch-reported": Case(paired().given(mismatch), FIRST, {"wish": "end"}),
    "pairing.mismatch-settled": Case(
        paired().given(
            mismatch, mc.SettleMismatch(**LATER, mismatch_id="mismatch:1", outcome="continue")
        ),
        FIRST,
        {"outcome": "rematch"},
    ),
    "pairing.paused": Case(
        paired().given(pause(frees_place=True)), FIRST, {"since": day("2026-10-30")}
    ),
    "pairing.resumed": Case(
        paired().given(pause(frees_place=True), resume()), FIRST, {"on": day("2026-11-21")}
    ),
    "pairing.ended": Case(paired().given(end()), FIRST, {"reason": "no_fault"}),
    "pairing.continued": Case(
        paired().given(
            mc.ContinuePairing(
                pairing_id=FIRST, on=day("2026-11-20"), planned_end=day("2027-12-18")
            )
        ),
        FIRST,
        {"planned_end": day("2027-11-18")},
    ),
    "pairing.reopened": Case(paired().given(end(), reopen()), FIRST, {"on": day("2027-01-12")}),
}
"""Amended, retracted, brought back, and all of it again."""

ELSEWHERE: dict[str, str] = {
    "person.external-identity-linked": "it is retracted and brought back, and never amended",
    "person.applied": "companion",
    "person.enrolled": "companion",
    "person.absorbed": "companion",
    "person.meeting-attended": "companion",
    "pairing.goal-handed-over": "companion",
    "pairing.case-raised": "companion",
    "participant.reassigned": "companion",
    "participant.pairing-offered": "companion",
    "pairing.note-shared": "it is amended, and ended instead of taken back",
    "pairing.note-sharing-ended": "it is amended, and the note shared again",
    "participant.pairing-joined": "companion",
    "participant.pairing-left": "companion",
    "participant.place-changed": "companion",
    "import.started": "it is retracted while nothing rests on it",
    "import.completed": "it is retracted",
    "import.reversed": "it stays",
    "response.settled": "it is retracted, or another answer follows",
    "response.taken": "it is retracted, with its import as a rule",
    **{
        event_info(e).name: "another follows; what it says of the log was so"
        for e in auditing.AGGREGATE.events
    },
    "record.amended": "amended and retracted to any depth",
    "record.retracted": "amended and retracted to any depth",
}
"""Other kinds of records, and what becomes of them."""


def versioned(case: Case, name: str) -> int:
    versions: list[int] = [
        p.version for p in case.story.history[case.stream] if event_info(type(p.event)).name == name
    ]
    return versions[0]


def stands(story: Any, case: Case) -> list[Any]:
    return [p.event for p in effective(story.history[case.stream])]


def test_every_kind_of_record_says_which_corrections_it_takes() -> None:
    assert IN_FULL.keys() | ELSEWHERE.keys() == {event_info(e).name for e in CORE_MODEL.events}
    assert not IN_FULL.keys() & ELSEWHERE.keys()


@pytest.mark.parametrize("name", IN_FULL)
def test_a_record_is_amended_and_the_amendment_amended_and_undone(name: Any) -> None:
    case = IN_FULL[name]
    target = versioned(case, name)
    (field,) = case.changes
    old = getattr(case.story.history[case.stream][target - 1].event, field)

    amended = case.story.given(
        mc.AmendRecord(stream=case.stream, target=target, changes=case.changes)
    )
    correction = len(amended.history[case.stream])
    undone = amended.given(mc.RetractRecord(stream=case.stream, target=correction))
    redone = undone.given(mc.RetractRecord(stream=case.stream, target=correction + 1))

    assert stands(amended, case) != stands(case.story, case)
    assert stands(undone, case) == stands(case.story, case)
    assert stands(redone, case) == stands(amended, case)
    if old is not None:
        back = mc.AmendRecord(stream=case.stream, target=correction, changes={field: old})
        assert stands(amended.given(back), case) == stands(case.story, case)
    check(redone)


@pytest.mark.parametrize("name", IN_FULL)
def test_a_record_is_retracted_and_brought_back_and_gone_again(name: Any) -> None:
    case = IN_FULL[name]
    target = versioned(case, name)
    retract = mc.RetractRecord(stream=case.stream, target=target)

    gone = case.story.given(retract)
    correction = len(gone.history[case.stream])
    back = gone.given(mc.RetractRecord(stream=case.stream, target=correction))
    again = back.given(mc.RetractRecord(stream=case.stream, target=correction + 1))

    assert stands(gone, case) != stands(case.story, case)
    assert stands(back, case) == stands(case.story, case)
    assert stands(again, case) == stands(gone, case)
    check(back)
    check(again)


@pytest.mark.parametrize(
    ("event", "stream", "retracted"),
    [
        (mc.ImportStarted, BATCH, "others_rest_on_it"),
        (mc.ImportCompleted, BATCH, ""),
        (mc.ImportReversed, BATCH, "import_record"),
        (mc.ResponseTaken, RESPONSE, ""),
    ],
)
def test_what_an_import_records_of_itself_is_not_amended(
    event: Any, stream: Any, retracted: Any
) -> None:
    over = given(start(), take(), complete())
    story = over.given(mc.ReverseImport(batch_id=BATCH, retracted=1))
    name = event_info(event).name
    target = versioned(Case(story, stream), name)

    story.when(mc.AmendRecord(stream=stream, target=target, changes={})).refuses("not_amendable")
    asked = story.when(mc.RetractRecord(stream=stream, target=target))
    if retracted:
        asked.refuses(retracted)
        return
    after = asked.recorded()
    correction = len(after.history[stream])
    after.when(mc.RetractRecord(stream=stream, target=correction)).refuses("import_record")
