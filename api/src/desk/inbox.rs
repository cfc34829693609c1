//! Finding cases: the desk works across slices, so its queries read their tables.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::{Account, Role};
use crate::db::{Db, DbError};
use crate::message;
use crate::reports::model::{NEIGHBOUR, Report};
use crate::reports::store::report_columns;
use crate::shared::error::{Error, Result};
use crate::shared::id::AccountId;

/// What a member of staff sees at all: handlers the cases their office leads or assists, the others
/// every case.
#[derive(Clone, Debug)]
pub struct Scope {
    office: Option<String>,
}

impl Scope {
    pub fn of(account: &Account) -> Self {
        let office =
            (account.role == Role::Handler).then(|| account.office.clone().unwrap_or_default());
        Self { office }
    }

    pub fn covers(&self, report: &Report) -> bool {
        self.office
            .as_deref()
            .is_none_or(|office| report.concerns(office))
    }

    fn pattern(&self) -> Option<String> {
        self.office.as_ref().map(|office| format!("%,{office},%"))
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The next to be due first; stopped clocks last.
    Due,
    Newest,
    Oldest,
    /// Urgent ones first, then by deadline.
    Urgent,
}

impl Sort {
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "due" => Ok(Self::Due),
            "newest" => Ok(Self::Newest),
            "oldest" => Ok(Self::Oldest),
            "urgent" => Ok(Self::Urgent),
            _ => Err(Error::field(
                "sort",
                message!(
                    "排序须为 due、newest、oldest 或 urgent。",
                    "One of due, newest, oldest, urgent.",
                    "정렬은 due, newest, oldest, urgent 중 하나여야 합니다."
                ),
            )),
        }
    }

    /// Names the order for the query's `CASE`.
    fn key(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Urgent => "urgent",
        }
    }
}

/// What an inbox may be narrowed by.
#[derive(Clone, Debug)]
pub struct Filter {
    pub scope: Scope,
    /// `,a,b,`; none: all.
    pub statuses: Option<String>,
    pub office: Option<String>,
    pub category: Option<String>,
    pub township: Option<String>,
    pub urgent: Option<bool>,
    pub overdue: bool,
    pub open: bool,
    pub assignee: Option<AccountId>,
    /// Closed at or after this time.
    pub closed_since: Option<DateTime<Utc>>,
    /// Part of a code, a description or an address.
    pub words: Option<String>,
}

/// The filter as SQL: `$1` scope, `$2` its office, `$3` statuses, `$4` office, `$5` category,
/// `$6` township, `$7` urgent, `$8` overdue only, `$9` now, `$10` open only, `$11` assignee,
/// `$12` words, `$13` closed since.
macro_rules! filtered {
    () => {
        " FROM reports
         WHERE ($1 IS NULL OR lead = $2 OR assisting LIKE $1)
           AND ($3 IS NULL OR $3 LIKE '%,' || status || ',%')
           AND ($4 IS NULL OR lead = $4)
           AND ($5 IS NULL OR category = $5)
           AND ($6 IS NULL OR township = $6)
           AND ($7 IS NULL OR urgent = $7)
           AND (NOT $8 OR (due_at < COALESCE(paused_at, $9)
                           AND status NOT IN ('closed', 'rejected', 'merged')))
           AND (NOT $10 OR status NOT IN ('closed', 'rejected', 'merged'))
           AND ($11 IS NULL OR assignee = $11)
           AND ($12 IS NULL OR code LIKE $12 ESCAPE '!' OR LOWER(description) LIKE $12 ESCAPE '!'
                OR LOWER(address) LIKE $12 ESCAPE '!')
           AND ($13 IS NULL OR (status = 'closed' AND closed_at >= $13))"
    };
}

/// `words` as a LIKE pattern, in which `!` takes `%` and `_` for what they are.
fn pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Cases of an inbox, `offset` rows in. Offices have hundreds of open cases, so that an offset is
/// cheap, and it stays stable across every order.
pub async fn cases(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Report>, DbError> {
    bind(
        db.sql(concat!(
            "SELECT ",
            report_columns!(),
            filtered!(),
            " ORDER BY
                CASE WHEN $14 = 'urgent' AND urgent THEN 0 ELSE 1 END,
                CASE WHEN $14 IN ('due', 'urgent') AND paused_at IS NOT NULL THEN 1 ELSE 0 END,
                CASE WHEN $14 IN ('due', 'urgent') THEN due_at WHEN $14 = 'oldest' THEN created_at END,
                CASE WHEN $14 = 'newest' THEN created_at END DESC,
                id DESC
              LIMIT $15 OFFSET $16"
        )),
        filter,
        now,
    )
    .bind(sort.key())
    .bind(limit)
    .bind(offset)
    .all()
    .await
}

pub async fn count(db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<i64, DbError> {
    let (count,): (i64,) = bind(db.sql(concat!("SELECT COUNT(*)", filtered!())), filter, now)
        .one()
        .await?;
    Ok(count)
}

fn bind<'e>(
    statement: crate::db::Statement<'e>,
    filter: &Filter,
    now: DateTime<Utc>,
) -> crate::db::Statement<'e> {
    statement
        .bind(filter.scope.pattern())
        .bind(filter.scope.office.clone())
        .bind(filter.statuses.clone())
        .bind(filter.office.clone())
        .bind(filter.category.clone())
        .bind(filter.township.clone())
        .bind(filter.urgent)
        .bind(filter.overdue)
        .bind(now)
        .bind(filter.open)
        .bind(filter.assignee)
        .bind(filter.words.as_deref().map(pattern))
        .bind(filter.closed_since)
}

/// How many cases wait for what.
#[derive(Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Counts {
    pub open: i64,
    /// Dispatched or reopened: nobody has accepted them yet.
    pub new: i64,
    pub overdue: i64,
    pub urgent: i64,
    /// Handled, waiting for somebody else's verification.
    pub to_verify: i64,
    /// Returned twice, waiting for a coordinator.
    pub returned: i64,
    /// Accepted by the person who asks.
    pub mine: i64,
    /// With a neighbouring district.
    pub neighbour: i64,
    pub closed_30d: i64,
}

pub async fn counts(
    db: &Db,
    scope: &Scope,
    me: AccountId,
    now: DateTime<Utc>,
) -> Result<Counts, DbError> {
    db.sql(
        "SELECT
           COUNT(CASE WHEN status NOT IN ('closed', 'rejected', 'merged') THEN 1 END) AS open,
           COUNT(CASE WHEN status IN ('dispatched', 'reopened') THEN 1 END) AS new,
           COUNT(CASE WHEN due_at < COALESCE(paused_at, $3)
                       AND status NOT IN ('closed', 'rejected', 'merged') THEN 1 END) AS overdue,
           COUNT(CASE WHEN urgent
                       AND status NOT IN ('closed', 'rejected', 'merged') THEN 1 END) AS urgent,
           COUNT(CASE WHEN status = 'handled' THEN 1 END) AS to_verify,
           COUNT(CASE WHEN status = 'returned' THEN 1 END) AS returned,
           COUNT(CASE WHEN assignee = $4
                       AND status NOT IN ('closed', 'rejected', 'merged') THEN 1 END) AS mine,
           COUNT(CASE WHEN lead = $6
                       AND status NOT IN ('closed', 'rejected', 'merged') THEN 1 END) AS neighbour,
           COUNT(CASE WHEN status = 'closed' AND closed_at >= $5 THEN 1 END) AS closed_30d
         FROM reports WHERE ($1 IS NULL OR lead = $2 OR assisting LIKE $1)",
    )
    .bind(scope.pattern())
    .bind(scope.office.clone())
    .bind(now)
    .bind(me)
    .bind(now - chrono::TimeDelta::days(30))
    .bind(NEIGHBOUR)
    .one()
    .await
}

/// Names of people, for a history or an inbox.
pub async fn names(db: &Db) -> Result<Vec<(Uuid, String)>, DbError> {
    db.sql("SELECT id, name FROM accounts WHERE role <> 'resident'")
        .all()
        .await
}
