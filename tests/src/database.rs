//! An empty database for one test.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

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
    #[expect(
        clippy::disallowed_methods,
        reason = "tests that run at once must not choose the same name"
    )]
    pub async fn postgres() -> Self {
        let admin = announced("WUFEI_TEST_POSTGRES_URL");
        let name = format!("test_{}", uuid::Uuid::from_u128(rand::random()).simple());
        let mut connection = PgConnection::connect(&admin).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .unwrap();
        let (server, _) = admin.rsplit_once('/').unwrap();
        Self::Postgres {
            url: format!("{server}/{name}"),
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
