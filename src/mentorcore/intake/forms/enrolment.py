"""An enrolment form: somebody becomes known and joins a cohort, with what they bring along."""

from datetime import date

from mentorcore.domain.participant.events import EnrolParticipant, RecordTraining, SetMentorCapacity
from mentorcore.domain.person.events import (
    ChangePersonDetails,
    Contact,
    LinkExternalIdentity,
    RecordEmployment,
    RegisterPerson,
    Scheme,
)
from mentorcore.domain.values import Code, CohortId, ParticipantId, PersonId
from mentorcore.intake.declared import did_you_mean
from mentorcore.intake.directory import KnownPerson, folded
from mentorcore.intake.finding import NotFound, find_cohort, find_person
from mentorcore.intake.intended import Intended
from mentorcore.intake.row import Row

__all__ = ["read"]


def read(row: Row) -> Intended:
    """Who enrols, in which cohort and role, and what else the form tells about them."""
    name = row.must("name", _name(row))
    since = row.must("since", row.day("since"))
    role, cohort = _role(row), _cohort(row)
    identities = _identities(row)
    known = _known(row, identities)
    locale, zone = row.code("locale"), row.code("time_zone")
    fte, places = row.whole("fte"), row.whole("places")
    trainings = [(kind, row.day(f"training.{kind}")) for kind in row.mapping.group("training")]
    held_since = row.day("employed_since")
    level = row.code("leadership_level")
    row.check()
    assert name is not None
    assert since is not None
    assert role is not None
    assert cohort is not None
    name = " ".join(name.split())
    person = PersonId(row.ids("person")) if known is None else known.person
    row.concerns(person)
    if known is None:
        email = next((v for scheme, v in identities if scheme == "email"), None)
        phone = row.text("phone")
        contact = Contact(email=email, phone=phone) if email or phone else None
        row.say(
            "person",
            RegisterPerson,
            person_id=person,
            name=name,
            contact=contact,
            locale=locale,
            time_zone=zone,
        )
    elif folded(known.name) != folded(name):
        row.say("details", ChangePersonDetails, person_id=person, since=since, name=name)
    there = {(s, folded(v)) for s, v in known.identities} if known else set()
    for scheme, stated in identities:
        if (scheme, folded(stated)) not in there:
            code = "email" if scheme == "email" else "number"
            row.say(code, LinkExternalIdentity, person_id=person, scheme=scheme, value=stated)
    participant = _enrol(row, person, cohort, role, since=since, fte=fte)
    if places is not None:
        row.say(
            "capacity",
            SetMentorCapacity,
            participant_id=participant,
            places=places,
            since=since,
            reason=row.text("places_reason"),
        )
    for kind, day in trainings:
        if day is not None:
            row.say(
                f"training.{kind}",
                RecordTraining,
                participant_id=participant,
                training_kind=Code(kind),
                on=day,
                provider=row.text("training_provider"),
            )
    _employ(row, person, held_since or since, level)
    return row.done()


def _name(row: Row) -> str | None:
    """The whole name; many forms ask for the given and the family name apart."""
    given, family = row.text("name"), row.text("family_name")
    return given if given is None or family is None else f"{given} {family}"


def _enrol(
    row: Row, person: PersonId, cohort: CohortId, role: Code, *, since: date, fte: int | None
) -> ParticipantId:
    """The participant: one who is enrolled so already, or a new one."""
    for enrolment in row.known.enrolments(person):
        ended = enrolment.until is not None and since >= enrolment.until
        if (enrolment.cohort, enrolment.role) == (cohort, role) and not ended:
            return enrolment.participant
    participant = ParticipantId(row.ids("participant"))
    row.say(
        "enrolment",
        EnrolParticipant,
        participant_id=participant,
        person_id=person,
        program_id=row.known.program.program_id,
        cohort_id=cohort,
        role=role,
        since=since,
        fte_percent=100 if fte is None else fte,
    )
    return participant


def _employ(row: Row, person: PersonId, since: date, level: Code | None) -> None:
    told = {field: row.text(field) for field in ("institution", "unit", "post")}
    lists = {field: row.texts(field) or None for field in ("teaches", "grade_levels")}
    if level is None and not any(told.values()) and not any(lists.values()):
        return
    row.say(
        "employment",
        RecordEmployment,
        person_id=person,
        since=since,
        leadership_level=level,
        **told,
        **lists,
    )


def _identities(row: Row) -> tuple[tuple[Scheme, str], ...]:
    """The identities that the row states; the one by which people are told apart is needed."""
    email, number = row.text("email"), row.text("external_id")
    if row.mapping.by == "email":
        row.must("email", email)
    if row.mapping.by == "external_id":
        row.must("external_id", number)
    if email is not None and (email.count("@") != 1 or len(email.split()) != 1):
        row.wrong("email", f"{email!r} is not an e-mail address")
    stated: list[tuple[Scheme, str]] = []
    if email is not None:
        stated.append(("email", email.strip()))
    if number is not None:
        stated.append((row.mapping.scheme, number.strip()))
    return tuple(stated)


def _known(row: Row, identities: tuple[tuple[Scheme, str], ...]) -> KnownPerson | None:
    """The person whom the row means, if they are known; none of its identities may be another's."""
    mapping, found = row.mapping, None
    by = mapping.by
    text = _name(row) if by == "name" else row.text(by)
    if text is None:
        return None
    try:
        found = find_person(row.known, by, text, mapping.scheme)
    except NotFound as problem:
        row.wrong(by, str(problem))
        return None
    for scheme, stated in identities:
        field = "email" if scheme == "email" else "external_id"
        for owner in row.known.identified(scheme, stated):
            if found is None or owner.person != found.person:
                row.wrong(field, f"{stated!r} belongs to {owner.name!r}, who is known already")
        mine = [v for s, v in found.identities if s == scheme] if found else []
        if by == "name" and mine and folded(stated) not in map(folded, mine):
            row.wrong(field, f"{text!r} is known under another one than {stated!r}")
    return found


def _role(row: Row) -> Code | None:
    word = row.must("role", row.word("role"))
    if word is None:
        return None
    roles = [r.code for r in row.known.program.settings.roles]
    for role in roles:
        if folded(role) == folded(word):
            return role
    hint = did_you_mean(word, roles)
    row.wrong("role", f"the program has no role {word!r}{hint or '; it has ' + ', '.join(roles)}")
    return None


def _cohort(row: Row) -> CohortId | None:
    try:
        return find_cohort(row.known, row.word("cohort"))
    except NotFound as problem:
        row.wrong("cohort", str(problem))
        return None
