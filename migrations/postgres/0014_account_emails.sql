-- An address that an account gave and has not confirmed yet.
CREATE TABLE account_emails (
    account_id UUID PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    tries BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
