-- Organisations, their events, stalls, and the books and credits of a swap. Days and times are the
-- district's own: `YYYY-MM-DD` and `YYYY-MM-DDTHH:MM`. Children are never in it: a class is a code.

CREATE TABLE organisations (
    id UUID PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    intro TEXT NOT NULL,
    township TEXT NOT NULL,
    community TEXT,
    -- The office that decides.
    office TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('applied', 'approved', 'refused')),
    moderation TEXT NOT NULL CHECK (moderation IN ('publish', 'hold', 'refuse')),
    applicant UUID NOT NULL REFERENCES accounts (id),
    -- Seen by the office and the organisers only.
    contact_name TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    contact_email TEXT,
    lang TEXT NOT NULL,
    decided_by UUID REFERENCES accounts (id),
    decided_at TIMESTAMPTZ,
    decision_note TEXT,
    -- Raised by every operation on the books: whoever raises it holds the ledger.
    ledger_position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX organisations_by_office ON organisations (office, state);
CREATE INDEX organisations_by_township ON organisations (township, state);

CREATE TABLE organisation_members (
    organisation_id UUID NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('organiser', 'helper', 'teacher')),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, account_id)
);
CREATE INDEX organisation_members_by_account ON organisation_members (account_id);

CREATE TABLE organisation_invitations (
    id UUID PRIMARY KEY NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('organiser', 'helper', 'teacher')),
    token_hash BYTEA NOT NULL UNIQUE,
    uses_left BIGINT NOT NULL CHECK (uses_left >= 0),
    created_by UUID NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX organisation_invitations_by_organisation ON organisation_invitations (organisation_id);

CREATE TABLE events (
    id UUID PRIMARY KEY NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    lang TEXT NOT NULL,
    photo_id UUID REFERENCES photos (id),
    township TEXT NOT NULL,
    community TEXT,
    address TEXT NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    -- First start, rule, exceptions, extra and moved dates.
    starts TEXT NOT NULL,
    schedule JSONB NOT NULL,
    first_day TEXT NOT NULL,
    -- None where the rule has no end.
    last_day TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'held', 'refused', 'published', 'postponed', 'cancelled', 'done')),
    -- Why it was postponed or cancelled.
    note TEXT,
    -- RFC 5545 SEQUENCE: raised by every change that calendars must follow.
    sequence BIGINT NOT NULL,
    stall_plan JSONB,
    leftover_place TEXT,
    published_at TIMESTAMPTZ,
    noticed_at TIMESTAMPTZ,
    created_by UUID NOT NULL REFERENCES accounts (id),
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX events_by_organisation ON events (organisation_id, state);
CREATE INDEX events_by_day ON events (state, first_day);
CREATE INDEX events_by_photo ON events (photo_id);

-- One occurrence: what was counted, and whether it is over. Whoever books or settles stalls holds it.
CREATE TABLE event_days (
    event_id UUID NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    occurrence TEXT NOT NULL,
    people BIGINT NOT NULL,
    books_in BIGINT NOT NULL,
    books_out BIGINT NOT NULL,
    books_out_grams BIGINT NOT NULL,
    leftovers BIGINT NOT NULL,
    things BIGINT NOT NULL,
    things_grams BIGINT NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_by UUID REFERENCES accounts (id),
    version BIGINT NOT NULL,
    PRIMARY KEY (event_id, occurrence)
);

CREATE TABLE event_followers (
    event_id UUID NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (event_id, account_id)
);
CREATE INDEX event_followers_by_account ON event_followers (account_id);

CREATE TABLE event_notices (
    id UUID PRIMARY KEY NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    township TEXT,
    kind TEXT,
    lang TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX event_notices_by_account ON event_notices (account_id);
CREATE INDEX event_notices_by_township ON event_notices (township);

CREATE TABLE event_feeds (
    account_id UUID PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE stall_bookings (
    id UUID PRIMARY KEY NOT NULL,
    event_id UUID NOT NULL REFERENCES events (id),
    occurrence TEXT NOT NULL,
    stall_kind TEXT NOT NULL,
    -- None while waiting.
    stall TEXT,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'offered', 'booked', 'attended', 'no_show', 'cancelled', 'expired')),
    account_id UUID NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT,
    lang TEXT NOT NULL,
    goods TEXT NOT NULL,
    price_fen BIGINT NOT NULL,
    rules_version BIGINT NOT NULL,
    -- In the QR code that is shown at the entrance.
    pass TEXT NOT NULL UNIQUE,
    offered_until TIMESTAMPTZ,
    queued_at TIMESTAMPTZ,
    checked_in_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
-- A stall is somebody's once.
CREATE UNIQUE INDEX stall_bookings_by_stall ON stall_bookings (event_id, occurrence, stall)
    WHERE stall IS NOT NULL AND status IN ('offered', 'booked', 'attended', 'no_show');
CREATE INDEX stall_bookings_by_event ON stall_bookings (event_id, occurrence, status);
CREATE INDEX stall_bookings_by_account ON stall_bookings (account_id);

-- What the district's swaps have learned of books, as people entered it.
CREATE TABLE book_titles (
    isbn TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE event_devices (
    id UUID PRIMARY KEY NOT NULL,
    event_id UUID NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    occurrence TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    created_by UUID NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    last_seen_at TIMESTAMPTZ
);
CREATE INDEX event_devices_by_event ON event_devices (event_id);

CREATE TABLE swap_books (
    id UUID PRIMARY KEY NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    event_id UUID NOT NULL REFERENCES events (id),
    -- The last day on which it was scanned: a label lives longer than a swap.
    occurrence TEXT NOT NULL,
    isbn TEXT,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    photo_id UUID REFERENCES photos (id),
    condition TEXT NOT NULL,
    grams BIGINT NOT NULL,
    place TEXT NOT NULL CHECK (place IN ('desk', 'shelf', 'taken', 'leftover', 'withdrawn')),
    -- The class or card that took it, or the place where it was left.
    place_name TEXT,
    brought_by TEXT,
    credited BIGINT NOT NULL,
    charged BIGINT NOT NULL,
    reserved_for TEXT,
    -- Of the operation that touched it last.
    position BIGINT NOT NULL
);
CREATE INDEX swap_books_by_event ON swap_books (event_id, position);
CREATE INDEX swap_books_by_isbn ON swap_books (isbn);
CREATE INDEX swap_books_by_photo ON swap_books (photo_id);

-- Everything a device did, once, in the order in which it arrived.
CREATE TABLE event_operations (
    id UUID PRIMARY KEY NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    event_id UUID NOT NULL REFERENCES events (id),
    occurrence TEXT NOT NULL,
    device_id UUID NOT NULL REFERENCES event_devices (id),
    seq BIGINT NOT NULL,
    position BIGINT NOT NULL,
    request_hash BYTEA NOT NULL,
    kind TEXT NOT NULL,
    book_id UUID,
    -- What was asked; kept while it waits for its book, and for the day's history.
    operation JSONB NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('applied', 'superseded', 'conflict', 'pending', 'refused')),
    reason TEXT,
    at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    UNIQUE (device_id, seq)
);
CREATE INDEX event_operations_by_event ON event_operations (event_id, position);
CREATE INDEX event_operations_by_book ON event_operations (book_id, result);

-- Where each book went; never changed.
CREATE TABLE swap_moves (
    operation_id UUID NOT NULL REFERENCES event_operations (id),
    book_id UUID NOT NULL REFERENCES swap_books (id),
    position BIGINT NOT NULL,
    from_place TEXT,
    to_place TEXT NOT NULL,
    place_name TEXT,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (operation_id, book_id)
);
CREATE INDEX swap_moves_by_book ON swap_moves (book_id, position);

-- Credits in double entry: the lines of an operation sum to zero; never changed.
CREATE TABLE swap_entries (
    operation_id UUID NOT NULL REFERENCES event_operations (id),
    line BIGINT NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    event_id UUID NOT NULL REFERENCES events (id),
    -- A class, a card, or `pool`.
    holder TEXT NOT NULL,
    credits BIGINT NOT NULL,
    book_id UUID,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (operation_id, line)
);
CREATE INDEX swap_entries_by_holder ON swap_entries (organisation_id, holder);
CREATE INDEX swap_entries_by_event ON swap_entries (event_id);
CREATE FUNCTION refuse_swap_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of a swap is append-only';
END
$$;
CREATE TRIGGER swap_entries_keep BEFORE UPDATE OR DELETE ON swap_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_swap_change();
CREATE TRIGGER swap_moves_keep BEFORE UPDATE OR DELETE ON swap_moves
    FOR EACH ROW EXECUTE FUNCTION refuse_swap_change();
