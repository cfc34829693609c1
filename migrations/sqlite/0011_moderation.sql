-- What residents publish is screened on its way in; what people must look at becomes a case.

CREATE TABLE screenings (
    id BLOB PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('listing', 'message', 'event', 'report', 'comment')),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('listing', 'message', 'seller', 'organisation', 'event', 'report', 'comment')),
    subject_id BLOB NOT NULL,
    author BLOB REFERENCES accounts (id),
    -- Code of a township.
    place TEXT,
    -- As written. Emptied after 90 days.
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    price_fen BIGINT,
    text_hash BLOB,
    decision TEXT NOT NULL CHECK (decision IN ('publish', 'hold', 'refuse')),
    reasons TEXT NOT NULL
);
CREATE INDEX screenings_by_age ON screenings (at, id);
CREATE INDEX screenings_by_author ON screenings (author, kind, at) WHERE author IS NOT NULL;
CREATE INDEX screenings_by_place ON screenings (place, kind, at) WHERE place IS NOT NULL;
CREATE INDEX screenings_by_text ON screenings (text_hash, at) WHERE text_hash IS NOT NULL;
CREATE INDEX screenings_by_subject ON screenings (subject_kind, subject_id, at);

CREATE TABLE screening_pictures (
    screening_id BLOB NOT NULL REFERENCES screenings (id),
    position BIGINT NOT NULL,
    photo_id BLOB NOT NULL REFERENCES photos (id),
    fingerprint BIGINT NOT NULL,
    author BLOB REFERENCES accounts (id),
    at TEXT NOT NULL,
    PRIMARY KEY (screening_id, position)
);
CREATE INDEX screening_pictures_by_age ON screening_pictures (at);

-- Pictures that people refused.
CREATE TABLE blocked_pictures (
    fingerprint BIGINT PRIMARY KEY NOT NULL,
    case_id BLOB NOT NULL,
    blocked_by BLOB NOT NULL REFERENCES accounts (id),
    at TEXT NOT NULL
);

CREATE TABLE moderation_cases (
    id BLOB PRIMARY KEY NOT NULL,
    screening_id BLOB NOT NULL REFERENCES screenings (id),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('listing', 'message', 'seller', 'organisation', 'event', 'report', 'comment')),
    subject_id BLOB NOT NULL,
    author BLOB REFERENCES accounts (id),
    cause TEXT NOT NULL CHECK (cause IN ('rules', 'flags')),
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
    opened_at TEXT NOT NULL,
    decided_at TEXT,
    -- Nobody where the rules refused.
    decided_by BLOB REFERENCES accounts (id),
    -- What the author is told.
    note TEXT NOT NULL,
    edited_title TEXT,
    edited_text TEXT,
    appeal TEXT CHECK (appeal IN ('open', 'upheld', 'overturned')),
    appeal_text TEXT,
    appealed_at TEXT,
    appeal_decided_by BLOB REFERENCES accounts (id),
    appeal_decided_at TEXT,
    appeal_note TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX moderation_cases_waiting ON moderation_cases (state, opened_at, id);
CREATE INDEX moderation_cases_appealed ON moderation_cases (appeal, appealed_at) WHERE appeal IS NOT NULL;
CREATE INDEX moderation_cases_by_subject ON moderation_cases (subject_kind, subject_id, opened_at);
CREATE INDEX moderation_cases_by_author ON moderation_cases (author, opened_at) WHERE author IS NOT NULL;

-- Who did what at the moderators' desk. Only grows.
CREATE TABLE moderation_log (
    id BLOB PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    actor BLOB REFERENCES accounts (id),
    action TEXT NOT NULL,
    case_id BLOB REFERENCES moderation_cases (id),
    account BLOB REFERENCES accounts (id),
    detail TEXT NOT NULL
);
CREATE INDEX moderation_log_of_case ON moderation_log (case_id, at) WHERE case_id IS NOT NULL;
CREATE INDEX moderation_log_of_account ON moderation_log (account, at) WHERE account IS NOT NULL;

-- Residents say that something should not be there.
CREATE TABLE moderation_flags (
    id BLOB PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('listing', 'message', 'seller', 'organisation', 'event', 'report', 'comment')),
    subject_id BLOB NOT NULL,
    flagged_by BLOB NOT NULL REFERENCES accounts (id),
    reason TEXT NOT NULL CHECK (reason IN ('forbidden', 'scam', 'personal-data', 'insult', 'wrong-place', 'other')),
    note TEXT NOT NULL,
    -- By the record of who flagged, in hundredths, when it was flagged.
    weight BIGINT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT CHECK (outcome IN ('upheld', 'dismissed')),
    UNIQUE (subject_kind, subject_id, flagged_by)
);
CREATE INDEX moderation_flags_by_person ON moderation_flags (flagged_by, outcome);

CREATE TABLE moderation_bans (
    id BLOB PRIMARY KEY NOT NULL,
    account BLOB NOT NULL REFERENCES accounts (id),
    case_id BLOB REFERENCES moderation_cases (id),
    reason TEXT NOT NULL,
    from_at TEXT NOT NULL,
    -- Null: for good, once confirmed by a second person.
    until_at TEXT,
    for_good BOOLEAN NOT NULL,
    made_by BLOB NOT NULL REFERENCES accounts (id),
    confirmed_by BLOB REFERENCES accounts (id),
    confirmed_at TEXT,
    lifted_by BLOB REFERENCES accounts (id),
    lifted_at TEXT,
    appeal TEXT CHECK (appeal IN ('open', 'upheld', 'overturned')),
    appeal_text TEXT,
    appealed_at TEXT,
    appeal_decided_by BLOB REFERENCES accounts (id),
    appeal_decided_at TEXT,
    appeal_note TEXT
);
CREATE INDEX moderation_bans_by_account ON moderation_bans (account, from_at);

-- Rules that the desk changed; the newest of an id is in force, none where `rule` is null.
CREATE TABLE moderation_rules (
    id BLOB PRIMARY KEY NOT NULL,
    rule_id TEXT NOT NULL,
    rule TEXT,
    reason TEXT NOT NULL,
    revision BIGINT NOT NULL UNIQUE,
    made_by BLOB NOT NULL REFERENCES accounts (id),
    at TEXT NOT NULL
);
CREATE INDEX moderation_rules_of ON moderation_rules (rule_id, revision);

-- One row: what every replica compares its rules with.
CREATE TABLE moderation_state (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    revision BIGINT NOT NULL
);

-- The public text of a report is held back while a person looks at it; the case goes its way.
ALTER TABLE reports ADD COLUMN text_held BOOLEAN NOT NULL DEFAULT FALSE;
-- Hidden until the moderators have decided; `hidden` is what staff hid by hand.
ALTER TABLE photos ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;

-- What the public reads of a note in a step of the history, which itself never changes: null for nothing.
CREATE TABLE moderated_notes (
    event_id BLOB PRIMARY KEY NOT NULL REFERENCES report_events (id),
    note TEXT,
    at TEXT NOT NULL
);
