//! The few statements only one of the two databases knows: dumping and filling whole tables of
//! PostgreSQL. SQLite copies itself with `VACUUM INTO`.

/// A table with the statements that read it as JSON and put a row of such JSON back.
pub struct PostgresTable {
    pub name: &'static str,
    pub dump: &'static str,
    pub fill: &'static str,
}

/// Declares tables.
macro_rules! tables {
    ($($name:literal $(ordered by $order:literal)?),+ $(,)?) => {
        &[$(PostgresTable {
            name: $name,
            dump: concat!("SELECT to_jsonb(t)::text FROM ", $name, " t", $(" ORDER BY ", $order)?),
            fill: concat!(
                "INSERT INTO ", $name, " SELECT * FROM jsonb_populate_record(NULL::", $name,
                ", $1::text::jsonb)"
            ),
        }),+]
    };
}

/// Every table, in an order in which rows only refer to rows before them.
pub const POSTGRES_TABLES: &[PostgresTable] = tables![
    "accounts",
    "sessions",
    "setup_tokens",
    "account_emails",
    "outbox",
    "idempotency_keys",
    // A master case is never merged itself.
    "reports" ordered by "merged_into IS NOT NULL",
    // Before the history, whose trigger fills it again.
    "figure_pending",
    "report_events",
    "report_followers",
    "photos",
    "report_parts",
    "consultations",
    "consultation_opinions",
    "case_links",
    "photo_captures",
    "report_witnesses",
    // The inbox and the words are derived: their triggers make them again.
    "inbox_filters",
    "inbox_defaults",
    "bulk_operations",
    "bulk_items",
    "standard_replies",
    "sorting_changes",
    "sorting_state",
    "sorting_misses",
    "sorting_flags",
    "pickup_templates",
    "pickup_blackouts",
    "pickup_prices",
    "pickup_slots",
    "pickup_households",
    "pickups",
    "pickup_items",
    "pickup_events",
    "pickup_photos",
    "pickup_codes",
    "pickup_contacts",
    "pickup_operations",
    "pickup_handovers",
    "screenings",
    "screening_pictures",
    "blocked_pictures",
    "moderation_cases",
    "moderation_log",
    "moderation_flags",
    "moderation_bans",
    "moderation_rules",
    "moderation_state",
    "moderated_notes",
    "api_keys",
    "open311_requests",
    "market_secrets",
    "market_accounts",
    "market_sellers",
    "listings",
    "listing_photos",
    "listing_terms",
    "asks",
    "ask_messages",
    "market_marks",
    "market_handovers",
    "market_blocks",
    "market_searches",
    "organisations",
    "organisation_members",
    "organisation_invitations",
    "events",
    "event_days",
    "event_followers",
    "event_notices",
    "event_feeds",
    "stall_bookings",
    "book_titles",
    "event_devices",
    "swap_books",
    "event_operations",
    "swap_moves",
    "swap_entries",
    "webhooks",
    "webhook_deliveries",
    "alerts",
    "alert_queue",
    "alert_finds",
    "report_facts",
    "figure_cells",
    "figure_months",
    "target_entries",
    "target_history",
    "sent_once",
    "digest_settings",
    "hotspot_proposals",
    "hotspot_steps",
];

/// What a dump reads stays as it was at its beginning.
pub const POSTGRES_SNAPSHOT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";

/// The newest reports with all of some words, as a subquery of `found_id, found_s`, together with those whose
/// code lies in a range: SQLite has a full-text table, PostgreSQL an inverted index. The arguments are
/// placeholders of the words ([`words_query`]), the range's two ends and the greatest number.
macro_rules! words_on_sqlite {
    ($words:literal, $from:literal, $to:literal, $most:literal) => {
        concat!(
            "(SELECT report_id AS found_id, created_s AS found_s
              FROM (SELECT report_id, created_s FROM case_words WHERE case_words MATCH ",
            $words,
            " ORDER BY rowid DESC LIMIT ",
            $most,
            ") AS said
              UNION
              SELECT id, CAST(strftime('%s', created_at) AS INTEGER)
              FROM (SELECT id, created_at FROM reports WHERE code >= ",
            $from,
            " AND code < ",
            $to,
            " LIMIT ",
            $most,
            ") AS coded)"
        )
    };
}
pub(crate) use words_on_sqlite;

/// As [`words_on_sqlite`].
macro_rules! words_on_postgres {
    ($words:literal, $from:literal, $to:literal, $most:literal) => {
        concat!(
            "(SELECT report_id AS found_id, created_s AS found_s
              FROM (SELECT report_id, created_s FROM case_words
                    WHERE string_to_array(words, ' ') @> string_to_array(",
            $words,
            ", ' ') ORDER BY created_s DESC, report_id DESC LIMIT ",
            $most,
            ") AS said
              UNION
              SELECT id, CAST(FLOOR(EXTRACT(EPOCH FROM created_at)) AS BIGINT)
              FROM (SELECT id, created_at FROM reports WHERE code >= ",
            $from,
            " AND code < ",
            $to,
            " LIMIT ",
            $most,
            ") AS coded)"
        )
    };
}
pub(crate) use words_on_postgres;

/// How many reports have all of some words, at most `$2`.
pub const WORDS_COUNTED_ON_SQLITE: &str = "SELECT COUNT(*) FROM (SELECT rowid FROM case_words WHERE case_words MATCH $1 LIMIT $2) AS said";
/// As [`WORDS_COUNTED_ON_SQLITE`].
pub const WORDS_COUNTED_ON_POSTGRES: &str = "SELECT COUNT(*) FROM (SELECT report_id FROM case_words
     WHERE string_to_array(words, ' ') @> string_to_array($1, ' ') LIMIT $2) AS said";

/// Terms of a search as the database wants them. No terms find nothing.
pub fn words_query(kind: super::Kind, terms: &[String]) -> String {
    // A character for private use, which no text is folded to.
    const NOTHING: &str = "\u{10fffd}";
    match (kind, terms) {
        (super::Kind::Sqlite, []) => format!("\"{NOTHING}\""),
        (super::Kind::Postgres, []) => NOTHING.to_owned(),
        (super::Kind::Sqlite, terms) => {
            let quoted: Vec<String> = terms
                .iter()
                .map(|term| format!("\"{}\"", term.replace('"', "\"\"")))
                .collect();
            quoted.join(" AND ")
        }
        (super::Kind::Postgres, terms) => terms.join(" "),
    }
}
