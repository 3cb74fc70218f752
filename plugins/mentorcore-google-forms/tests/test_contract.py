"""Both adapters keep every promise of mentorcore's contract, on each kind of export."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from made import FILES, fixture, zipped
from mentorcore.adapters.spec import Options
from mentorcore.testing import AdapterContract, Sample
from mentorcore.testing.adapter_foreign import FOREIGN

from mentorcore_google_forms import GoogleForms, GoogleFormsCsv

FORM = Options(form="meetings")
TICKED = Options(
    form="meetings", more={"choices.An welchen Tagen passt es dir?": "Montag, früh\nFreitag"}
)
BERLIN = Options(form="meetings", zone="Europe/Berlin", date_order="dmy", fold=0)
MADRID = Options(form="meetings", zone="Europe/Madrid", date_order="mdy", fold=0)
ROME = Options(form="meetings", zone="Europe/Rome", date_order="dmy", fold=0)
KIN = tuple(name for name in FOREIGN if name.startswith("google-forms"))


def of(name: str, options: Options = FORM) -> Sample:
    return Sample.of(FILES / name, options)


class TestDownloads(AdapterContract):
    adapter: ClassVar[Any] = GoogleFormsCsv()
    samples: ClassVar[Any] = (
        of("form_de.csv"),
        Sample("ticked.csv", fixture("form_de.csv").content, TICKED),
        of("form_es.csv"),
        of("form_tr.csv"),
        of("form_quiz.csv"),
        of("form_bom.csv"),
        of("pandas.csv"),
        of("script.csv"),
        of("sheet_de.csv", BERLIN),
        of("sheet_es_quiz.csv", MADRID),
        of("sheet_it.csv", ROME),
        Sample("Form.csv.zip", zipped(("Form.csv", fixture("form_de.csv").content)), FORM),
    )
    options = FORM
    kin = KIN


def with_form() -> bytes:
    """A list of responses that was saved together with its form."""
    form, answers = (
        json.loads(fixture(f"{n}.json").content) for n in ("form_get", "responses_list")
    )
    return json.dumps({**form, **answers}, indent=1).encode()


class TestSavedAnswers(AdapterContract):
    adapter: ClassVar[Any] = GoogleForms(pause=lambda _: None)
    samples: ClassVar[Any] = (
        of("responses_list.json"),
        Sample("with_form.json", with_form(), FORM),
    )
    options = FORM
    kin = KIN

    def rows(self, sample: Sample) -> Sequence[Any] | None:
        found: list[Any] = json.loads(sample.content)["responses"]
        return found

    def with_rows(self, sample: Sample, rows: Sequence[Any]) -> bytes:
        return json.dumps({**json.loads(sample.content), "responses": list(rows)}).encode()

    def with_text(self, sample: Sample, text: str) -> Iterator[bytes]:
        for question in ("aaaa0001", "aaaa0010"):
            rows: Any = self.rows(sample)
            rows[0]["answers"][question]["textAnswers"]["answers"][0]["value"] = text
            yield self.with_rows(sample, rows)
