"""The adapter keeps every promise of mentorcore's contract, on each kind of export."""

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from mentorcore.adapters.spec import Options
from mentorcore.testing.adapter_contract import AdapterContract
from mentorcore.testing.adapter_foreign import FOREIGN
from mentorcore.testing.adapter_samples import Sample
from qualtrics_made import FIXTURES, fixture, zipped

from mentorcore_qualtrics import Qualtrics

PARIS = Options(form="meetings", zone="Europe/Paris")
WHOLE = Options(form="meetings", values="labels", fold=0)
KIN = tuple(name for name in FOREIGN if name.startswith("qualtrics"))
CODES = Options(form="meetings", values="codes", more={"base_url": "http://127.0.0.1:9"})


class TestTables(AdapterContract):
    adapter: ClassVar[Any] = Qualtrics(pause=lambda _: None)
    samples: ClassVar[Any] = (
        Sample.of(FIXTURES / "modern.csv", WHOLE, header_records=3),
        Sample.of(FIXTURES / "anonymised.csv", WHOLE, header_records=3),
        Sample.of(FIXTURES / "transitional.csv", PARIS, header_records=3),
        Sample.of(FIXTURES / "legacy.csv", PARIS, header_records=2, fixed_columns=10),
    )
    options = CODES
    kin = KIN


class TestJson(AdapterContract):
    adapter: ClassVar[Any] = Qualtrics(pause=lambda _: None)
    samples: ClassVar[Any] = (
        Sample.of(FIXTURES / "responses.ndjson", CODES),
        Sample.of(FIXTURES / "responses.json", CODES),
        Sample("responses.zip", zipped(("a.ndjson", fixture("responses.ndjson"))), CODES),
    )
    options = CODES
    kin = KIN

    def rows(self, sample: Sample) -> Sequence[Any] | None:
        if sample.name.endswith(".json"):
            found: list[Any] = json.loads(sample.content)["responses"]
            return found
        if sample.name.endswith(".ndjson"):
            return [json.loads(line) for line in sample.content.splitlines()]
        return None

    def with_rows(self, sample: Sample, rows: Sequence[Any]) -> bytes:
        if sample.name.endswith(".json"):
            return json.dumps({"responses": rows}).encode()
        return "".join(json.dumps(row) + "\n" for row in rows).encode()

    def with_text(self, sample: Sample, text: str) -> Iterator[bytes]:
        rows = self.rows(sample)
        if rows:
            rows[0]["values"]["QID1_TEXT"] = text
            yield self.with_rows(sample, rows)

    def is_whole(self, sample: Sample, size: int) -> bool:
        if not sample.name.endswith(".ndjson"):
            return False
        return io.BytesIO(sample.content[:size]).getvalue().endswith(b"\n")
