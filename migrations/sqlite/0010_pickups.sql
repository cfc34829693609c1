-- Pickups by appointment: rounds with room, bookings that take it, the day's work, and the custody of
-- what must be traced. Days are the district's own dates, `YYYY-MM-DD`.

-- What staff edited of the rounds and prices; the pack gives the rest.
CREATE TABLE pickup_templates (
    id TEXT PRIMARY KEY NOT NULL,
    collector TEXT NOT NULL,
    zone TEXT NOT NULL,
    days TEXT NOT NULL,
    half TEXT NOT NULL CHECK (half IN ('am', 'pm')),
    items BIGINT NOT NULL CHECK (items >= 0),
    litres BIGINT NOT NULL CHECK (litres >= 0),
    version BIGINT NOT NULL,
    updated_by BLOB NOT NULL REFERENCES accounts (id),
    updated_at TEXT NOT NULL
);

CREATE TABLE pickup_blackouts (
    id BLOB PRIMARY KEY NOT NULL,
    collector TEXT,
    zone TEXT,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    half TEXT CHECK (half IN ('am', 'pm')),
    reason TEXT NOT NULL,
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    removed_at TEXT
);

-- Never changed: a later row for the same day replaces an earlier one.
CREATE TABLE pickup_prices (
    id BLOB PRIMARY KEY NOT NULL,
    item TEXT NOT NULL,
    collector TEXT,
    from_day TEXT NOT NULL,
    fen BIGINT NOT NULL,
    floor_fen BIGINT NOT NULL,
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL
);

-- A half-day of one round. Whoever takes or gives back room holds this row.
CREATE TABLE pickup_slots (
    id BLOB PRIMARY KEY NOT NULL,
    collector TEXT NOT NULL,
    zone TEXT NOT NULL,
    day TEXT NOT NULL,
    half TEXT NOT NULL CHECK (half IN ('am', 'pm')),
    items_taken BIGINT NOT NULL CHECK (items_taken >= 0),
    litres_taken BIGINT NOT NULL CHECK (litres_taken >= 0),
    -- What staff set for this half-day alone; else the rounds decide.
    items_limit BIGINT,
    litres_limit BIGINT,
    version BIGINT NOT NULL,
    UNIQUE (collector, zone, day, half)
);
CREATE INDEX pickup_slots_by_day ON pickup_slots (day);

-- Held while a household's limits are counted, so that two bookings at once cannot both be the last.
CREATE TABLE pickup_households (
    hash BLOB PRIMARY KEY NOT NULL,
    touched_at TEXT NOT NULL
);

CREATE TABLE pickups (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL UNIQUE,
    scan_token TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'offered', 'held', 'booked', 'collected', 'partly', 'refused', 'missed', 'cancelled', 'expired')),
    party TEXT NOT NULL CHECK (party IN ('resident', 'farmer', 'small-source')),
    account_id BLOB REFERENCES accounts (id),
    -- The member of staff who booked it for somebody on the phone.
    staff_id BLOB REFERENCES accounts (id),
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT,
    lang TEXT NOT NULL,
    township TEXT NOT NULL,
    community TEXT,
    address TEXT NOT NULL,
    floor BIGINT NOT NULL,
    lift BOOLEAN NOT NULL,
    lng REAL,
    lat REAL,
    household_hash BLOB NOT NULL,
    slot_id BLOB NOT NULL REFERENCES pickup_slots (id),
    -- The room it takes, or waits for.
    items BIGINT NOT NULL CHECK (items > 0),
    litres BIGINT NOT NULL CHECK (litres > 0),
    price_fen BIGINT NOT NULL,
    note TEXT NOT NULL,
    held_until TEXT,
    queued_at TEXT,
    booked_at TEXT,
    -- Visits for which nobody opened.
    missed BIGINT NOT NULL,
    weight_g BIGINT,
    outcome_note TEXT,
    outcome_at TEXT,
    outcome_by BLOB REFERENCES accounts (id),
    reminded_three_at TEXT,
    reminded_one_at TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX pickups_by_slot ON pickups (slot_id, status);
CREATE INDEX pickups_held ON pickups (held_until) WHERE held_until IS NOT NULL;
CREATE INDEX pickups_by_household ON pickups (household_hash, created_at);
CREATE INDEX pickups_by_account ON pickups (account_id, created_at) WHERE account_id IS NOT NULL;
CREATE INDEX pickups_by_age ON pickups (created_at, id);

CREATE TABLE pickup_items (
    id BLOB PRIMARY KEY NOT NULL,
    pickup_id BLOB NOT NULL REFERENCES pickups (id),
    position BIGINT NOT NULL,
    item TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    -- What the crew took; null until it came.
    taken BIGINT,
    unit_fen BIGINT NOT NULL,
    floor_fen BIGINT NOT NULL,
    -- Added at the door with the resident's consent.
    extra BOOLEAN NOT NULL
);
CREATE INDEX pickup_items_by_pickup ON pickup_items (pickup_id, position);

CREATE TABLE pickup_events (
    id BLOB PRIMARY KEY NOT NULL,
    pickup_id BLOB NOT NULL REFERENCES pickups (id),
    seq BIGINT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT,
    price_fen BIGINT NOT NULL,
    actor BLOB REFERENCES accounts (id),
    UNIQUE (pickup_id, seq)
);

CREATE TABLE pickup_photos (
    photo_id BLOB PRIMARY KEY NOT NULL REFERENCES photos (id),
    pickup_id BLOB NOT NULL REFERENCES pickups (id),
    -- Taken by the crew, as opposed to the resident.
    by_crew BOOLEAN NOT NULL,
    position BIGINT NOT NULL
);
CREATE INDEX pickup_photos_by_pickup ON pickup_photos (pickup_id, position);

-- One-time codes. The code itself is kept only while staff have to read it out over the phone.
CREATE TABLE pickup_codes (
    id BLOB PRIMARY KEY NOT NULL,
    phone TEXT NOT NULL,
    email TEXT,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'call')),
    code_hash BLOB NOT NULL,
    code TEXT,
    tries BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    called_at TEXT,
    used_at TEXT
);
CREATE INDEX pickup_codes_by_phone ON pickup_codes (phone, created_at);

CREATE TABLE pickup_contacts (
    token_hash BLOB PRIMARY KEY NOT NULL,
    phone TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

-- What crews did, under ids their phones made: sent twice, it is done once.
CREATE TABLE pickup_operations (
    id BLOB PRIMARY KEY NOT NULL,
    pickup_id BLOB REFERENCES pickups (id),
    request_hash BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX pickup_operations_by_pickup ON pickup_operations (pickup_id) WHERE pickup_id IS NOT NULL;

CREATE TABLE pickup_handovers (
    id BLOB PRIMARY KEY NOT NULL,
    pickup_id BLOB NOT NULL REFERENCES pickups (id),
    seq BIGINT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('collected', 'stored', 'transferred', 'treated')),
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    place TEXT NOT NULL,
    lng REAL,
    lat REAL,
    weight_g BIGINT NOT NULL CHECK (weight_g > 0),
    -- Against the handover before.
    difference_g BIGINT NOT NULL,
    flagged BOOLEAN NOT NULL,
    given_by TEXT NOT NULL,
    received_by TEXT NOT NULL,
    note TEXT,
    actor BLOB NOT NULL REFERENCES accounts (id),
    UNIQUE (pickup_id, seq)
);
CREATE INDEX pickup_handovers_flagged ON pickup_handovers (at) WHERE flagged;

CREATE TRIGGER pickup_events_keep_update BEFORE UPDATE ON pickup_events
BEGIN
    SELECT RAISE(ABORT, 'the history of a pickup is append-only');
END;
CREATE TRIGGER pickup_events_keep_delete BEFORE DELETE ON pickup_events
BEGIN
    SELECT RAISE(ABORT, 'the history of a pickup is append-only');
END;
CREATE TRIGGER pickup_handovers_keep_update BEFORE UPDATE ON pickup_handovers
BEGIN
    SELECT RAISE(ABORT, 'a chain of custody is append-only');
END;
CREATE TRIGGER pickup_handovers_keep_delete BEFORE DELETE ON pickup_handovers
BEGIN
    SELECT RAISE(ABORT, 'a chain of custody is append-only');
END;
