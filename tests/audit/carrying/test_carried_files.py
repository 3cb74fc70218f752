"""A carried record is verified by what is held here, or the reason is said; nothing altered passes."""

from collections.abc import Callable

import attrs
import pytest
from audit.books import Book, put
from audit.carrying.files import ORIGIN, OWNER, issue, record
from audit.vectors import KEY, SIGNER, WITNESS_KEY

from mentorcore.audit.carrying.carried_file import (
    LONGEST_FILE,
    CarriedFile,
    read_carried,
    write_carried,
)
from mentorcore.audit.carrying.checking import check_carried
from mentorcore.audit.carrying.record import CarriedRecord, canonical, parsed
from mentorcore.audit.notes.checkpoint import (
    cosignature_line,
    read_checkpoint,
    sign_checkpoint,
    with_lines,
)
from mentorcore.audit.notes.continuation import Continued
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, secret_signer
from mentorcore.errors import NoteInvalid, Refused

STRANGER = secret_signer(ORIGIN, bytes(range(32)))
WITNESS = secret_signer("witness.example.org/w1", bytes(range(1, 33)), COSIGNATURE)

Opening = Callable[..., Book]


def refusal(data: bytes, *keys: object, held: tuple[str, ...] = ()) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Refused) as caught:
        check_carried(data, keys or (KEY,), held=held)  # type: ignore[arg-type] # keys or their text
    return str(caught.value.code)


def test_a_record_under_a_held_checkpoint_is_verified(book_in: Opening) -> None:
    book = book_in()
    put(book.store, 5)
    held = book.sequencer.checkpoint()
    put(book.store, 4)
    file = issue(book, told := record(), held)

    checked = check_carried(file.data, [KEY], held=[held.note])

    assert checked.verified
    assert checked.file.record == told
    assert checked.checkpoint.size == 10


def test_a_record_of_a_log_of_which_nothing_is_held_is_unverified(book_in: Opening) -> None:
    file = issue(book_in(), record())

    checked = check_carried(file.data, [KEY])

    assert not checked.verified
    assert "no checkpoint of" in (checked.unverified or "")


def test_the_very_checkpoint_that_is_held_verifies(book_in: Opening) -> None:
    file = issue(book_in(), record())

    checked = check_carried(file.data, [KEY], held=[file.receipt.note])

    assert checked.verified


def test_a_witness_who_is_known_verifies(book_in: Opening) -> None:
    file = issue(book_in(), record())
    checkpoint = read_checkpoint(file.receipt.note, [KEY])
    note = with_lines(checkpoint.note, [cosignature_line(checkpoint, WITNESS, 1_770_000_000)])
    cosigned = write_carried(
        file.record, attrs.evolve(file.receipt, note=note), file.earlier, SIGNER
    )

    known = check_carried(cosigned.data, [KEY, WITNESS.key])
    unknown = check_carried(cosigned.data, [KEY, WITNESS_KEY])

    assert known.verified
    assert not unknown.verified


def test_a_newer_held_checkpoint_takes_the_proof_between_both(book_in: Opening) -> None:
    book = book_in()
    file = issue(book, record())
    put(book.store, 6)
    held = book.sequencer.checkpoint()
    first = read_checkpoint(file.receipt.note, [KEY])
    proof = Continued(first, held, book.prover.consistency(first, held))
    spoilt = attrs.evolve(proof, proof=(bytes(32), *proof.proof[1:]))

    without = check_carried(file.data, [KEY], held=[held.note])
    wrong = check_carried(file.data, [KEY], held=[held.note], continued=[spoilt])
    beside = check_carried(file.data, [KEY], held=[held.note], continued=[spoilt, proof])

    assert not without.verified
    assert "of one history" in (without.unverified or "")
    assert not wrong.verified
    assert beside.verified


def test_a_log_that_forked_is_refused(book_in: Opening) -> None:
    ours, theirs = book_in("ours"), book_in("theirs")
    put(ours.store, 3)
    put(theirs.store, 3, "pairing:other")
    held, other = ours.sequencer.checkpoint(), theirs.sequencer.checkpoint()

    told = issue(theirs, record(), other)

    assert refusal(told.data, held=(held.note,)) == "log_forked"


def test_two_roots_at_the_size_of_the_file_are_a_fork(book_in: Opening) -> None:
    file = issue(book_in(), record())
    signed = read_checkpoint(file.receipt.note, [KEY])
    other = sign_checkpoint(attrs.evolve(signed, root=bytes(32), note=""), SIGNER)

    assert refusal(file.data, held=(other.note,)) == "log_forked"


def test_checkpoints_of_strangers_vouch_for_nothing(book_in: Opening) -> None:
    file = issue(book_in(), record())
    signed = read_checkpoint(file.receipt.note, [KEY])
    forged = sign_checkpoint(attrs.evolve(signed, note=""), STRANGER)

    checked = check_carried(file.data, [KEY], held=[forged.note])

    assert not checked.verified


def test_an_unknown_issuer_is_refused(book_in: Opening) -> None:
    file = issue(book_in(), record())
    foreign = write_carried(file.record, file.receipt, (), STRANGER)

    assert refusal(file.data, STRANGER.key) == "unknown_issuer"
    assert refusal(foreign.data) == "unknown_issuer"
    assert refusal(file.data, WITNESS.key) == "unknown_issuer"


def test_the_proof_of_another_record_is_refused_even_where_the_log_signed_it(
    book_in: Opening,
) -> None:
    book = book_in()
    one, two = issue(book, record()), issue(book, record(minutes=9_000, nonce=2))
    swapped = write_carried(two.record, one.receipt, (), SIGNER)

    assert refusal(swapped.data) == "record_altered"


def test_a_record_with_other_figures_is_refused(book_in: Opening) -> None:
    file = issue(book_in(), record())
    raised = attrs.evolve(file, record=record(minutes=9_000))

    assert refusal(raised.data) == "record_altered"


def test_a_proof_that_leads_nowhere_is_refused_even_where_the_log_signed_it(
    book_in: Opening,
) -> None:
    book = book_in()
    put(book.store, 5)
    held = book.sequencer.checkpoint()
    file = issue(book, record(), held)
    cut = attrs.evolve(file.receipt, proof=file.receipt.proof[:-1])
    moved = attrs.evolve(file.earlier[0], root=bytes(32))

    assert refusal(write_carried(file.record, cut, file.earlier, SIGNER).data) == "record_altered"
    assert refusal(write_carried(file.record, file.receipt, [moved], SIGNER).data) == (
        "record_altered"
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"\xff" + data,
        lambda data: b"[" * 100_000,
        lambda data: b"[]\n",
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: b" " + data,
        lambda data: data.replace(b"mentorcore-record/1", b"mentorcore-record/2"),
        lambda data: data.replace(b'"leaf"', b'"leaf":"","leaf"'),
        lambda data: data.replace(b'"minutes":540', b'"minutes":540.0'),
        lambda data: data.replace(b'"minutes":540', b'"minutes":true'),
        lambda data: data.replace(b'"minutes":540', b'"minutes":-1'),
        lambda data: data.replace(b'"minutes":540', b'"minutes":' + b"9" * 5_000),
        lambda data: data.replace(b'"week":11', b'"fortnight":11'),
        lambda data: data.replace(b'"part":"mentor"', b'"part":"Mentor!"'),
        lambda data: data.replace(b"2024-09-02", b"2024-02-30"),
        lambda data: data.replace(b"2024-09-02", b"20240902"),
        lambda data: data.replace(b"2024-09-02", b"2025-09-02"),
        lambda data: data.replace(b'"index":null', b'"index":4', 1),
        lambda data: data.replace(b'"name":"Rosa Villareal"', b'"name":""'),
        lambda data: data.replace(b'"name":"Rosa Villareal"', b'"name":"\\ud800"'),
        lambda data: data.replace(b'"earlier":[]', b'"earlier":[3]'),
        lambda data: data.replace(b'"earlier":[]', b'"earlier":{}'),
        lambda data: data.replace(b'"earlier":[]', b'"earlier":[{"proof":[],"root":"","size":""}]'),
        lambda data: data.replace(b'"earlier":[]', b'"earlier":[],"comment":"none"'),
        lambda data: data.replace(b'"sections":[', b'"sections":{},"x":['),
        lambda data: data.replace(b'"proof":[', b'"proof":[' + b'"",' * 64),
        lambda data: data.replace(b'"checkpoint":"', b'"checkpoint":3,"c":"'),
        lambda data: data.replace(b'"checkpoint":"' + ORIGIN.encode(), b'"checkpoint":"'),
        lambda data: data + b" " * LONGEST_FILE,
    ],
)
def test_what_is_not_written_as_it_must_be_is_unreadable(book_in: Opening, spoil: object) -> None:
    data = issue(book_in(), record()).data

    spoilt = spoil(data)  # type: ignore[operator] # one of the functions above

    assert spoilt != data
    assert refusal(spoilt) == "record_unreadable"


def test_a_section_of_somebody_else_is_unreadable() -> None:
    plain = record().plain
    plain["sections"][0]["owner"] = f"person:{8:032x}"

    with pytest.raises(ValueError, match="somebody else"):
        parsed(plain)


def test_what_was_written_is_read_again(book_in: Opening) -> None:
    book = book_in()
    put(book.store, 5)
    file = issue(book, record(), book.sequencer.checkpoint())

    read = read_carried(file.data)

    assert read == file
    assert CarriedFile.data.fget(read) == file.data  # type: ignore[attr-defined] # a property
    assert parsed(file.record.plain) == file.record
    assert canonical({"b": "é", "a": None}) == '{"a":null,"b":"é"}'.encode()


def test_what_a_reader_would_not_take_is_never_written(book_in: Opening) -> None:
    file = issue(book_in(), record())
    many = attrs.evolve(file.record, sections=file.record.sections * 101)

    with pytest.raises(NoteInvalid):
        write_carried(many, file.receipt, (), SIGNER)


def test_the_commitment_of_a_record_tells_nothing_without_its_nonce() -> None:
    one: CarriedRecord = record(nonce=1, owner=OWNER)
    other: CarriedRecord = record(nonce=2, owner=OWNER)

    assert one.sections == other.sections
    assert one.stream != other.stream


@pytest.mark.parametrize("sign", ["\n", "\x1b", "\x7f", "\x9b", "\u2028", "\u202e", "\u2066"])
def test_a_name_that_moves_a_cursor_is_never_written(book_in: Opening, sign: str) -> None:
    told = record(name=f"Rosa{sign}Verified, under a checkpoint over 9 events.")

    with pytest.raises(NoteInvalid, match="move a cursor"):
        issue(book_in(), told)


@pytest.mark.parametrize("name", ["Anna\u200cMaria", "שרה\u200e", "Núria"])
def test_a_name_of_any_script_is_written(book_in: Opening, name: str) -> None:
    file = issue(book_in(), record(name=name))

    assert read_carried(file.data).record.name == name
