//! A portable SQL statement with its values, run on whichever database is in use.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Encode, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Type};

use super::{Db, DbError, Tx};

/// A value both databases can store.
pub trait Portable:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>
{
}
impl<T> Portable for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>
{
}

/// A row type both databases can fill; `#[derive(sqlx::FromRow)]` gives it.
pub trait PortableRow:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> PortableRow for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

enum Target<'e> {
    SqlitePool(&'e SqlitePool, SqliteArguments),
    SqliteTx(&'e mut sqlx::SqliteConnection, SqliteArguments),
    PostgresPool(&'e PgPool, PgArguments),
    PostgresTx(&'e mut sqlx::PgConnection, PgArguments),
}

/// One statement on its way to the database.
#[must_use = "a statement does nothing until it is run"]
pub struct Statement<'e> {
    sql: &'static str,
    target: Target<'e>,
    failed: Option<sqlx::error::BoxDynError>,
    /// Whether its plan is kept for the next time.
    kept: bool,
}

/// Compiles one call for every target.
macro_rules! run {
    ($statement:ident, |$query:ident, $executor:ident| $body:expr, $make:path) => {{
        if let Some(error) = $statement.failed {
            return Err(sqlx::Error::Encode(error));
        }
        match $statement.target {
            Target::SqlitePool($executor, args) => {
                let $query = $make($statement.sql, args).persistent($statement.kept);
                $body
            }
            Target::SqliteTx($executor, args) => {
                let $query = $make($statement.sql, args).persistent($statement.kept);
                $body
            }
            Target::PostgresPool($executor, args) => {
                let $query = $make($statement.sql, args).persistent($statement.kept);
                $body
            }
            Target::PostgresTx($executor, args) => {
                let $query = $make($statement.sql, args).persistent($statement.kept);
                $body
            }
        }
    }};
}

impl<'e> Statement<'e> {
    pub(super) fn on_pool(db: &'e Db, sql: &'static str) -> Self {
        let target = match db {
            Db::Sqlite { pool, .. } => Target::SqlitePool(pool, SqliteArguments::default()),
            Db::Postgres(pool) => Target::PostgresPool(pool, PgArguments::default()),
        };
        Self {
            sql,
            target,
            failed: None,
            kept: true,
        }
    }

    pub(super) fn in_transaction(tx: &'e mut Tx, sql: &'static str) -> Self {
        let target = match tx {
            Tx::Sqlite { tx, .. } => Target::SqliteTx(&mut *tx, SqliteArguments::default()),
            Tx::Postgres(tx) => Target::PostgresTx(&mut *tx, PgArguments::default()),
        };
        Self {
            sql,
            target,
            failed: None,
            kept: true,
        }
    }

    /// Adds the value of the next placeholder (`$1`, `$2`, …).
    pub fn bind<T: Portable>(mut self, value: T) -> Self {
        let added = match &mut self.target {
            Target::SqlitePool(_, args) | Target::SqliteTx(_, args) => Arguments::add(args, value),
            Target::PostgresPool(_, args) | Target::PostgresTx(_, args) => {
                Arguments::add(args, value)
            }
        };
        if let Err(error) = added {
            self.failed.get_or_insert(error);
        }
        self
    }

    /// Has PostgreSQL plan it for the values bound: a plan for any values at all cannot use an index
    /// behind a filter that may be absent.
    pub fn planned_anew(mut self) -> Self {
        self.kept = matches!(self.target, Target::SqlitePool(..) | Target::SqliteTx(..));
        self
    }

    /// Runs it and gives the number of rows it changed.
    pub async fn run(self) -> Result<u64, DbError> {
        run!(
            self,
            |query, executor| Ok(query.execute(executor).await?.rows_affected()),
            sqlx::query_with
        )
    }

    /// Exactly one row; an error when there is none.
    pub async fn one<T: PortableRow>(self) -> Result<T, DbError> {
        run!(
            self,
            |query, executor| query.fetch_one(executor).await,
            sqlx::query_as_with::<_, T, _>
        )
    }

    pub async fn optional<T: PortableRow>(self) -> Result<Option<T>, DbError> {
        run!(
            self,
            |query, executor| query.fetch_optional(executor).await,
            sqlx::query_as_with::<_, T, _>
        )
    }

    pub async fn all<T: PortableRow>(self) -> Result<Vec<T>, DbError> {
        run!(
            self,
            |query, executor| query.fetch_all(executor).await,
            sqlx::query_as_with::<_, T, _>
        )
    }
}
