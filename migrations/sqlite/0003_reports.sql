-- A dumping report and everything that happened to it.
CREATE TABLE reports (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    public_description TEXT NOT NULL,
    lng REAL NOT NULL,
    lat REAL NOT NULL,
    -- Where the public sees it: the place itself, or a point of a coarse grid for a private report.
    public_lng REAL NOT NULL,
    public_lat REAL NOT NULL,
    accuracy_m REAL,
    address TEXT NOT NULL,
    public_address TEXT NOT NULL,
    township TEXT,
    community TEXT,
    answers TEXT NOT NULL,
    anonymous BOOLEAN NOT NULL,
    private BOOLEAN NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('received', 'dispatched', 'accepted', 'handled', 'closed', 'returned', 'extended', 'suspended', 'rejected', 'merged', 'reopened')),
    urgent BOOLEAN NOT NULL,
    routing TEXT NOT NULL,
    lead TEXT NOT NULL,
    -- Office ids between commas, ",health,police,", so that one LIKE finds a member on both databases.
    assisting TEXT NOT NULL,
    assignee BLOB REFERENCES accounts (id),
    returns BIGINT NOT NULL,
    final_dispatch BOOLEAN NOT NULL,
    deadline_minutes BIGINT NOT NULL,
    around_the_clock BOOLEAN NOT NULL,
    due_at TEXT,
    paused_at TEXT,
    suspended_until TEXT,
    dispatched_at TEXT,
    handled_at TEXT,
    handled_by BLOB REFERENCES accounts (id),
    handled_office TEXT,
    verified_at TEXT,
    verified_by BLOB REFERENCES accounts (id),
    closed_at TEXT,
    merged_into BLOB REFERENCES reports (id),
    reporters BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX reports_by_age ON reports (created_at, id);
CREATE INDEX reports_by_lead ON reports (lead, status, due_at);
CREATE INDEX reports_by_status ON reports (status, due_at);
CREATE INDEX reports_by_place ON reports (category, lat, lng, created_at);
CREATE INDEX reports_by_master ON reports (merged_into) WHERE merged_into IS NOT NULL;

-- The history is append-only: 0003 ends with the triggers that refuse changes to it.
CREATE TABLE report_events (
    id BLOB PRIMARY KEY NOT NULL,
    report_id BLOB NOT NULL REFERENCES reports (id),
    seq BIGINT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    public BOOLEAN NOT NULL,
    note TEXT,
    public_note TEXT,
    office TEXT,
    target TEXT,
    actor BLOB REFERENCES accounts (id),
    UNIQUE (report_id, seq)
);

-- The reporter and everyone who joined. Contacts live here and nowhere else.
CREATE TABLE report_followers (
    id BLOB PRIMARY KEY NOT NULL,
    report_id BLOB NOT NULL REFERENCES reports (id),
    secret_hash BLOB NOT NULL UNIQUE,
    reporter BOOLEAN NOT NULL,
    name TEXT,
    phone TEXT,
    email TEXT,
    lang TEXT NOT NULL,
    anonymous BOOLEAN NOT NULL,
    account_id BLOB REFERENCES accounts (id),
    score BIGINT,
    resolved BOOLEAN,
    comment TEXT,
    created_at TEXT NOT NULL,
    left_at TEXT
);
CREATE INDEX report_followers_by_report ON report_followers (report_id);
CREATE INDEX report_followers_by_account ON report_followers (account_id) WHERE account_id IS NOT NULL;

-- A photo belongs to no report until a report names it; GPS and time are a hint and stay private.
CREATE TABLE photos (
    id BLOB PRIMARY KEY NOT NULL,
    sha256 BLOB NOT NULL,
    fingerprint BIGINT NOT NULL,
    format TEXT NOT NULL,
    byte_length BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    taken_at TEXT,
    gps_lng REAL,
    gps_lat REAL,
    created_at TEXT NOT NULL,
    report_id BLOB REFERENCES reports (id),
    event_id BLOB REFERENCES report_events (id),
    purpose TEXT CHECK (purpose IN ('report', 'after', 'evidence')),
    position BIGINT NOT NULL,
    hidden BOOLEAN NOT NULL
);
CREATE INDEX photos_by_report ON photos (report_id, position);
CREATE INDEX photos_unattached ON photos (created_at) WHERE report_id IS NULL;
CREATE INDEX photos_by_sha256 ON photos (sha256);

CREATE TRIGGER report_events_keep_update BEFORE UPDATE ON report_events
BEGIN
    SELECT RAISE(ABORT, 'the history of a report is append-only');
END;
CREATE TRIGGER report_events_keep_delete BEFORE DELETE ON report_events
BEGIN
    SELECT RAISE(ABORT, 'the history of a report is append-only');
END;
