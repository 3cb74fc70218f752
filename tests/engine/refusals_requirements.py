"""How to be refused where something is recorded because a rule asks for it."""

from typing import Any

from engine.refusals import CASES, LATER, UNKNOWN, case, paired
from engine.world import STARTED, World, mc

__all__ = ["CASES"]


@case("limit_of_extension")
def _(w: World) -> Any:
    return mc.WaiveRequirement(
        participant_id=w.mentee(),
        rule_id="CA-4",
        relief="extension",
        granted_by="coordinator",
        since=STARTED,
    )


@case("not_a_digest")
def _(w: World) -> Any:
    return mc.ReferenceDocument(
        program_id=w.program, process="selection", title="Selection", on=STARTED, digest="abc"
    )


def evidence(pairing: str, **more: Any) -> Any:
    usual = {"kind": "form", "title": "form", "purpose": "evaluation", "visibility": "evaluative"}
    return mc.AttachEvidence(pairing_id=pairing, on=LATER, **{**usual, **more})


def note(w: World, pairing: str, author: str) -> Any:
    command = mc.WriteNote(
        pairing_id=pairing,
        author=author,
        kind="reflection",
        on=LATER,
        visibility="growth_only",
        body="It went well",
    )
    return w.ask(command).events[0].event.note_id


@case("already_attached", "pairing.evidence-attached")
def _(w: World) -> Any:
    pairing, _, _ = paired(w)
    found = w.ask(evidence(pairing)).events[0].event.evidence_id
    return evidence(pairing, evidence_id=found)


@case("no_such_note")
def _(w: World) -> Any:
    pairing, _, _ = paired(w)
    return evidence(pairing, cites=(UNKNOWN.format("note"),))


@case("confidential_material", "pairing.note-written")
def _(w: World) -> Any:
    pairing, mentor, _ = paired(w)
    return evidence(pairing, cites=(note(w, pairing, mentor),))


@case("nothing_named")
def _(w: World) -> Any:
    pairing, _, _ = paired(w)
    return mc.InvokeConfidentialityException(
        pairing_id=pairing,
        ground="danger",
        material=(),
        disclosed_to="coordinator",
        authority="principal",
        on=LATER,
    )


@case("one_value")
def _(w: World) -> Any:
    return mc.StateFact(participant_id=w.mentor(), fact="experience_years", since=STARTED)


def visiting(w: World) -> Any:
    """A visitor from North High is to be admitted."""
    return mc.AdmitVisitor(
        participant_id=w.mentor(),
        institution="north-high",
        agreement=UNKNOWN.format("agreement"),
        since=STARTED,
    )


@case("no_owner")
def _(w: World) -> Any:
    return visiting(w)


@case("not_a_visitor")
def _(w: World) -> Any:
    return visiting(World(w.engine, owner="north-high"))
