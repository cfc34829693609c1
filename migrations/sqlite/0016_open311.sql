-- Other systems that file reports over Open311. Only the SHA-256 of a key is kept.
CREATE TABLE api_keys (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    key_hash BLOB NOT NULL UNIQUE,
    -- Requests filed in an hour.
    per_hour BIGINT NOT NULL CHECK (per_hour > 0),
    created_at TEXT NOT NULL,
    revoked_at TEXT
);

CREATE TABLE open311_requests (
    report_id BLOB PRIMARY KEY NOT NULL REFERENCES reports (id),
    api_key_id BLOB NOT NULL REFERENCES api_keys (id),
    token TEXT NOT NULL UNIQUE
);
