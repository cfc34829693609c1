//! A database whose reports are older than the inbox.

use sqlx::AssertSqlSafe;
use wufei_api::auth::Role;
use wufei_api::db::{Db, Kind};
use wufei_api::lifecycle::sweep_once;
use wufei_tests::both_databases;

use crate::inbox::{a_district_at_work, all_codes};

/// Takes away what the migration made, and its being known: later ones stay applied.
const BEFORE_THE_INBOX: &str = "
    DROP VIEW inbox_source;
    DROP TABLE inbox;
    DROP TABLE inbox_closed;
    DROP TABLE case_words;
    DROP TABLE case_words_due;
    DROP TABLE inbox_defaults;
    DROP TABLE inbox_filters;
    DROP TABLE bulk_items;
    DROP TABLE bulk_operations;
    DROP TABLE standard_replies;
    DROP INDEX reports_by_touch;
    DROP INDEX outbox_held;
    ALTER TABLE outbox DROP COLUMN held_for;
    DELETE FROM _sqlx_migrations WHERE version = 18;";

async fn undo(db: &Db) {
    match db {
        Db::Sqlite { pool, .. } => {
            let sql = format!(
                "DROP TRIGGER inbox_after_insert; DROP TRIGGER inbox_after_update; {BEFORE_THE_INBOX}"
            );
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(pool)
                .await
                .unwrap();
        }
        Db::Postgres(pool) => {
            let sql = format!(
                "DROP TRIGGER inbox_after_insert ON reports; DROP TRIGGER inbox_after_update ON reports;
                 DROP FUNCTION inbox_insert; DROP FUNCTION inbox_update; {BEFORE_THE_INBOX}"
            );
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(pool)
                .await
                .unwrap();
        }
    }
}

/// Every row of both tables as text, but for what the program adds.
async fn rows(db: &Db) -> Vec<String> {
    let sql = match db.kind() {
        Kind::Sqlite => {
            "SELECT scope || ' ' || code || ' ' || status || ' ' || COALESCE(step, '-') || ' ' || lead
                    || ' ' || created_s || ' ' || COALESCE(late_s, 0) || ' ' || COALESCE(overdue_s, 0)
                    || ' ' || due_rank || ' ' || urgent_rank || ' ' || escalation FROM inbox
             UNION ALL
             SELECT scope || ' ' || code || ' ' || status || ' ' || lead || ' ' || created_s || ' '
                    || closed_s FROM inbox_closed
             ORDER BY 1"
        }
        Kind::Postgres => {
            "SELECT CONCAT_WS(' ', scope, code, status, step, lead, created_s, late_s, overdue_s,
                              due_rank, urgent_rank, escalation) FROM inbox
             UNION ALL
             SELECT CONCAT_WS(' ', scope, code, status, lead, created_s, closed_s) FROM inbox_closed
             ORDER BY 1"
        }
    };
    let rows: Vec<(String,)> = db.sql(sql).all().await.unwrap();
    rows.into_iter().map(|(row,)| row).collect()
}

both_databases! {
    async fn reports_from_before_the_inbox_are_in_it_as_if_it_had_always_been_there(server: Server) {
        let codes = a_district_at_work(&server).await;
        let coordinator = server.staff("coordinator2", Role::Coordinator, None).await;
        let db = &server.app.db;
        let of_triggers = rows(db).await;
        assert!(of_triggers.len() > codes.len(), "a row for the district and one for an office");
        sweep_once(&server.app).await.unwrap();
        let by_risk = all_codes(&coordinator, "sort=risk", 200).await;

        undo(db).await;
        // 0019 is applied already: another branch's migration came first.
        db.migrate().await.unwrap();
        assert_eq!(rows(db).await, of_triggers);
        sweep_once(&server.app).await.unwrap();
        assert_eq!(all_codes(&coordinator, "sort=risk", 200).await, by_risk);
        assert_eq!(all_codes(&coordinator, "q=砖头&sort=oldest", 200).await, codes);
    }
}
