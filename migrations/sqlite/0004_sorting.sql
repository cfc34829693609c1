-- What editors change in the pack's sorting rules. The newest change in effect of a thing is its ruling.
CREATE TABLE sorting_changes (
    id BLOB PRIMARY KEY NOT NULL,
    thing_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('in_effect', 'awaiting', 'refused')),
    revision BIGINT,
    author BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    decided_by BLOB REFERENCES accounts (id),
    decided_at TEXT
);
CREATE INDEX sorting_changes_of ON sorting_changes (thing_id, created_at);
CREATE UNIQUE INDEX sorting_changes_awaiting ON sorting_changes (thing_id) WHERE state = 'awaiting';
CREATE UNIQUE INDEX sorting_changes_in_order ON sorting_changes (revision) WHERE revision IS NOT NULL;

-- One row: what every replica compares its rule set with.
CREATE TABLE sorting_state (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    revision BIGINT NOT NULL
);

-- What nobody could answer, counted; nothing about who asked.
CREATE TABLE sorting_misses (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    area TEXT NOT NULL CHECK (area IN ('urban', 'village')),
    count BIGINT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'dismissed')),
    UNIQUE (name, area)
);
CREATE INDEX sorting_misses_by_count ON sorting_misses (state, count, id);

-- A resident says that an answer is wrong.
CREATE TABLE sorting_flags (
    id BLOB PRIMARY KEY NOT NULL,
    thing_id TEXT NOT NULL,
    thing_name TEXT NOT NULL,
    area TEXT NOT NULL CHECK (area IN ('urban', 'village')),
    asked TEXT NOT NULL,
    says TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'dismissed')),
    decided_by BLOB REFERENCES accounts (id),
    decided_at TEXT,
    answer TEXT
);
CREATE INDEX sorting_flags_by_state ON sorting_flags (state, created_at, id);
