-- Effects that ride the transaction of the change that causes them, delivered at least once.
CREATE TABLE outbox (
    id BLOB PRIMARY KEY NOT NULL,
    topic TEXT NOT NULL,
    payload TEXT,
    created_at TEXT NOT NULL,
    not_before TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until TEXT,
    delivered_at TEXT,
    failed_at TEXT,
    last_error TEXT
);
CREATE INDEX outbox_pending ON outbox (not_before) WHERE delivered_at IS NULL AND failed_at IS NULL;

-- The answer is encrypted under the client's own key, of which only a hash is here.
CREATE TABLE idempotency_keys (
    key_hash BLOB PRIMARY KEY NOT NULL,
    request_hash BLOB NOT NULL,
    status BIGINT,
    response BLOB,
    created_at TEXT NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
