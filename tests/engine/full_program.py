"""A program in which everything happens once, every personal field filled with texts to look for."""

from datetime import timedelta
from itertools import count
from typing import Any

import attrs
from engine.full_life import applied, sustained
from engine.full_proposals import ask
from engine.full_requirements import require
from engine.world import NOON, SETTINGS, STARTED, TODAY, World, mc

from mentorcore.domain import responses
from mentorcore.engine.engine import Engine

taking: Any = responses

MARK = "ZwirnleinGroschenfuchs"
"""Stands in every personal text, and nowhere else."""

FULL = attrs.evolve(
    SETTINGS,
    more_shapes=(mc.ShapeBounds(shape="group", smallest=2, largest=6),),
    start_needs=("agreement",),
    trainings=(mc.RequiredTraining(kind="basics", role="mentor", valid_days=365),),
)


class FullProgram(World):
    """A world that asks for everything there is to ask for; `texts` is what must not be found."""

    def __init__(self, opened: Engine) -> None:
        self.texts: list[str] = []
        self._count = count(1)
        super().__init__(opened, FULL, owner="north-high")
        self.people()
        self.pairing = self.life()
        self.membership()
        self.merged()
        self.work()
        ask(self)
        self.imported()
        applied(self)
        sustained(self)
        require(self)
        self.corrections()
        self.audited()

    def merged(self) -> None:
        """Somebody who takes part proves to be known a second time."""
        known_twice = self.persons[self.mentee()]
        merge = mc.MergePersons(survivor=self.person(), absorbed=known_twice, basis=self.text())
        self.do(merge)

    def text(self) -> str:
        """A text to look for."""
        said = f"{MARK} {next(self._count)} «Größe» \U0001f33b"
        self.texts.append(said)
        return said

    def contact(self) -> Any:
        number = next(self._count)
        self.texts += [f"{MARK}.{number}@example.org", f"+1 555 {MARK} {number}"]
        return mc.Contact(email=self.texts[-2], phone=self.texts[-1])

    def person(self, **details: Any) -> str:
        return super().person(name=self.text(), contact=self.contact())

    def people(self) -> None:
        self.mentor_id, self.mentee_id = self.mentor(), self.mentee()
        mentor, mentee = self.persons[self.mentor_id], self.persons[self.mentee_id]
        self.do(
            mc.ChangePersonDetails(
                person_id=mentor, since=TODAY, name=self.text(), contact=self.contact()
            )
        )
        for scheme in ("email", "payroll", "sso"):
            self.do(
                mc.LinkExternalIdentity(person_id=mentor, scheme=scheme, value=self.text()),
                key=self.text(),
            )
        self.do(
            mc.RecordEmployment(
                person_id=mentor,
                since=STARTED,
                institution=self.text(),
                unit=self.text(),
                post=self.text(),
                teaches=(self.text(), self.text()),
                grade_levels=(self.text(),),
            )
        )
        self.do(
            mc.RecordCredential(
                person_id=mentor,
                kind="license",
                area="math",
                issued_on=STARTED,
                issuer=self.text(),
            )
        )
        self.do(
            mc.RecordReportingLine(
                person_id=mentee, superior=self.person(), kind="chair", since=STARTED
            )
        )
        self.do(
            mc.RecordTraining(
                participant_id=self.mentor_id,
                training_kind="basics",
                on=STARTED,
                hours=8,
                provider=self.text(),
            )
        )
        self.do(mc.QualifyMentor(participant_id=self.mentor_id, since=STARTED))
        self.do(
            mc.SetMentorCapacity(
                participant_id=self.mentor_id, places=3, since=STARTED, reason=self.text()
            )
        )
        gone = self.mentor()
        self.do(
            mc.EndMentorQualification(
                participant_id=gone, on=TODAY, cause="retired", reason=self.text()
            )
        )
        self.do(
            mc.EndEnrolment(
                participant_id=gone,
                on=TODAY,
                outcome="withdrew",
                reason=self.text(),
                destination=self.text(),
            )
        )

    def life(self) -> str:
        pairing = self.do(
            self.forming(
                self.mentor_id,
                self.mentee_id,
                primary=True,
                override_reason=self.text(),
                unmet_soft=(mc.Unmet(criterion="same-school", reason=self.text()),),
            )
        )
        for signer in (self.mentor_id, self.mentee_id):
            terms = mc.Terms(**{f.name: self.text() for f in attrs.fields(mc.Terms)})
            self.do(mc.SignAgreement(pairing_id=pairing, signer=signer, on=STARTED, terms=terms))
        self.do(mc.StartPairing(pairing_id=pairing, on=STARTED))
        rest = STARTED + timedelta(days=30)
        self.do(
            mc.PausePairing(pairing_id=pairing, since=rest, reason=self.text(), frees_place=True)
        )
        self.do(mc.ResumePairing(pairing_id=pairing, on=rest + timedelta(days=7)))
        self.do(self.ending(pairing, on=TODAY - timedelta(days=20)))
        self.do(
            mc.ReopenPairing(
                pairing_id=pairing,
                on=TODAY - timedelta(days=19),
                authority="dean",
                reason=self.text(),
            )
        )
        self.goal_of_an_earlier_pairing(pairing)
        return pairing

    def goal_of_an_earlier_pairing(self, pairing: str) -> None:
        earlier = self.do(self.forming(self.mentor(), self.mentee_id, primary=False))
        dated = {"statement": self.text(), "on": STARTED}
        goal = self.ask(mc.SetGoal(pairing_id=earlier, **dated)).events[0].event.goal_id
        self.do(self.ending(earlier, on=TODAY - timedelta(days=20)))
        again = {"statement": self.text(), "on": TODAY - timedelta(days=19)}
        going_on = {"continues": goal, "continues_in": earlier}
        self.do(mc.SetGoal(pairing_id=pairing, **again, **going_on))

    def membership(self) -> None:
        circle = self.circle()
        self.do(mc.AddMember(pairing_id=circle, participant=self.mentee(), since=STARTED))
        helper = {"pairing_id": circle, "participant": self.mentor(places=6), "since": STARTED}
        self.do(mc.AddMember(**helper, substitute_until=TODAY))
        self.do(mc.NameSubstitute(**helper, until=TODAY + timedelta(days=30)))
        _, leaving, ending, *_ = self.members(circle)
        self.do(mc.RemoveMember(pairing_id=circle, participant=leaving, on=TODAY))
        self.do(mc.EndEnrolment(participant_id=ending, on=TODAY, outcome="withdrew"))

    def work(self) -> None:
        here: dict[str, Any] = {"pairing_id": self.pairing}
        dated: dict[str, Any] = {**here, "on": TODAY}
        mentor, mentee = self.mentor_id, self.mentee_id
        planned = mc.ScheduleMeeting(**here, starts_at=NOON + timedelta(days=2), minutes=30)
        meeting_id = self.ask(planned).events[0].event.meeting_id
        self.do(mc.CancelMeeting(**dated, meeting_id=meeting_id, cause="cancelled", by=mentee))
        held = mc.HoldMeeting(
            **here, held_at=NOON - timedelta(hours=3), minutes=30, topics=(self.text(),)
        )
        self.meeting = self.ask(held).events[0].event.meeting_id
        self.do(mc.VerifyMeeting(**dated, meeting_id=self.meeting, verdict="confirmed", by=mentee))
        for _ in range(2):
            self.do(mc.HoldMeeting(**here, held_on=STARTED, minutes=20))
        self.do(mc.RuleOutDuplicates(**here, on=STARTED))
        goal = self.ask(mc.SetGoal(**dated, statement=self.text(), indicator=self.text()))
        goal_id = goal.events[0].event.goal_id
        self.do(
            mc.RecordGoalProgress(
                **dated,
                goal_id=goal_id,
                status="in_progress",
                measure=self.text(),
                comment=self.text(),
            )
        )
        item = self.ask(mc.AgreeActionItem(**dated, text=self.text(), owner=mentee))
        self.do(mc.CloseActionItem(**dated, item_id=item.events[0].event.item_id))
        for visibility in ("pair_private", "author_private", "coordinator"):
            self.do(
                mc.WriteNote(
                    **dated, author=mentor, kind="journal", visibility=visibility, body=self.text()
                )
            )
        self.do(
            mc.GiveFeedback(
                **dated,
                author=mentee,
                about="person",
                about_participant=mentor,
                visibility="coordinator",
                ratings=(mc.Rating(scale="fit", rating=4),),
                text=self.text(),
            )
        )
        mismatch = self.ask(
            mc.ReportMismatch(
                **dated, by=mentee, grounds="style", wish="mediation", text=self.text()
            )
        )
        self.do(
            mc.SettleMismatch(
                **dated, mismatch_id=mismatch.events[0].event.mismatch_id, outcome="continue"
            )
        )

    def imported(self) -> None:
        batch = self.do(
            taking.StartImport(
                adapter="csv",
                adapter_version="1",
                form="meeting-log",
                mapping_digest="ab12",
            )
        )
        taken = self.do(
            taking.TakeResponse(
                form="meeting-log",
                batch_id=batch,
                lifecycle="final",
                subjects=(self.persons[self.mentor_id],),
                response_key=(self.text(), self.text()),
                answers=(taking.RawAnswer(question="q1", label=self.text(), raw=(self.text(),)),),
            ),
            source=mc.Source(adapter="csv", batch=batch),
        )
        self.do(mc.SettleResponse(response_id=taken, answer="take_it"))
        self.do(taking.CompleteImport(batch_id=batch, counts=taking.Counts(taken=1)))
        self.do(taking.ReverseImport(batch_id=batch, reason=self.text()))

    def corrections(self) -> None:
        of = {type(r.event).__name__: r for r in self.engine.events(stream=self.pairing)}
        self.do(
            mc.AmendRecord(
                stream=self.pairing,
                target=of["MeetingHeld"].version,
                changes={"topics": (self.text(), self.text()), "minutes": 35},
                reason=self.text(),
            ),
            key=self.text(),
        )
        self.do(
            mc.RetractRecord(
                stream=self.pairing,
                target=of["NoteWritten"].version,
                cause="wrong_pairing",
                reason=self.text(),
            )
        )
        trained = self.ask(
            mc.RecordTraining(
                participant_id=self.mentor_id,
                training_kind="basics",
                on=STARTED + timedelta(days=1),
                provider=self.text(),
            )
        )
        self.do(
            mc.MoveRecord(
                stream=self.mentor_id,
                target=trained.events[0].version,
                to=self.mentor(),
                reason=self.text(),
            )
        )
        self.do(mc.ReviseProgram(program_id=self.program, effective_from=TODAY, settings=FULL))
        self.closed()
        self.do(mc.CloseProgram(program_id=self.program, on=TODAY))

    def closed(self) -> None:
        """A cohort with a calendar of its own is closed: one pairing goes on, and one ends."""
        cohort, self.cohort = self.cohort, self.opening()
        since = STARTED
        self.do(
            mc.SetAcademicCalendar(
                program_id=self.program,
                school_year="2026-27",
                terms=(mc.Term(name="autumn", since=since, until=since + timedelta(days=90)),),
                non_instructional=(mc.DaysOff(since=TODAY, until=TODAY + timedelta(days=5)),),
                cohort_id=self.cohort,
            )
        )
        going_on = self.pair()
        self.pair()
        self.do(
            mc.ContinuePairing(
                pairing_id=going_on, on=TODAY, planned_end=TODAY + timedelta(days=60)
            )
        )
        going_on = self.pair()
        fates = (
            mc.Remaining(
                pairing_id=going_on, then="extend", planned_end=TODAY + timedelta(days=60)
            ),
        )
        self.do(
            mc.CloseCohort(program_id=self.program, cohort_id=self.cohort, on=TODAY, pairings=fates)
        )
        self.cohort = cohort

    def opening(self) -> str:
        asked = mc.OpenCohort(
            program_id=self.program,
            name="Autumn",
            starts_on=STARTED,
            ends_on=TODAY,
            enrols_from=STARTED,
            enrols_until=TODAY,
        )
        return str(self.ask(asked).events[0].event.cohort.cohort_id)

    def audited(self) -> None:
        root, origin = "49" * 32, "mentoring.example.edu/log1"
        note = f"{origin}\n3\nSaI1W9cxYWVY6GyIIzDvuMVPr3nVNdx9M3DR2st/quQ=\n"
        self.do(mc.RecordChallenge(nonce="5f1c9e7a0b2d4468"))
        self.do(mc.RecordExport(recipient="state-auditor", size=3, root=root))
        self.do(mc.RotateSigningKey(vkey=f"{origin}+00cf2a9a+{'A' * 44}"))
        self.do(mc.SucceedLog(origin=origin, note=note, kept=3, reason="moved"))
        self.do(mc.RedactStates(items=((1, root, None),)))
