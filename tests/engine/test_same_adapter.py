"""A form goes on being read by the adapter that read it first, unless somebody says otherwise."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from engine.harbor import Harbor, Text, adapters, csv_of, harbor
from engine.world import COORDINATOR

from mentorcore.adapters.registry import GROUP, Registry
from mentorcore.errors import SourceUnreadable


def refused(it: Harbor) -> str:
    with pytest.raises(SourceUnreadable) as refusal:
        it.take("goals", adapters=adapters())
    return str(refusal.value)


def test_a_file_that_another_adapter_takes_for_its_own_is_refused_before_it_is_read() -> None:
    with harbor() as it:
        it.people().take("goals")
        position = it.engine.position

        said = refused(it)

        assert "read by the adapter 'made', and this form was taken in through 'csv'" in said
        assert "adapter = 'csv' at the top of the mapping" in said
        assert it.engine.position == position


def test_whoever_names_the_adapter_may_change_it() -> None:
    with harbor() as it:
        it.people().take("goals")

        named = it.take("goals", adapters=adapters(), adapter="made")
        declared = it.take(
            "goals",
            None,
            ('form = "goals"', 'form = "goals"\nadapter = "csv"'),
            adapters=adapters(),
        )

        assert named.sentence() == "no responses."
        assert declared.sentence() == "3 unchanged."


def test_a_form_that_nobody_has_taken_in_yet_may_be_read_by_any_adapter() -> None:
    with harbor() as it:
        it.people()

        assert it.take("goals", adapters=adapters()).sentence() == "no responses."
        assert it.take("goals").sentence() == "3 taken."


def test_a_file_of_refused_rows_is_nobodys_and_is_read(tmp_path: Path) -> None:
    with harbor() as it:
        it.people()
        place = tmp_path / "rejects.csv"
        content = csv_of("goals").replace("on the way", "over the hill")
        first = it.take("goals", content, rejects=place)

        again = it.engine.take_in(place, it.mapping("goals"), actor=COORDINATOR)
        last = it.take("goals", content)

        assert (first.counts.refused, again.counts.refused, last.counts.refused) == (1, 1, 1)


def test_a_plugin_that_was_left_out_is_told_to_whoever_imports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = EntryPoint("our-survey", "no_such_module_at_all", GROUP)
    monkeypatch.setattr("mentorcore.plugins.entry_points", lambda group: [broken])
    registry = Registry()
    registry.load_plugins()
    with harbor() as it:
        it.people()

        found = it.take("goals", adapters=registry)
        named = it.take("goals", adapters=registry, adapter="csv")

        (notice,) = found.notices
        assert notice.code == "left-out"
        assert "'our-survey' was left out (ModuleNotFoundError" in notice.message
        assert "do not go on with 'csv'" in notice.message
        assert named.notices == []
        with pytest.raises(
            SourceUnreadable, match=r"no adapter knows .* 'our-survey' was left out"
        ):
            registry.choose(Text("PK\3\4", "export.zip"))
