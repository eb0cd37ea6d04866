"""The reads, as SQL. A "pick" is the part of a state query that selects messages and moments."""

from __future__ import annotations

# SQLite's greatest integer: after every number.
FOREVER = 2**63 - 1

_CHANNEL = "(SELECT id FROM channel WHERE app = :app AND name = :name)"

_PICK_MESSAGES = f"""
SELECT seq, {FOREVER} FROM message
WHERE channel = {_CHANNEL} AND seq BETWEEN :low AND :high ORDER BY seq {{order}} LIMIT :limit
"""
PICK_NEWEST = _PICK_MESSAGES.format(order="DESC")
PICK_OLDEST = _PICK_MESSAGES.format(order="ASC")

PICK_ONE = f"SELECT seq, {FOREVER} FROM message WHERE seq = :seq AND channel = {_CHANNEL}"

# The creation, every update and delete, and the last of every unbroken run of appends.
PICK_VERSIONS = f"""
SELECT seq, seq FROM message
WHERE seq = :seq AND channel = {_CHANNEL} AND seq BETWEEN :low AND :high
UNION ALL
SELECT target, seq FROM (
    SELECT target, channel, seq, action, lead(action) OVER (ORDER BY seq) AS next
    FROM op WHERE target = :seq
)
WHERE channel = {_CHANNEL} AND seq BETWEEN :low AND :high AND (action <> 5 OR next IS NOT 5)
ORDER BY 2 LIMIT :limit
"""

# What was created in the span, as created; what was only operated on in it, as it was before.
PICK_REPLAYED = f"""
SELECT seq, seq FROM message WHERE channel = {_CHANNEL} AND seq BETWEEN :low AND :high
UNION ALL
SELECT DISTINCT target, :low - 1 FROM op
WHERE channel = {_CHANNEL} AND seq BETWEEN :low AND :high AND target < :low
"""

OPERATIONS = f"""
SELECT
    op.seq, op.target, op.action, op.data,
    (SELECT text FROM term WHERE id = op.encoding), (SELECT text FROM term WHERE id = op.name),
    kept.id, kept.body, (SELECT text FROM term WHERE id = op.client), op.note,
    (SELECT text FROM term WHERE id = op.conn)
FROM op LEFT JOIN extras kept ON kept.id = op.extras
WHERE op.channel = {_CHANNEL} AND op.seq BETWEEN :low AND :high ORDER BY op.seq
"""

# The number and the size of each of the first :limit operations from a number on.
REPLAY_SIZES = f"""
SELECT seq, coalesce(length(data), 0) FROM message WHERE channel = {_CHANNEL} AND seq >= :low
UNION ALL
SELECT seq, coalesce(length(data), 0) FROM op WHERE channel = {_CHANNEL} AND seq >= :low
ORDER BY 1 LIMIT :limit
"""

HEAD = f"""
SELECT max(
    pruned,
    coalesce((SELECT max(seq) FROM message WHERE channel = channel.id), 0),
    coalesce((SELECT max(seq) FROM op WHERE channel = channel.id), 0)
)
FROM channel WHERE id = {_CHANNEL}
"""

PRUNED = f"SELECT pruned FROM channel WHERE id = {_CHANNEL}"

APPENDS = f"""
SELECT seq, data FROM op
WHERE target = (SELECT seq FROM message WHERE seq = :seq AND channel = {_CHANNEL}) AND action = 5
ORDER BY seq
"""

_PRESENCE = f"""
SELECT
    p.seq, p.id, (SELECT text FROM term WHERE id = p.conn), p.msg_serial, p.idx,
    (SELECT text FROM term WHERE id = p.client), p.action, p.data,
    (SELECT text FROM term WHERE id = p.encoding), (SELECT body FROM extras WHERE id = p.extras)
FROM presence p
WHERE p.channel = {_CHANNEL} AND p.seq BETWEEN :low AND :high
ORDER BY p.seq {{order}} LIMIT :limit
"""
NEWEST_PRESENCE = _PRESENCE.format(order="DESC")
OLDEST_PRESENCE = _PRESENCE.format(order="ASC")

CHANNELS = """
SELECT name FROM channel
WHERE app = :app AND name > :after AND name >= :prefix AND name < :prefix || char(0x10ffff)
AND (
    EXISTS (SELECT 1 FROM message WHERE channel = channel.id)
    OR EXISTS (SELECT 1 FROM presence WHERE channel = channel.id)
)
ORDER BY name LIMIT :limit
"""
