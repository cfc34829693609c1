-- A dumping report and everything that happened to it.
CREATE TABLE reports (
    id UUID PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    public_description TEXT NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    -- Where the public sees it: the place itself, or a point of a coarse grid for a private report.
    public_lng DOUBLE PRECISION NOT NULL,
    public_lat DOUBLE PRECISION NOT NULL,
    accuracy_m DOUBLE PRECISION,
    address TEXT NOT NULL,
    public_address TEXT NOT NULL,
    township TEXT,
    community TEXT,
    answers JSONB NOT NULL,
    anonymous BOOLEAN NOT NULL,
    private BOOLEAN NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('received', 'dispatched', 'accepted', 'handled', 'closed', 'returned', 'extended', 'suspended', 'rejected', 'merged', 'reopened')),
    urgent BOOLEAN NOT NULL,
    routing JSONB NOT NULL,
    lead TEXT NOT NULL,
    -- Office ids between commas, ",health,police,", so that one LIKE finds a member on both databases.
    assisting TEXT NOT NULL,
    assignee UUID REFERENCES accounts (id),
    returns BIGINT NOT NULL,
    final_dispatch BOOLEAN NOT NULL,
    deadline_minutes BIGINT NOT NULL,
    around_the_clock BOOLEAN NOT NULL,
    due_at TIMESTAMPTZ,
    paused_at TIMESTAMPTZ,
    suspended_until TIMESTAMPTZ,
    dispatched_at TIMESTAMPTZ,
    handled_at TIMESTAMPTZ,
    handled_by UUID REFERENCES accounts (id),
    handled_office TEXT,
    verified_at TIMESTAMPTZ,
    verified_by UUID REFERENCES accounts (id),
    closed_at TIMESTAMPTZ,
    merged_into UUID REFERENCES reports (id),
    reporters BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX reports_by_age ON reports (created_at, id);
CREATE INDEX reports_by_lead ON reports (lead, status, due_at);
CREATE INDEX reports_by_status ON reports (status, due_at);
CREATE INDEX reports_by_place ON reports (category, lat, lng, created_at);
CREATE INDEX reports_by_master ON reports (merged_into) WHERE merged_into IS NOT NULL;

-- The history is append-only: 0003 ends with the triggers that refuse changes to it.
CREATE TABLE report_events (
    id UUID PRIMARY KEY NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id),
    seq BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    public BOOLEAN NOT NULL,
    note TEXT,
    public_note TEXT,
    office TEXT,
    target TEXT,
    actor UUID REFERENCES accounts (id),
    UNIQUE (report_id, seq)
);

-- The reporter and everyone who joined. Contacts live here and nowhere else.
CREATE TABLE report_followers (
    id UUID PRIMARY KEY NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id),
    secret_hash BYTEA NOT NULL UNIQUE,
    reporter BOOLEAN NOT NULL,
    name TEXT,
    phone TEXT,
    email TEXT,
    lang TEXT NOT NULL,
    anonymous BOOLEAN NOT NULL,
    account_id UUID REFERENCES accounts (id),
    score BIGINT,
    resolved BOOLEAN,
    comment TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    left_at TIMESTAMPTZ
);
CREATE INDEX report_followers_by_report ON report_followers (report_id);
CREATE INDEX report_followers_by_account ON report_followers (account_id) WHERE account_id IS NOT NULL;

-- A photo belongs to no report until a report names it; GPS and time are a hint and stay private.
CREATE TABLE photos (
    id UUID PRIMARY KEY NOT NULL,
    sha256 BYTEA NOT NULL,
    fingerprint BIGINT NOT NULL,
    format TEXT NOT NULL,
    byte_length BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    taken_at TIMESTAMPTZ,
    gps_lng DOUBLE PRECISION,
    gps_lat DOUBLE PRECISION,
    created_at TIMESTAMPTZ NOT NULL,
    report_id UUID REFERENCES reports (id),
    event_id UUID REFERENCES report_events (id),
    purpose TEXT CHECK (purpose IN ('report', 'after', 'evidence')),
    position BIGINT NOT NULL,
    hidden BOOLEAN NOT NULL
);
CREATE INDEX photos_by_report ON photos (report_id, position);
CREATE INDEX photos_unattached ON photos (created_at) WHERE report_id IS NULL;
CREATE INDEX photos_by_sha256 ON photos (sha256);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a report is append-only';
END
$$;
CREATE TRIGGER report_events_keep BEFORE UPDATE OR DELETE ON report_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
