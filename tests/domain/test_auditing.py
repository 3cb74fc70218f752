"""The log tells its own story: challenged, exported, given a new key, succeeded, redacted."""

from typing import Any

import pytest
from domain.school import mc

from mentorcore.testing import given

ABOUT, OTHER = f"audit:{1:032x}", f"audit:{2:032x}"
ROOT, DIGEST = "49a2" * 16, "0b" * 32
VKEY = "mentoring.example.edu/log1+00cf2a9a+AW4CHCciJY0TR9JiRjy6zyh+vj7fjEQM/GrNV1AdUYvk"
NOTE = "mentoring.example.edu/log1\n3\nSaI1W9cxYWVY6GyIIzDvuMVPr3nVNdx9M3DR2st/quQ=\n"


def challenge(nonce: str = "5f1c9e7a0b2d4468", about: str = ABOUT) -> Any:
    return mc.RecordChallenge(audit_id=about, nonce=nonce)


def export(**other: Any) -> Any:
    usual = {"audit_id": ABOUT, "recipient": "state-auditor", "size": 3, "root": ROOT}
    return mc.RecordExport(**(usual | other))


def succeed(**other: Any) -> Any:
    usual = {
        "audit_id": ABOUT,
        "origin": "mentoring.example.edu/log1",
        "note": NOTE,
        "kept": 2,
        "reason": "events_lost",
    }
    return mc.SucceedLog(**(usual | other))


def redact(*items: Any) -> Any:
    return mc.RedactStates(audit_id=ABOUT, items=items)


def test_a_challenge_keeps_the_nonce_of_the_auditor() -> None:
    story = given().when(challenge()).recorded()

    assert story.state(ABOUT).told.nonce == "5f1c9e7a0b2d4468"


def test_a_nonce_that_could_be_guessed_is_refused() -> None:
    given().when(challenge("5f1c9e7a0b2d446")).refuses("nonce_too_short", "16")


@pytest.mark.parametrize(
    "asked",
    [challenge(), export(), succeed(), redact((1, DIGEST, None))],
    ids=lambda asked: type(asked).__name__,
)
def test_what_was_said_about_the_log_is_not_said_anew(asked: Any) -> None:
    given(challenge()).when(asked).refuses("already_recorded")
    assert given(challenge(about=OTHER)).when(asked).events


def test_an_export_says_for_whom_it_is_and_what_it_leaves_out() -> None:
    whole = given().when(export(opened=("feedback",))).recorded().state(ABOUT).told
    part = export(states="withheld", withheld=("response.taken",), form="zip")

    assert (whole.recipient, whole.form, whole.opened) == ("state-auditor", "other", ("feedback",))
    assert (whole.size, whole.root, whole.states, whole.withheld) == (3, ROOT, "full", ())
    assert given().when(part).recorded().state(ABOUT).told.withheld == ("response.taken",)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"size": -1}, "no_root"),
        ({"root": "49a2"}, "no_root"),
        ({"root": ROOT.upper()}, "no_root"),
        ({"states": "withheld"}, "withheld_unclear"),
        ({"withheld": ("response.taken",)}, "withheld_unclear"),
    ],
)
def test_an_export_that_says_too_little_is_refused(wrong: dict[str, Any], why: str) -> None:
    given().when(export(**wrong)).refuses(why)


@pytest.mark.parametrize("recipient", ["Ms Field of the state audit", "a@example.org", ""])
def test_the_recipient_of_an_export_is_an_office_and_never_a_name(recipient: str) -> None:
    with pytest.raises(mc.Invalid):
        export(recipient=recipient)


def test_a_new_signing_key_is_recorded_by_its_verifier_key() -> None:
    rotated = given().when(mc.RotateSigningKey(audit_id=ABOUT, vkey=VKEY)).recorded()

    assert rotated.state(ABOUT).told.vkey == VKEY


@pytest.mark.parametrize("vkey", ["", "a new key", VKEY.upper(), f"two words {VKEY}", f"{VKEY}\n"])
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    given().when(mc.RotateSigningKey(audit_id=ABOUT, vkey=vkey)).refuses("no_such_key")


def test_a_log_that_goes_on_elsewhere_quotes_the_last_note_of_the_ended_one() -> None:
    told = given().when(succeed()).recorded().state(ABOUT).told

    assert (told.origin, told.note, told.kept) == ("mentoring.example.edu/log1", NOTE, 2)
    given().when(succeed(origin="mentoring.example.edu/log")).refuses("note_of_another_log")
    given().when(succeed(origin="")).refuses("note_of_another_log")
    given().when(succeed(kept=-1)).refuses("kept_out_of_range")


def test_a_redaction_names_each_state_with_the_digest_that_stays() -> None:
    items = ((2, DIGEST, None), (7, ROOT, "eyJtaW51dGVzIjo2MH0="))

    assert given().when(redact(*items)).recorded().state(ABOUT).told.items == items


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ((), "nothing_to_redact"),
        (((0, DIGEST, None),), "positions_unordered"),
        (((2, DIGEST, None), (2, DIGEST, None)), "positions_unordered"),
        (((3, DIGEST, None), (2, DIGEST, None)), "positions_unordered"),
        (((1, "0b", None),), "no_digest"),
        (((1, DIGEST, "e30"),), "no_residual"),
        (((1, DIGEST, "e31="),), "no_residual"),
        (((1, DIGEST, "{}"),), "no_residual"),
    ],
)
def test_a_redaction_that_names_no_state_exactly_is_refused(items: Any, why: str) -> None:
    given().when(redact(*items)).refuses(why)
