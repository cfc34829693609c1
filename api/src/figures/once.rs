//! Letters that are sent once, whatever the number of replicas and restarts: the row that says so
//! commits with the letter.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::text_enum;

text_enum! {
    /// What is sent once.
    #[schema(as = SentOnce)]
    Kind {
        /// Of a day, to a person.
        Digest = "digest",
        /// Of a week, to an office.
        Week = "week",
        /// Before a quarter's figures are due, to an office.
        TargetBefore = "target_before",
        /// After they were due.
        TargetAfter = "target_after",
    }
}

/// True for the one caller who may send it.
pub async fn claim(
    tx: &mut Tx,
    kind: Kind,
    period: &str,
    recipient: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let claimed = tx
        .sql(
            "INSERT INTO sent_once (kind, period, recipient, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (kind, period, recipient) DO NOTHING",
        )
        .bind(kind)
        .bind(period.to_owned())
        .bind(recipient.to_owned())
        .bind(now)
        .run()
        .await?;
    Ok(claimed == 1)
}

/// Who got it already.
pub async fn sent(db: &Db, kind: Kind, period: &str) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> = db
        .sql("SELECT recipient FROM sent_once WHERE kind = $1 AND period = $2")
        .bind(kind)
        .bind(period.to_owned())
        .all()
        .await?;
    Ok(rows.into_iter().map(|(recipient,)| recipient).collect())
}
