//! One code base on two databases: SQLite embedded by default, PostgreSQL for several replicas.
//!
//! A store function holds one portable SQL literal and runs it on [`Db`] (a read) or [`Tx`] (inside a
//! transaction).

pub mod dialect;
mod migrate;
mod statement;

use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use migrate::schema_version;
pub use statement::{Portable, PortableRow, Statement};

/// A database error. Its text is logged, never sent to a client.
pub type DbError = sqlx::Error;

/// The process's connections to its one database.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite {
        pool: SqlitePool,
        /// Writers queue here in order of arrival instead of polling SQLite's lock.
        writer: Arc<Mutex<()>>,
    },
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub enum Tx {
    Sqlite {
        tx: Transaction<'static, Sqlite>,
        _turn: OwnedMutexGuard<()>,
    },
    Postgres(Transaction<'static, Postgres>),
}

/// Which of the two databases is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// For many small questions rather than a few large ones: no workers or compiler are started for a
/// query of milliseconds, and one with a LIMIT begins where the table does, not wherever another
/// reader happens to be.
const ANSWERS_QUICKLY: [(&str, &str); 3] = [
    ("max_parallel_workers_per_gather", "0"),
    ("jit", "off"),
    ("synchronize_seqscans", "off"),
];

impl Db {
    /// Connects; `url` is `sqlite:PATH` or `postgres://…`. Does not migrate.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, DbError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = url.parse::<PgConnectOptions>()?.options(ANSWERS_QUICKLY);
            let pool = PgPoolOptions::new()
                .max_connections(max_connections)
                .acquire_timeout(std::time::Duration::from_secs(10))
                .connect_with(options.application_name("wufei"))
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let options = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an answered request is on disk, even if the power goes the next moment.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(std::time::Duration::from_secs(10))
            .pragma("temp_store", "memory")
            // In KiB for each connection: a page of the inbox reads from all over a table.
            .pragma("cache_size", "-16000")
            .optimize_on_close(true, None);
        let pool = SqlitePoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(std::time::Duration::from_secs(30))
            .connect_with(options)
            .await?;
        Ok(Self::Sqlite {
            pool,
            writer: Arc::new(Mutex::new(())),
        })
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Sqlite { .. } => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    /// Brings the schema up to date; safe to run from several replicas at once.
    pub async fn migrate(&self) -> Result<(), DbError> {
        migrate::run(self).await
    }

    /// A single statement outside a transaction.
    pub fn sql(&self, sql: &'static str) -> Statement<'_> {
        Statement::on_pool(self, sql)
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        match self {
            Self::Sqlite { pool, writer } => {
                let turn = Arc::clone(writer).lock_owned().await;
                // IMMEDIATE: a plain BEGIN that later writes fails busy under concurrent writers.
                Ok(Tx::Sqlite {
                    tx: pool.begin_with("BEGIN IMMEDIATE").await?,
                    _turn: turn,
                })
            }
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// Waits for running statements and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { pool, .. } => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub fn sql(&mut self, sql: &'static str) -> Statement<'_> {
        Statement::in_transaction(self, sql)
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Sqlite { .. } => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite { tx, _turn } => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Whether a write failed because a unique value was already taken.
pub fn is_unique_violation(error: &DbError) -> bool {
    matches!(error, sqlx::Error::Database(e) if e.is_unique_violation())
}
