//! A database without a row for one test.
//!
//! Each is a copy of one that has been migrated once in this process: migrating each took a tenth of the
//! tests' time.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;
use wufei_api::db::Db;

use crate::services::announced;

/// Where a test's data lives; gone with it.
#[derive(Clone, Debug)]
pub enum Database {
    /// In the server's own data folder.
    Sqlite,
    Postgres {
        url: String,
    },
}

impl Database {
    pub fn sqlite() -> Self {
        Self::Sqlite
    }

    /// A new database in the throw-away PostgreSQL, which is thrown away as a whole.
    pub async fn postgres() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE
            .get_or_init(|| async {
                let name = new_name("template");
                let url = create(&name, "template0").await;
                migrate(&url).await;
                name
            })
            .await;
        Self::Postgres {
            url: create(&new_name("test"), template).await,
        }
    }

    /// What `WUFEI_DATABASE_URL` is set to; unset for SQLite.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres { url } => Some(url),
        }
    }
}

/// Puts a migrated file where a server will look for its own.
pub(crate) async fn copy_sqlite(to: &Path) {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join("wufei.db");
            migrate(&format!("sqlite:{}", file.display())).await;
            tokio::fs::read(file).await.unwrap()
        })
        .await;
    tokio::fs::write(to, template).await.unwrap();
}

async fn migrate(url: &str) {
    let db = Db::connect(url, 1).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests that run at once must not choose the same name"
)]
fn new_name(kind: &str) -> String {
    format!("{kind}_{}", uuid::Uuid::from_u128(rand::random()).simple())
}

/// Creates a database and gives its address.
async fn create(name: &str, template: &str) -> String {
    let admin = announced("WUFEI_TEST_POSTGRES_URL");
    let mut connection = PgConnection::connect(&admin).await.unwrap();
    sqlx::query(AssertSqlSafe(format!(
        "CREATE DATABASE {name} TEMPLATE {template}"
    )))
    .execute(&mut connection)
    .await
    .unwrap();
    let (server, _) = admin.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
