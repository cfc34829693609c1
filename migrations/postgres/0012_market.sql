-- Second-hand: listings, what two people agree on, merchants, saved searches.

-- What is kept from everybody: the key of the grid that blurs places. All replicas share it.
CREATE TABLE market_secrets (
    name TEXT PRIMARY KEY NOT NULL,
    secret BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Held while what an account has open is counted, so that two requests cannot both be the last.
CREATE TABLE market_accounts (
    account_id UUID PRIMARY KEY NOT NULL REFERENCES accounts (id),
    touched_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE market_sellers (
    id UUID PRIMARY KEY NOT NULL,
    account_id UUID NOT NULL UNIQUE REFERENCES accounts (id),
    name TEXT NOT NULL,
    intro TEXT NOT NULL,
    licence_number TEXT NOT NULL,
    licence_photo UUID NOT NULL REFERENCES photos (id),
    township TEXT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'revoked')),
    -- Name and introduction, as screened.
    shown TEXT NOT NULL CHECK (shown IN ('published', 'held', 'refused')),
    reason TEXT NOT NULL,
    decided_by UUID REFERENCES accounts (id),
    decided_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX market_sellers_by_state ON market_sellers (state, updated_at, id);

CREATE TABLE listings (
    id UUID PRIMARY KEY NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'held', 'refused', 'published', 'reserved', 'done', 'expired', 'withdrawn')),
    kind TEXT NOT NULL CHECK (kind IN ('offer', 'wanted', 'lend')),
    terms TEXT NOT NULL CHECK (terms IN ('free', 'swap', 'price')),
    -- 0 where it is free, null where it is swapped.
    price_fen BIGINT,
    root TEXT NOT NULL,
    category TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    condition TEXT,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    township TEXT NOT NULL,
    community TEXT,
    -- Exact: for whoever it is promised to.
    lng DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    -- Of its cell: for everybody.
    public_lng DOUBLE PRECISION,
    public_lat DOUBLE PRECISION,
    lang TEXT NOT NULL,
    promised_ask UUID,
    published_at TIMESTAMPTZ,
    -- When it was published or last lifted.
    sort_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    warned_at TIMESTAMPTZ,
    renew_hash BYTEA,
    renewals BIGINT NOT NULL,
    ended_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX listings_newest ON listings (sort_at, id) WHERE state IN ('published', 'reserved');
CREATE INDEX listings_by_category ON listings (category, sort_at);
CREATE INDEX listings_by_account ON listings (account_id, created_at, id);
CREATE INDEX listings_expiring ON listings (state, expires_at);

CREATE TABLE listing_photos (
    photo_id UUID PRIMARY KEY NOT NULL REFERENCES photos (id),
    listing_id UUID NOT NULL REFERENCES listings (id),
    position BIGINT NOT NULL
);
CREATE INDEX listing_photos_by_listing ON listing_photos (listing_id, position);

-- What a listing is found by: pairs of characters, single ones, and words.
CREATE TABLE listing_terms (
    term TEXT NOT NULL,
    listing_id UUID NOT NULL REFERENCES listings (id),
    PRIMARY KEY (term, listing_id)
);
CREATE INDEX listing_terms_by_listing ON listing_terms (listing_id);

CREATE TABLE asks (
    id UUID PRIMARY KEY NOT NULL,
    listing_id UUID NOT NULL REFERENCES listings (id),
    asker UUID NOT NULL REFERENCES accounts (id),
    owner UUID NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'promised', 'done', 'not_done', 'withdrawn', 'closed')),
    -- False while no word of it has reached the owner.
    delivered BOOLEAN NOT NULL,
    lang TEXT NOT NULL,
    handover_at TIMESTAMPTZ,
    handover_place TEXT,
    handover_by UUID REFERENCES accounts (id),
    handover_accepted_at TIMESTAMPTZ,
    asker_read_at TIMESTAMPTZ NOT NULL,
    owner_read_at TIMESTAMPTZ NOT NULL,
    promised_at TIMESTAMPTZ,
    done_at TIMESTAMPTZ,
    returned_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    erased_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX asks_one_open ON asks (listing_id, asker) WHERE state IN ('open', 'promised');
CREATE UNIQUE INDEX asks_one_promise ON asks (listing_id) WHERE state = 'promised';
CREATE INDEX asks_by_asker ON asks (asker, updated_at, id);
CREATE INDEX asks_by_owner ON asks (owner, updated_at, id);
CREATE INDEX asks_ended ON asks (ended_at) WHERE erased_at IS NULL;

CREATE TABLE ask_messages (
    id UUID PRIMARY KEY NOT NULL,
    ask_id UUID NOT NULL REFERENCES asks (id),
    author UUID NOT NULL REFERENCES accounts (id),
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('published', 'held', 'refused', 'erased')),
    at TIMESTAMPTZ NOT NULL,
    delivered_at TIMESTAMPTZ
);
CREATE INDEX ask_messages_by_ask ON ask_messages (ask_id, at, id);

-- What one side says about the other afterwards.
CREATE TABLE market_marks (
    id UUID PRIMARY KEY NOT NULL,
    ask_id UUID NOT NULL REFERENCES asks (id),
    kind TEXT NOT NULL CHECK (kind IN ('no_show', 'rating')),
    made_by UUID NOT NULL REFERENCES accounts (id),
    about UUID NOT NULL REFERENCES accounts (id),
    thumbs TEXT CHECK (thumbs IN ('up', 'down')),
    reason TEXT,
    -- It says that the other did not come.
    counts BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    text_state TEXT NOT NULL CHECK (text_state IN ('published', 'held', 'refused', 'erased')),
    reply_id UUID UNIQUE,
    reply TEXT,
    reply_state TEXT CHECK (reply_state IN ('published', 'held', 'refused', 'erased')),
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (ask_id, kind, made_by)
);
CREATE INDEX market_marks_about ON market_marks (about, at);

-- One row for each time something changed hands or was lent: what the figures are made of.
CREATE TABLE market_handovers (
    ask_id UUID PRIMARY KEY NOT NULL REFERENCES asks (id),
    listing_id UUID NOT NULL REFERENCES listings (id),
    owner UUID NOT NULL REFERENCES accounts (id),
    asker UUID NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CHECK (kind IN ('offer', 'wanted', 'lend')),
    at TIMESTAMPTZ NOT NULL,
    month TEXT NOT NULL,
    root TEXT NOT NULL,
    category TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    -- Zero where it was lent: it did not change hands.
    low_g BIGINT NOT NULL,
    typical_g BIGINT NOT NULL,
    high_g BIGINT NOT NULL
);
CREATE INDEX market_handovers_by_month ON market_handovers (month, root);
CREATE INDEX market_handovers_by_owner ON market_handovers (owner, at);
CREATE INDEX market_handovers_by_asker ON market_handovers (asker, at);

CREATE TABLE market_blocks (
    id UUID PRIMARY KEY NOT NULL,
    blocker UUID NOT NULL REFERENCES accounts (id),
    blocked UUID NOT NULL REFERENCES accounts (id),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (blocker, blocked)
);
CREATE INDEX market_blocks_of ON market_blocks (blocked, blocker);

CREATE TABLE market_searches (
    id UUID PRIMARY KEY NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    kind TEXT CHECK (kind IN ('offer', 'wanted', 'lend')),
    terms TEXT CHECK (terms IN ('free', 'swap', 'price')),
    category TEXT,
    township TEXT,
    q TEXT,
    price_max_fen BIGINT,
    lang TEXT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    -- Up to where, and on which day, the last letter told.
    told_until TIMESTAMPTZ NOT NULL,
    told_day TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX market_searches_by_account ON market_searches (account_id, created_at);
CREATE INDEX market_searches_by_day ON market_searches (told_day);
