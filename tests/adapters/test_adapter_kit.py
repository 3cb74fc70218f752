"""What the kit for authors stands on: tables cut exactly, and watchers that see what is done."""

import csv
import io
import logging
import os
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.testing import Sample
from mentorcore.testing.adapter_samples import Held, quoted, read, take_apart
from mentorcore.testing.adapter_watching import (
    Ears,
    MadeAccount,
    changes,
    hurried,
    shut_in,
    state,
    told,
)

CELL = st.text(st.sampled_from('a;"\n\r, é'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5))
def test_a_table_is_cut_where_a_strict_reader_cuts_it(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, strict=True).writerows([["one", "two", "three"], *rows])
    content = written.getvalue().encode()

    table = take_apart(Sample("a.csv", content))

    assert table is not None
    assert table.join() == content
    assert [[read(cell) for cell in row] for row in table.rows] == rows


def test_a_table_keeps_its_encoding_its_mark_and_its_separator_line() -> None:
    content = "sep=;\r\nName;Stadt\r\nAda;Köln\r\nBen;Ulm\r\n".encode("utf-16")

    table = take_apart(Sample("a.csv", content))

    assert table is not None
    assert table.join() == content
    assert table.in_order((1, 0)).join().decode("utf-16").endswith("Köln;Ada\r\nUlm;Ben\r\n")


def test_columns_with_one_title_keep_their_order_among_themselves() -> None:
    table = take_apart(Sample("a.csv", b"Id,Goal,Goal,Notes,\n1,first,second,x,\n"))

    assert table is not None
    orders = list(table.orders(fixed=1))
    assert len(orders) == 2
    for order in orders:
        row = [table.rows[0][i] for i in order]
        assert row.index("first") < row.index("second")
        assert (row[0], row[-1]) == ("1", "")


def test_what_is_no_table_is_not_taken_apart() -> None:
    assert take_apart(Sample("a.json", b"{}")) is None
    assert take_apart(Sample("a.csv", b"PK\x03\x04")) is None
    assert quoted('a "b"') == '"a ""b"""'


@pytest.mark.processes
def test_the_network_processes_and_files_are_refused_and_told(tmp_path: Path) -> None:
    readable = tmp_path / "there.txt"
    readable.write_text("x")

    with shut_in() as heard:
        assert readable.read_text() == "x"
        for attempt in (
            lambda: socket.getaddrinfo("example.org", 443),
            socket.socket,
            lambda: subprocess.run([sys.executable, "-V"], check=False),
            lambda: (tmp_path / "copy").write_text("x"),
            readable.unlink,
        ):
            with pytest.raises(OSError, match="an adapter may not do this"):
                attempt()

    assert len(heard) == 5
    assert readable.exists()
    with socket.socket():
        (tmp_path / "copy").write_text("afterwards all is allowed again")


def test_a_server_on_this_machine_may_be_called_where_that_is_said() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        shut_in(loopback=True) as heard,
        socket.create_connection(server.getsockname()),
    ):
        pass

    assert heard == []


def test_a_changed_process_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = state()

    monkeypatch.setenv("KIT", "1")
    monkeypatch.setattr(logging.getLogger(), "level", 7)

    assert changes(before) == ["environment", "logging"]


def test_a_secret_is_heard_wherever_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    account, ears = MadeAccount(), Ears()
    secret = account.secret("token")

    with ears.open(), hurried():
        logging.getLogger("some.library").debug("token=%s", secret)
        warnings.warn(f"careful: {secret}", stacklevel=1)
        print(secret)
        os.write(1, b"")
    error = ConnectionError("no answer")
    error.__cause__ = ValueError(secret)
    ears.said += told(error)

    assert sum(secret in said for said in ears.said) >= 4
    assert secret not in repr(account)
    assert capsys.readouterr().out == ""


def test_an_error_that_hides_where_it_came_from_tells_no_secret() -> None:
    error = ConnectionError("no answer")
    error.__context__, error.__suppress_context__ = ValueError("secret"), True

    said = list(told(error))

    assert not any("ValueError" in text or "'secret'" in text for text in said)


def test_a_source_remembers_whether_its_streams_were_closed() -> None:
    source = Held("a.csv", b"x")
    stream = source.open()

    open_at_first = source.released
    stream.close()

    assert (open_at_first, source.released) == (False, True)


@pytest.mark.processes
def test_without_pytest_the_kit_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pytest'] = None\n"
        "from mentorcore.testing import given\n"
        "try:\n    from mentorcore.testing import AdapterContract\n"
        "except Exception as error:\n    print(type(error).__name__, error)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == (
        "MissingExtra the contract test of adapters needs an optional part: "
        "pip install 'mentorcore[test]'"
    )


def test_columns_below_one_question_move_together() -> None:
    table = take_apart(
        Sample("a.csv", b"Id,Goals,,Who,\n,Plan,Other,Name,\n1,x,y,Ada,\n", header_records=2)
    )

    assert table is not None
    for order in table.orders(fixed=0):
        titles = [table.header[1][i] for i in order]
        assert titles.index("Other") == titles.index("Plan") + 1
        assert order[-1] == 4
