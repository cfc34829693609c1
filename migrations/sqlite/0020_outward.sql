-- Where other systems are told of every public step. The secrets are kept as they are, for each call
-- is signed with them; a list is JSON, an empty one means everything.
CREATE TABLE webhooks (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    categories TEXT NOT NULL,
    townships TEXT NOT NULL,
    offices TEXT NOT NULL,
    secret BLOB NOT NULL,
    -- Signs beside the new one for a while after a change.
    previous_secret BLOB,
    previous_until TEXT,
    paused BOOLEAN NOT NULL,
    -- The service gave up on it.
    disabled_at TEXT,
    disabled_why TEXT CHECK (disabled_why IN ('failing', 'gone')),
    -- Attempts that failed since the last that did not.
    failures BIGINT NOT NULL CHECK (failures >= 0),
    failing_since TEXT,
    version BIGINT NOT NULL,
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- One step of one report for one webhook. The id is the message's, and that of the outbox's row.
-- The webhook is no foreign key: filing a report must not fail because somebody removes one meanwhile.
CREATE TABLE webhook_deliveries (
    id BLOB PRIMARY KEY NOT NULL,
    webhook_id BLOB NOT NULL,
    report_id BLOB NOT NULL REFERENCES reports (id),
    event_id BLOB NOT NULL REFERENCES report_events (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN (
        'report.received', 'report.dispatched', 'report.status_changed', 'report.closed',
        'report.reopened', 'report.updated'
    )),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    last_status BIGINT,
    last_error TEXT CHECK (last_error IN (
        'answered', 'not_allowed', 'timeout', 'no_connection', 'broken', 'disabled', 'not_public'
    )),
    last_ms BIGINT,
    created_at TEXT NOT NULL,
    -- Since when it is tried: later than created_at when it was sent again.
    queued_at TEXT NOT NULL,
    tried_at TEXT,
    UNIQUE (webhook_id, event_id)
);
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, report_id, seq)
    WHERE state = 'waiting';

-- Somebody without an account who wants a letter about new reports. The token ends or renews it, no
-- more, and stands in every letter, so it is kept as it is; the confirming one only as its hash.
CREATE TABLE alerts (
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    lang TEXT NOT NULL,
    lng REAL,
    lat REAL,
    radius_m BIGINT CHECK (radius_m > 0),
    township TEXT,
    category TEXT,
    frequency TEXT NOT NULL CHECK (frequency IN ('instant', 'daily')),
    token TEXT NOT NULL UNIQUE,
    confirm_hash BLOB UNIQUE,
    confirmed_at TEXT,
    expires_at TEXT NOT NULL,
    reminded_at TEXT,
    created_at TEXT NOT NULL,
    CHECK ((lng IS NULL) = (lat IS NULL) AND (lng IS NULL) = (radius_m IS NULL))
);
CREATE INDEX alerts_by_expiry ON alerts (expires_at);
CREATE INDEX alerts_by_email ON alerts (email);

-- New reports that nobody was told of yet.
CREATE TABLE alert_queue (
    report_id BLOB PRIMARY KEY NOT NULL REFERENCES reports (id),
    created_at TEXT NOT NULL
);

-- What an alert found: a report is told once.
CREATE TABLE alert_finds (
    alert_id BLOB NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    report_id BLOB NOT NULL REFERENCES reports (id),
    found_at TEXT NOT NULL,
    told_at TEXT,
    PRIMARY KEY (alert_id, report_id)
);
CREATE INDEX alert_finds_untold ON alert_finds (found_at) WHERE told_at IS NULL;
