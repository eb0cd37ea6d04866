"""The tables.

Numbers (`seq`) are row ids, so every index ends in them without naming them: `ON op(target)`
finds a message's operations in order.

A row of `op` is its message as the operation left it; only an append's `data` is the part that
it added. So a message's present state is its last `op`, and the appends since the last other one.
"""

from __future__ import annotations

VERSION = 1

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE channel (
    id INTEGER PRIMARY KEY,
    app TEXT NOT NULL,
    name TEXT NOT NULL,
    pruned INTEGER NOT NULL DEFAULT 0,  -- the greatest number that retention has removed
    UNIQUE (app, name)
);
CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE extras (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body TEXT NOT NULL);

CREATE TABLE message (
    seq INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    id TEXT,             -- only if the publisher chose it
    conn INTEGER,        -- term
    msg_serial INTEGER,  -- of a realtime publish
    idx INTEGER NOT NULL,
    client INTEGER,      -- term
    data,
    encoding INTEGER,    -- term
    name INTEGER,        -- term
    extras INTEGER
);
CREATE INDEX message_channel ON message(channel);
CREATE UNIQUE INDEX message_id ON message(channel, id) WHERE id IS NOT NULL;

CREATE TABLE op (
    seq INTEGER PRIMARY KEY,
    target INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    action INTEGER NOT NULL,
    conn INTEGER,        -- term
    msg_serial INTEGER,
    idx INTEGER NOT NULL,
    data,
    encoding INTEGER,    -- term
    name INTEGER,        -- term
    extras INTEGER,
    client INTEGER,      -- term: who did it
    note TEXT            -- JSON: its description and metadata
);
CREATE INDEX op_target ON op(target);
CREATE INDEX op_channel ON op(channel);
CREATE INDEX op_edit ON op(target) WHERE action <> 5;

CREATE TABLE presence (
    seq INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    id TEXT,
    conn INTEGER,        -- term
    msg_serial INTEGER,
    idx INTEGER NOT NULL,
    client INTEGER,      -- term
    action INTEGER NOT NULL,
    data,
    encoding INTEGER,    -- term
    extras INTEGER
);
CREATE INDEX presence_channel ON presence(channel);

-- Messages that retention has removed, and whose operations are still to go.
CREATE TABLE doomed (target INTEGER PRIMARY KEY);

CREATE TABLE nonce (key TEXT PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX nonce_expires ON nonce(expires);
CREATE TABLE app (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
"""

GREATEST = """
SELECT max(
    coalesce((SELECT max(seq) FROM message), 0),
    coalesce((SELECT max(seq) FROM op), 0),
    coalesce((SELECT max(seq) FROM presence), 0),
    coalesce((SELECT max(pruned) FROM channel), 0),
    coalesce((SELECT value FROM meta WHERE name = 'clock'), 0)
)
"""
