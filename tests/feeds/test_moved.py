"""What a log hands on goes on where it was when the log has moved to another place."""

from __future__ import annotations

import contextlib
from pathlib import Path

from engine.world import COORDINATOR, Place, engine, mc
from feeds.people import Seen, register, rename
from feeds.receiver import listening
from feeds.test_webhooks import BOSS, SECRET, sent


def moved(opened: mc.Engine, at: Place, to: Path) -> mc.Engine:
    """The log of an engine, which is closed, in an SQLite file with the same keys."""
    bundle = to / "move.zip"
    opened.export(bundle, recipient="move", actor=COORDINATOR, move=True)
    opened.close()
    mc.load(bundle, to / "moved.db", original_retired=True)
    return engine(str(to / "moved.db"), start=50_000, keys=at.keys)


def test_positions_and_parked_streams_come_along(durable: Place, tmp_path: Path) -> None:
    opened = durable.open(1)
    ada, _ben = register(opened, "Ada", "Ben")
    rename(opened, ada, "Ada K.")
    opened.subscription("billing").run_to_end(Seen(ada))
    opened.subscription("mail").run_once(Seen())

    with moved(opened, durable, tmp_path) as there:
        billing, mail, again = there.subscription("billing"), there.subscription("mail"), Seen()
        assert [p.stream for p in billing.parked()] == [ada]
        assert billing.retry(again) == 2
        assert (billing.position, mail.position) == (3, 1)

    assert again.events == [(1, ada, 1), (3, ada, 2)]


def test_a_webhook_goes_on_with_its_attempts_and_what_it_was_told(
    durable: Place, tmp_path: Path
) -> None:
    opened = durable.open(1)
    register(opened, "Ada", "Ben")
    with listening(204, 410) as receiver:
        crm = opened.webhook("crm", receiver.url, secret=SECRET, viewer=BOSS)
        with contextlib.suppress(mc.ReceiverGone):
            crm.run_to_end()

        with moved(opened, durable, tmp_path) as there:
            same = there.webhook("crm", receiver.url, secret=SECRET, viewer=BOSS)
            assert same.is_gone
            assert [a.status for a in same.attempts()] == [204, 410]
            receiver.answers = [204]
            same.resume()
            same.run_to_end()
            assert [a.number for a in same.attempts()][:3] == [1, 2, 3]

    assert sent(receiver)[:3] == [1, 2, 2]
