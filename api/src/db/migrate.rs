//! The schema's migrations, built into the binary: the same file names for both databases.

use sqlx::migrate::Migrator;

use super::{Db, DbError};

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

pub(super) async fn run(db: &Db) -> Result<(), DbError> {
    match db {
        Db::Sqlite { pool, writer } => {
            let _turn = writer.lock().await;
            SQLITE.run(pool).await
        }
        Db::Postgres(pool) => POSTGRES.run(pool).await,
    }
    .map_err(|error| sqlx::Error::Migrate(Box::new(error)))
}

/// The newest migration this binary carries.
pub fn schema_version() -> i64 {
    SQLITE
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{POSTGRES, SQLITE};

    #[test]
    fn both_databases_carry_the_same_migrations() {
        let names = |migrator: &super::Migrator| {
            migrator
                .iter()
                .map(|m| (m.version, m.description.to_string()))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&SQLITE), names(&POSTGRES));
    }
}
