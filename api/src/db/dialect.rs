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
