"""Rights in PostgreSQL that keep the program from doing what no program should: rewriting events.

Three roles: the owner, who changes the schema and is nobody's daily account; the writer, as whom
the program records; the auditor, as whom checkpoints are made. The writer can add events and
nothing else to the table of events, and cannot choose their positions.
"""

import re
from typing import Any

from mentorcore.errors import Invalid, Problem

__all__ = ["BARRIER", "LOCK", "are_guarded", "postgres_rights"]

LOCK = "mc_lock_events"
BARRIER = "mc_audit_barrier"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")

# Locking a table asks for more rights than inserting into it, so that a role that can only insert
# could not append. The functions run with the rights of their owner and do this one thing.
TEXT = """\
-- Run by the owner of the schema, once, after the log was made.
BEGIN;
REVOKE ALL ON SCHEMA {s} FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA {s} FROM PUBLIC, {w}, {a};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {s} FROM PUBLIC, {w}, {a};
GRANT USAGE ON SCHEMA {s} TO {w}, {a};
GRANT SELECT ON ALL TABLES IN SCHEMA {s} TO {w}, {a};

-- The writer: new events without a say in their positions; what is derived and kept beside them.
GRANT INSERT (originator_id, originator_version, topic, state) ON {s}.stored_events TO {w};
GRANT USAGE, SELECT ON SEQUENCE {s}.stored_events_notification_id_seq TO {w};
GRANT UPDATE (last_at) ON {s}.log_meta TO {w};
GRANT INSERT, UPDATE, DELETE ON {s}.log_index, {s}.view_row, {s}.notification_tracking TO {w};

-- The auditor: the tree beside the events.
GRANT SELECT ON SEQUENCE {s}.stored_events_notification_id_seq TO {a};
GRANT INSERT, UPDATE, DELETE ON {s}.audit_head, {s}.audit_leaf, {s}.audit_tile,
    {s}.audit_checkpoint, {s}.audit_sink TO {a};

CREATE OR REPLACE FUNCTION {s}.{lock}() RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    LOCK TABLE {s}.stored_events IN EXCLUSIVE MODE;
END $$;
CREATE OR REPLACE FUNCTION {s}.{barrier}() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    upto bigint;
BEGIN
    LOCK TABLE {s}.stored_events IN SHARE MODE;
    SELECT max(notification_id) INTO upto FROM {s}.stored_events;
    RETURN coalesce(upto, 0);
END $$;
REVOKE ALL ON FUNCTION {s}.{lock}(), {s}.{barrier}() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {s}.{lock}() TO {w};
GRANT EXECUTE ON FUNCTION {s}.{barrier}() TO {a};
COMMIT;
"""


def postgres_rights(schema: str, *, writer: str, auditor: str) -> str:
    """The SQL that parts the rights on a log in PostgreSQL between two roles.

    It is run by the owner of the schema, after the log was made; the roles have to be there. From
    then on the program connects as *writer*, and ``mentorcore checkpoint`` as *auditor*. The two
    may be one role: then its own receipts can be made inside an append.

    Args:
        schema: The schema of the log.
        writer: The role as which the program records.
        auditor: The role as which checkpoints are made.

    Raises:
        Invalid: A name is no plain identifier.
    """
    names = {"schema": schema, "writer": writer, "auditor": auditor}
    problems = [
        Problem(what, f"{name!r} is no plain name", "letters, digits and underscores")
        for what, name in names.items()
        if not NAME.fullmatch(name)
    ]
    if problems:
        raise Invalid("rights cannot be given so", problems)
    return TEXT.format(
        s=f'"{schema}"', w=f'"{writer}"', a=f'"{auditor}"', lock=LOCK, barrier=BARRIER
    )


def are_guarded(link: Any, schema: str) -> bool:
    """Whether the rights on a log are parted, so that locks are taken by functions."""
    found = link.execute(
        "SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n "
        "ON n.oid = p.pronamespace WHERE n.nspname = %s AND p.proname = ANY(%s) AND p.prosecdef",
        (schema, [LOCK, BARRIER]),
    ).fetchone()
    return bool(found and found[0] == 2)  # noqa: PLR2004 - one for each of the two locks
