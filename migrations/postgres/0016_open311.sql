-- Other systems that file reports over Open311. Only the SHA-256 of a key is kept.
CREATE TABLE api_keys (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    key_hash BYTEA NOT NULL UNIQUE,
    -- Requests filed in an hour.
    per_hour BIGINT NOT NULL CHECK (per_hour > 0),
    created_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);

CREATE TABLE open311_requests (
    report_id UUID PRIMARY KEY NOT NULL REFERENCES reports (id),
    api_key_id UUID NOT NULL REFERENCES api_keys (id),
    token TEXT NOT NULL UNIQUE
);
