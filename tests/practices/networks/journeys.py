"""Institutions with a log each, and people who carry records between them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import attrs
from engine.world import COORDINATOR, SETTINGS, STARTED, World, engine, mc
from practices.networks.world import drafted, signed

from mentorcore.audit.carrying.carried_file import CarriedFile
from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.domain.participant.carried import origin_stream
from mentorcore.engine.carrying.receiving import ReceivedRecord
from mentorcore.practices.networks import HoldCheckpoint, NameLog, TrustLogKey

WORDS = ("east-high", "north-high", "south-high")
NAME = "Rosa Villareal"


class Institution(World):
    """A program of an institution, in a log that signs."""

    def __init__(self, opened: Any, word: str, vkey: str) -> None:
        super().__init__(opened, SETTINGS, owner=word)
        self.word, self.vkey, self.origin = word, vkey, f"{word}.example/log"
        self.pairings: dict[str, str] = {}
        self.agreement = ""

    def rosa(self) -> str:
        """Rosa, taking part here as a mentor."""
        return self.enrol("mentor", self.person(name=NAME))

    def meets(self, mentor: str, minutes: int = 60, day: date = STARTED) -> str:
        """A meeting with a mentee of hers."""
        if mentor not in self.pairings:
            self.pairings[mentor] = self.pair(mentor)
        pairing = self.pairings[mentor]
        return self.do(mc.HoldMeeting(pairing_id=pairing, minutes=minutes, held_on=day))

    def agrees(self, **changed: Any) -> None:
        """All institutions agree that records travel."""
        fields = ("completions", "dates", "hours", "identity", "roles")
        terms: dict[str, Any] = {
            "institutions": WORDS,
            "purposes": ("record",),
            "fields": fields,
            **changed,
        }
        self.agreement = self.do(drafted(**terms))
        for side in WORDS:
            self.do(signed(self.agreement, side))

    def knows(self, other: "Institution", *, holds: bool = True) -> None:
        """This institution was told the other's key, and holds a checkpoint of its log."""
        stream = origin_stream(other.origin)
        said: dict[str, Any] = {"origin_id": stream, "on": STARTED}
        self.do(
            NameLog(
                agreement_id=self.agreement, institution=other.word, origin=other.origin, **said
            )
        )
        self.do(TrustLogKey(vkey=other.vkey, **said))
        if holds:
            note = other.engine.checkpoint().checkpoint.note
            self.do(HoldCheckpoint(note=note, **said))

    def held(self, origin: str) -> list[str]:
        """The checkpoints of another log that are held here."""
        told = self.engine.effective(names=("origin.checkpoint-held",))
        return [one.event.note for one in told if one.stream == origin_stream(origin)]

    def issues(self, mentor: str, *receivers: "Institution") -> CarriedFile:
        """A record of hers, with proofs from what the receivers hold."""
        held = [note for one in receivers for note in one.held(self.origin)]
        person = self.persons[mentor]
        return self.engine.issue_record(person, actor=COORDINATOR, held=held)

    def receives(self, file: CarriedFile | bytes, mentor: str, **more: Any) -> ReceivedRecord:
        data = file if isinstance(file, bytes) else file.data
        return self.engine.receive_record(data, mentor, actor=COORDINATOR, **more)

    def credited(self, mentor: str, *, verified: bool = True) -> dict[str, int]:
        """What stands credited, by unit."""
        total: dict[str, int] = {}
        for one in self.engine.effective(stream=mentor, names=("participant.service-credited",)):
            if one.event.verified == verified:
                total[one.event.unit] = total.get(one.event.unit, 0) + one.event.amount
        return total


@contextmanager
def institutions(folder: Path, words: tuple[str, ...] = WORDS) -> Iterator[list[Institution]]:
    """Institutions that have agreed, and know each other's logs."""
    with ExitStack() as closing:
        found = []
        for number, word in enumerate(words, 1):
            key = folder / f"{word}.signing-key"
            create_signing_key(key, f"{word}.example/log")
            signing = attrs.evolve(sign_with(key), background=False)
            opened = closing.enter_context(engine(start=number * 1_000_000, sign=signing))
            found.append(Institution(opened, word, str(signing.signer.key)))
        for one in found:
            one.agrees()
            for other in found:
                if other is not one:
                    one.knows(other)
        yield found
