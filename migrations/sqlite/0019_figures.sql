-- Figures of follow-up, the programme's targets, hotspots and the morning's digest.

-- Steps of the history whose report has not been counted again since. The trigger notes each step in
-- the transaction that makes it, so that no count can miss one.
CREATE TABLE figure_pending (
    event_id BLOB PRIMARY KEY NOT NULL,
    report_id BLOB NOT NULL
);
CREATE TRIGGER report_events_figure AFTER INSERT ON report_events
BEGIN
    INSERT INTO figure_pending (event_id, report_id) VALUES (NEW.id, NEW.report_id)
    ON CONFLICT (event_id) DO NOTHING;
END;
INSERT INTO figure_pending (event_id, report_id) SELECT id, report_id FROM report_events WHERE seq = 1;

-- What a report counts as, made of its history: derived, and made anew when lost.
CREATE TABLE report_facts (
    report_id BLOB PRIMARY KEY NOT NULL REFERENCES reports (id),
    -- How many steps of the history it was made of: an older count never replaces a newer one.
    steps BIGINT NOT NULL,
    -- Days of the district, 2026-11-24.
    received_on TEXT NOT NULL,
    closed_on TEXT,
    office TEXT NOT NULL,
    -- Empty where none is known.
    township TEXT NOT NULL,
    category TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('open', 'closed', 'rejected', 'merged')),
    in_time BOOLEAN NOT NULL,
    handled BOOLEAN NOT NULL,
    rework BOOLEAN NOT NULL,
    extended BOOLEAN NOT NULL,
    disputed BOOLEAN NOT NULL,
    -- The first office that sent it back.
    returned_by TEXT,
    recurred BOOLEAN NOT NULL,
    -- Working minutes since it was received.
    first_action_minutes BIGINT,
    close_minutes BIGINT,
    score_sum BIGINT NOT NULL,
    scores BIGINT NOT NULL,
    -- H3 cells of resolutions 8 and 9, and of 7 around the place that the public sees.
    cell8 TEXT NOT NULL,
    cell9 TEXT NOT NULL,
    public_cell TEXT NOT NULL
);
CREATE INDEX report_facts_by_day ON report_facts (received_on);
CREATE INDEX report_facts_by_closing ON report_facts (closed_on) WHERE closed_on IS NOT NULL;
CREATE INDEX report_facts_by_cell8 ON report_facts (cell8, received_on);
CREATE INDEX report_facts_by_cell9 ON report_facts (cell9, received_on);
-- Recurrence asks what was closed around a place, whatever its category.
CREATE INDEX reports_by_spot ON reports (lat, lng);

-- Facts added up by month, office, township and category.
CREATE TABLE figure_cells (
    month TEXT NOT NULL,
    office TEXT NOT NULL,
    township TEXT NOT NULL,
    category TEXT NOT NULL,
    tally TEXT NOT NULL,
    PRIMARY KEY (month, office, township, category)
);
-- Locked while the cells of a month are made anew.
CREATE TABLE figure_months (
    month TEXT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL
);

-- What an office or a township entered for a target and a quarter, in thousandths of its unit.
CREATE TABLE target_entries (
    target TEXT NOT NULL,
    period TEXT NOT NULL,
    -- Empty where the office enters for the district.
    township TEXT NOT NULL,
    numerator BIGINT NOT NULL,
    denominator BIGINT NOT NULL,
    note TEXT,
    version BIGINT NOT NULL,
    first_at TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    entered_by BLOB NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (target, period, township)
);
CREATE TABLE target_history (
    target TEXT NOT NULL,
    period TEXT NOT NULL,
    township TEXT NOT NULL,
    version BIGINT NOT NULL,
    numerator BIGINT NOT NULL,
    denominator BIGINT NOT NULL,
    note TEXT,
    reason TEXT,
    at TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (target, period, township, version)
);

-- Letters that are sent once however many replicas wake up: a digest of a day, a reminder of a quarter.
CREATE TABLE sent_once (
    kind TEXT NOT NULL CHECK (kind IN ('digest', 'week', 'target_before', 'target_after')),
    -- The day or quarter.
    period TEXT NOT NULL,
    -- The account or office.
    recipient TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (kind, period, recipient)
);
CREATE TABLE digest_settings (
    account_id BLOB PRIMARY KEY NOT NULL REFERENCES accounts (id),
    wanted BOOLEAN NOT NULL,
    lang TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE hotspot_proposals (
    id BLOB PRIMARY KEY NOT NULL,
    cell TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('camera', 'sign', 'collection_point', 'lighting', 'patrol')),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'done')),
    office TEXT,
    version BIGINT NOT NULL,
    done_at TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX hotspot_proposals_by_age ON hotspot_proposals (created_at, id);
CREATE TABLE hotspot_steps (
    proposal_id BLOB NOT NULL REFERENCES hotspot_proposals (id),
    seq BIGINT NOT NULL,
    state TEXT NOT NULL,
    note TEXT,
    at TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (proposal_id, seq)
);
