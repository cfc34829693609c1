//! The two schemas are one, but for the table of words: SQLite has a full-text table, PostgreSQL an
//! inverted index.

use std::collections::BTreeMap;

use sqlx::{Connection, PgConnection, SqliteConnection};
use wufei_tests::{Database, Server};

/// Types by what they hold, under PostgreSQL's name and SQLite's.
fn family(kind: &str) -> &'static str {
    match kind.to_lowercase().as_str() {
        "uuid" | "bytea" | "blob" => "bytes",
        "text" | "timestamp with time zone" | "jsonb" => "text",
        "bigint" => "integer",
        "double precision" | "real" => "real",
        "boolean" => "boolean",
        other => panic!("a column type the README does not name: {other}"),
    }
}

type Columns = BTreeMap<(String, String), (&'static str, bool)>;

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables_columns_types_and_indexes() {
    let sqlite = Server::start(Database::sqlite()).await;
    let database = Database::postgres().await;
    let _postgres = Server::start(database.clone()).await;
    let path = format!("sqlite:{}", sqlite.data.path().join("wufei.db").display());
    let mut lite = SqliteConnection::connect(&path).await.unwrap();
    let mut pg = PgConnection::connect(database.url().unwrap())
        .await
        .unwrap();

    let of_sqlite: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT m.name, c.name, c.type, c.\"notnull\" FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'
           AND (m.name = 'case_words_due' OR m.name NOT LIKE 'case\\_words%' ESCAPE '\\')",
    )
    .fetch_all(&mut lite)
    .await
    .unwrap();
    let of_postgres: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO'
         FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%'
           AND table_name <> 'case_words'",
    )
    .fetch_all(&mut pg)
    .await
    .unwrap();
    let columns = |rows: Vec<(String, String, String, bool)>| -> Columns {
        rows.into_iter()
            .map(|(table, name, kind, required)| ((table, name), (family(&kind), required)))
            .collect()
    };
    let (of_sqlite, of_postgres) = (columns(of_sqlite), columns(of_postgres));
    assert!(of_sqlite.len() > 80);
    assert_eq!(of_sqlite, of_postgres);

    let indexes_sqlite: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
    )
    .fetch_all(&mut lite)
    .await
    .unwrap();
    let indexes_postgres: Vec<(String,)> = sqlx::query_as(
        "SELECT indexname::text FROM pg_indexes
         WHERE schemaname = 'public' AND tablename <> 'case_words'
           AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key'
         ORDER BY indexname",
    )
    .fetch_all(&mut pg)
    .await
    .unwrap();
    assert_eq!(indexes_sqlite, indexes_postgres);
}

wufei_tests::both_databases! {
    async fn the_history_of_a_report_can_be_neither_changed_nor_deleted(server: Server) {
        server.resident().file(wufei_tests::person::report()).await;
        let db = &server.app.db;
        assert!(db.sql("UPDATE report_events SET note = 'x'").run().await.is_err());
        assert!(db.sql("DELETE FROM report_events").run().await.is_err());
    }
}
