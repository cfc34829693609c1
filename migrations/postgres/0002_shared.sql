-- Effects that ride the transaction of the change that causes them, delivered at least once.
CREATE TABLE outbox (
    id UUID PRIMARY KEY NOT NULL,
    topic TEXT NOT NULL,
    payload JSONB,
    created_at TIMESTAMPTZ NOT NULL,
    not_before TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until TIMESTAMPTZ,
    delivered_at TIMESTAMPTZ,
    failed_at TIMESTAMPTZ,
    last_error TEXT
);
CREATE INDEX outbox_pending ON outbox (not_before) WHERE delivered_at IS NULL AND failed_at IS NULL;

-- The answer is encrypted under the client's own key, of which only a hash is here.
CREATE TABLE idempotency_keys (
    key_hash BYTEA PRIMARY KEY NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT,
    response BYTEA,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
