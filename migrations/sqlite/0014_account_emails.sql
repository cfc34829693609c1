-- An address that an account gave and has not confirmed yet.
CREATE TABLE account_emails (
    account_id BLOB PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    tries BIGINT NOT NULL,
    expires_at TEXT NOT NULL
);
