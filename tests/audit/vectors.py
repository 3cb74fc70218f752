"""The published vectors, and the keys that they were made with."""

import json
from pathlib import Path
from typing import Any

from mentorcore.audit.notes.verifier_keys import COSIGNATURE, VerifierKey, secret_signer

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("audit-vectors.json").read_text())
NOTES = VECTORS["checkpoint"]
ORIGIN: str = NOTES["origin"]
NOTE: str = NOTES["note_text"]
COSIGNATURE_AT: int = VECTORS["cosignature"]["timestamp"]
COSIGNED: str = VECTORS["cosignature"]["note_text"]
RECEIPT: str = VECTORS["tlog_proof"]["text"]
hexed = bytes.fromhex

SIGNER = secret_signer(ORIGIN, hexed(NOTES["seed"]))
WITNESS = secret_signer(
    VECTORS["cosignature"]["name"], hexed(VECTORS["cosignature"]["seed"]), COSIGNATURE
)
KEY: VerifierKey = SIGNER.key
WITNESS_KEY: VerifierKey = WITNESS.key


def hashes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(map(hexed, texts))
