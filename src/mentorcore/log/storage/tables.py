"""The tables of a log, as they stand in SQLite and in PostgreSQL.

What a verifier finds in them stands in docs/reference/verifier.md. All of them are made when the
log is made, so that a log of this format never changes its shape; the tables of the audit stay
empty until the audit fills them.
"""

__all__ = [
    "POSTGRES_COLUMNS",
    "POSTGRES_KEYS",
    "POSTGRES_STORAGE",
    "SQLITE_INDEXES",
    "SQLITE_TABLES",
]

SQLITE_TABLES = {
    "stored_events": """(
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        UNIQUE(originator_id, originator_version)) STRICT""",
    "audit_head": """(
        id INTEGER PRIMARY KEY CHECK(id=1),
        log_id BLOB NOT NULL,
        size INTEGER NOT NULL,
        last_position INTEGER NOT NULL,
        frontier BLOB NOT NULL) STRICT""",
    "audit_leaf": """(
        idx INTEGER PRIMARY KEY,
        position INTEGER NOT NULL,
        h BLOB NOT NULL) STRICT""",
    "audit_tile": """(
        level INTEGER NOT NULL,
        n INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY(level, n)) STRICT""",
    "audit_checkpoint": """(
        size INTEGER PRIMARY KEY,
        note TEXT NOT NULL) STRICT""",
    "audit_redacted": """(
        position INTEGER PRIMARY KEY,
        state_digest BLOB NOT NULL,
        residual BLOB) STRICT""",
    "audit_sink": """(
        name TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        at TEXT NOT NULL,
        detail TEXT) STRICT""",
    "log_meta": """(
        id INTEGER PRIMARY KEY CHECK(id=1),
        format INTEGER NOT NULL,
        last_at TEXT NOT NULL) STRICT""",
    "log_index": """(
        kind TEXT NOT NULL,
        digest BLOB NOT NULL,
        stream TEXT,
        body BLOB,
        position INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY(kind, digest)) STRICT, WITHOUT ROWID""",
    "view_row": """(
        view TEXT NOT NULL,
        stream TEXT NOT NULL,
        grp TEXT NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY(view, stream)) STRICT""",
    # The library's own text, so that its tracking works here and ours works there.
    "tracking": """(
        application_name TEXT,
        notification_id INTEGER,
        PRIMARY KEY (application_name)) WITHOUT ROWID""",
}

SQLITE_INDEXES = {"view_row_group": "view_row (view, grp)"}

KEY = 'text COLLATE "C" NOT NULL'
"""Keys are compared byte by byte: as SQLite does, and whatever the server's locale becomes."""

POSTGRES_COLUMNS = {
    "stored_events": {
        "originator_id": KEY,
        "originator_version": "bigint NOT NULL",
        "topic": "text NOT NULL",
        "state": "bytea NOT NULL",
        "notification_id": "bigserial NOT NULL",
    },
    "audit_head": {
        "id": "bigint NOT NULL CHECK (id = 1)",
        "log_id": "bytea NOT NULL",
        "size": "bigint NOT NULL",
        "last_position": "bigint NOT NULL",
        "frontier": "bytea NOT NULL",
    },
    "audit_leaf": {
        "idx": "bigint NOT NULL",
        "position": "bigint NOT NULL",
        "h": "bytea NOT NULL",
    },
    "audit_tile": {
        "level": "bigint NOT NULL",
        "n": "bigint NOT NULL",
        "data": "bytea NOT NULL",
    },
    "audit_checkpoint": {"size": "bigint NOT NULL", "note": "text NOT NULL"},
    "audit_redacted": {
        "position": "bigint NOT NULL",
        "state_digest": "bytea NOT NULL",
        "residual": "bytea",
    },
    "audit_sink": {
        "name": KEY,
        "size": "bigint NOT NULL",
        "at": "text NOT NULL",
        "detail": "text",
    },
    "log_meta": {
        "id": "bigint NOT NULL CHECK (id = 1)",
        "format": "bigint NOT NULL",
        "last_at": "text NOT NULL",
    },
    "log_index": {
        "kind": KEY,
        "digest": "bytea NOT NULL",
        "stream": "text",
        "body": "bytea",
        "position": "bigint NOT NULL",
        "count": "bigint NOT NULL",
    },
    "view_row": {
        "view": KEY,
        "stream": KEY,
        "grp": KEY,
        "data": "bytea NOT NULL",
    },
    "notification_tracking": {"application_name": "text NOT NULL", "notification_id": "bigint"},
}
"""Per table its columns. The positions come from a sequence, which hands out one at a time."""

POSTGRES_STORAGE = {
    # As the library has it: a table that is only added to is seldom worth a vacuum, and a vacuum
    # stands in the way of the lock that writers take.
    "stored_events": (
        "autovacuum_vacuum_threshold = 100000000, autovacuum_vacuum_scale_factor = 0.5, "
        "autovacuum_analyze_threshold = 1000, autovacuum_analyze_scale_factor = 0.01"
    ),
}

POSTGRES_KEYS = {
    "stored_events": ("originator_id", "originator_version"),
    "audit_head": ("id",),
    "audit_leaf": ("idx",),
    "audit_tile": ("level", "n"),
    "audit_checkpoint": ("size",),
    "audit_redacted": ("position",),
    "audit_sink": ("name",),
    "log_meta": ("id",),
    "log_index": ("kind", "digest"),
    "view_row": ("view", "stream"),
    "notification_tracking": ("application_name",),
}
