-- The follow-up of a case: the deadline of its present step, how far up a late case has been taken,
-- more time asked for, and a resident who was asked something.
ALTER TABLE reports ADD COLUMN step_due_at TIMESTAMPTZ;
-- 0 nobody, 1 催办, 2 督办, 3 the head of the office, 4 the district's lead.
ALTER TABLE reports ADD COLUMN escalation BIGINT NOT NULL DEFAULT 0;
-- When the next rung is reached unless the case moves; null while nothing runs.
ALTER TABLE reports ADD COLUMN escalates_at TIMESTAMPTZ;
ALTER TABLE reports ADD COLUMN extensions BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reports ADD COLUMN extension_asked_hours BIGINT;
ALTER TABLE reports ADD COLUMN asked_at TIMESTAMPTZ;
ALTER TABLE reports ADD COLUMN answer_by TIMESTAMPTZ;
-- The case that was closed at the same spot not long before. No foreign key: cases point both ways
-- when one that came back is merged, and a backup could not be put back in any order.
ALTER TABLE reports ADD COLUMN recurrence_of UUID;
CREATE INDEX reports_by_escalation ON reports (escalates_at) WHERE escalates_at IS NOT NULL;
CREATE INDEX reports_by_answer ON reports (answer_by) WHERE answer_by IS NOT NULL;
CREATE INDEX reports_by_place_closed ON reports (lat, lng, closed_at) WHERE closed_at IS NOT NULL;

-- Parts of a case that offices deal with side by side (分办); the case is handled when all are.
CREATE TABLE report_parts (
    id UUID PRIMARY KEY NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id),
    office TEXT NOT NULL,
    task TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'joined')),
    due_at TIMESTAMPTZ,
    opened_at TIMESTAMPTZ NOT NULL,
    opened_by UUID NOT NULL REFERENCES accounts (id),
    ended_at TIMESTAMPTZ,
    ended_by UUID REFERENCES accounts (id),
    note TEXT
);
CREATE INDEX report_parts_by_report ON report_parts (report_id);
CREATE UNIQUE INDEX report_parts_open ON report_parts (report_id, office) WHERE state = 'open';

-- 会商: several offices on one case, open until decided. `joint`: enforcement together (四（四）3).
CREATE TABLE consultations (
    id UUID PRIMARY KEY NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id),
    joint BOOLEAN NOT NULL,
    question TEXT NOT NULL,
    opinions_by TIMESTAMPTZ NOT NULL,
    reminded_at TIMESTAMPTZ,
    opened_at TIMESTAMPTZ NOT NULL,
    opened_by UUID NOT NULL REFERENCES accounts (id),
    decision TEXT,
    minutes TEXT,
    decided_at TIMESTAMPTZ,
    decided_by UUID REFERENCES accounts (id)
);
CREATE INDEX consultations_by_report ON consultations (report_id);
CREATE UNIQUE INDEX consultations_open ON consultations (report_id) WHERE decided_at IS NULL;

-- The offices and neighbours that are asked, and what they said.
CREATE TABLE consultation_opinions (
    consultation_id UUID NOT NULL REFERENCES consultations (id),
    -- An office's id, or `neighbour:` with the neighbour's code.
    party TEXT NOT NULL,
    stance TEXT CHECK (stance IN ('agree', 'differ', 'no_part')),
    opinion TEXT,
    given_at TIMESTAMPTZ,
    given_by UUID REFERENCES accounts (id),
    PRIMARY KEY (consultation_id, party)
);

-- Links for those without an account: a contractor's task, a neighbour's say. Only the hash is kept.
CREATE TABLE case_links (
    id UUID PRIMARY KEY NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id),
    consultation_id UUID REFERENCES consultations (id),
    token_hash BYTEA NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('contractor', 'neighbour')),
    holder TEXT NOT NULL,
    task TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID NOT NULL REFERENCES accounts (id),
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    opened_at TIMESTAMPTZ,
    done_at TIMESTAMPTZ,
    note TEXT
);
CREATE INDEX case_links_by_report ON case_links (report_id);

-- Where and when a photo was taken, as the capture said it: beside what the file claims.
CREATE TABLE photo_captures (
    photo_id UUID PRIMARY KEY NOT NULL REFERENCES photos (id),
    lng DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    accuracy_m DOUBLE PRECISION,
    taken_at TIMESTAMPTZ,
    stated_at TIMESTAMPTZ NOT NULL,
    link_id UUID REFERENCES case_links (id)
);

-- What residents nearby say of a handled case: one word of each account.
CREATE TABLE report_witnesses (
    report_id UUID NOT NULL REFERENCES reports (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    handled_at TIMESTAMPTZ NOT NULL,
    solved BOOLEAN NOT NULL,
    comment TEXT,
    distance_m BIGINT NOT NULL,
    said_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (report_id, account_id, handled_at)
);
