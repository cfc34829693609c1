-- Where other systems are told of every public step. The secrets are kept as they are, for each call
-- is signed with them; a list is JSON, an empty one means everything.
CREATE TABLE webhooks (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events JSONB NOT NULL,
    categories JSONB NOT NULL,
    townships JSONB NOT NULL,
    offices JSONB NOT NULL,
    secret BYTEA NOT NULL,
    -- Signs beside the new one for a while after a change.
    previous_secret BYTEA,
    previous_until TIMESTAMPTZ,
    paused BOOLEAN NOT NULL,
    -- The service gave up on it.
    disabled_at TIMESTAMPTZ,
    disabled_why TEXT CHECK (disabled_why IN ('failing', 'gone')),
    -- Attempts that failed since the last that did not.
    failures BIGINT NOT NULL CHECK (failures >= 0),
    failing_since TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- One step of one report for one webhook. The id is the message's, and that of the outbox's row.
-- The webhook is no foreign key: filing a report must not fail because somebody removes one meanwhile.
CREATE TABLE webhook_deliveries (
    id UUID PRIMARY KEY NOT NULL,
    webhook_id UUID NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id),
    event_id UUID NOT NULL REFERENCES report_events (id),
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
    created_at TIMESTAMPTZ NOT NULL,
    -- Since when it is tried: later than created_at when it was sent again.
    queued_at TIMESTAMPTZ NOT NULL,
    tried_at TIMESTAMPTZ,
    UNIQUE (webhook_id, event_id)
);
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, report_id, seq)
    WHERE state = 'waiting';

-- Somebody without an account who wants a letter about new reports. The token ends or renews it, no
-- more, and stands in every letter, so it is kept as it is; the confirming one only as its hash.
CREATE TABLE alerts (
    id UUID PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    lang TEXT NOT NULL,
    lng DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    radius_m BIGINT CHECK (radius_m > 0),
    township TEXT,
    category TEXT,
    frequency TEXT NOT NULL CHECK (frequency IN ('instant', 'daily')),
    token TEXT NOT NULL UNIQUE,
    confirm_hash BYTEA UNIQUE,
    confirmed_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL,
    reminded_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    CHECK ((lng IS NULL) = (lat IS NULL) AND (lng IS NULL) = (radius_m IS NULL))
);
CREATE INDEX alerts_by_expiry ON alerts (expires_at);
CREATE INDEX alerts_by_email ON alerts (email);

-- New reports that nobody was told of yet.
CREATE TABLE alert_queue (
    report_id UUID PRIMARY KEY NOT NULL REFERENCES reports (id),
    created_at TIMESTAMPTZ NOT NULL
);

-- What an alert found: a report is told once.
CREATE TABLE alert_finds (
    alert_id UUID NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    report_id UUID NOT NULL REFERENCES reports (id),
    found_at TIMESTAMPTZ NOT NULL,
    told_at TIMESTAMPTZ,
    PRIMARY KEY (alert_id, report_id)
);
CREATE INDEX alert_finds_untold ON alert_finds (found_at) WHERE told_at IS NULL;
