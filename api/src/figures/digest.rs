//! The morning's letter to every handler, and the week's to every office. The figures of a letter are
//! those of the moment it is sent; who gets it twice would trust neither.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use super::once::{self, Kind};
use super::tally::Tally;
use crate::app::App;
use crate::db::{Db, DbError};
use crate::district::{Lang, Office};
use crate::message;
use crate::reports::Code;
use crate::reports::model::Status;
use crate::shared::error::Result;
use crate::shared::id::AccountId;
use crate::shared::mail::Letter;
use crate::shared::outbox::{self, Effect};

/// Cases named in a letter; the rest are counted.
const NAMED: usize = 10;

/// Somebody who gets a digest.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Recipient {
    id: AccountId,
    username: String,
    office: String,
    email: String,
    lang: String,
}

/// An open case of an office.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OpenCase {
    pub code: Code,
    pub category: String,
    pub status: Status,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
    pub assignee: Option<AccountId>,
}

/// Handlers with an address who did not opt out, and have not got their letter of a day.
async fn recipients(db: &Db, day: &str) -> Result<Vec<Recipient>, DbError> {
    db.sql(
        "SELECT a.id, a.username, a.office, a.email, COALESCE(s.lang, 'zh-CN') AS lang
         FROM accounts a LEFT JOIN digest_settings s ON s.account_id = a.id
         WHERE a.role = 'handler' AND NOT a.disabled AND a.office IS NOT NULL
           AND a.email IS NOT NULL AND COALESCE(s.wanted, TRUE)
           AND NOT EXISTS (SELECT 1 FROM sent_once o WHERE o.kind = 'digest' AND o.period = $1
                           AND o.recipient = a.username)
         ORDER BY a.office, a.id",
    )
    .bind(day.to_owned())
    .all()
    .await
}

async fn open_cases(db: &Db, office: &str) -> Result<Vec<OpenCase>, DbError> {
    db.sql(
        "SELECT code, category, status, due_at, paused_at, assignee FROM reports
         WHERE lead = $1 AND status NOT IN ('closed', 'rejected', 'merged')
         ORDER BY due_at, code LIMIT 5000",
    )
    .bind(office.to_owned())
    .all()
    .await
}

/// What one handler has to do today.
#[derive(Debug, Default)]
pub struct Day<'a> {
    pub overdue: Vec<&'a OpenCase>,
    pub due_today: Vec<&'a OpenCase>,
    /// Dispatched or reopened, and accepted by nobody.
    pub new: Vec<&'a OpenCase>,
    /// Their clock stands while somebody else has to answer.
    pub waiting: Vec<&'a OpenCase>,
}

impl<'a> Day<'a> {
    /// Sorts the open cases of an office for one of its handlers: their own, and nobody's.
    pub fn of(
        cases: &'a [OpenCase],
        account: AccountId,
        now: DateTime<Utc>,
        is_today: impl Fn(DateTime<Utc>) -> bool,
    ) -> Self {
        let mut day = Self::default();
        for case in cases {
            if case.assignee.is_some_and(|assignee| assignee != account) {
                continue;
            }
            let with_office = matches!(
                case.status,
                Status::Dispatched | Status::Accepted | Status::Extended | Status::Reopened
            );
            if !with_office {
                continue;
            }
            match (case.paused_at, case.due_at) {
                (Some(_), _) => day.waiting.push(case),
                (None, Some(due)) if due < now => day.overdue.push(case),
                (None, Some(due)) if is_today(due) => day.due_today.push(case),
                _ => {}
            }
            if matches!(case.status, Status::Dispatched | Status::Reopened) {
                day.new.push(case);
            }
        }
        day
    }

    pub fn is_empty(&self) -> bool {
        self.overdue.is_empty()
            && self.due_today.is_empty()
            && self.new.is_empty()
            && self.waiting.is_empty()
    }
}

/// Safe to run on several replicas and after a restart.
pub async fn sweep(app: &App) -> Result<()> {
    let figures = app.pack.figures();
    let Some(time) = figures.digest_time else {
        return Ok(());
    };
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let today = calendar.local_date(now);
    if now < calendar.utc(today, time) || !calendar.is_working_day(today) {
        return Ok(());
    }
    days(app, today, now).await?;
    let since = today.weekday().num_days_from_monday();
    let monday = today
        .checked_sub_days(Days::new(since.into()))
        .unwrap_or(today);
    let nominal = u64::from(figures.week_letter.num_days_from_monday());
    if is_first_working_day(monday + Days::new(nominal), today, |day| {
        calendar.is_working_day(day)
    }) {
        weeks(app, monday, now).await?;
    }
    Ok(())
}

/// Whether the letter of a day falls on `today`: a holiday gives its letter to the first working day
/// after it, within the week.
fn is_first_working_day(
    nominal: NaiveDate,
    today: NaiveDate,
    works: impl Fn(NaiveDate) -> bool,
) -> bool {
    let mut days = nominal.iter_days().take(7);
    days.find(|day| works(*day)) == Some(today)
}

async fn days(app: &App, today: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let key = today.to_string();
    let calendar = app.pack.calendar();
    let mut office = String::new();
    let mut cases = Vec::new();
    for recipient in recipients(&app.db, &key).await? {
        if recipient.office != office {
            cases = open_cases(&app.db, &recipient.office).await?;
            office.clone_from(&recipient.office);
        }
        let mut tx = app.db.begin().await?;
        if !once::claim(&mut tx, Kind::Digest, &key, &recipient.username, now).await? {
            continue;
        }
        let day = Day::of(&cases, recipient.id, now, |due| {
            calendar.local_date(due) == today
        });
        // Nothing to do is no letter, today nor later today.
        if !day.is_empty() {
            let lang = Lang::from_accept_language(&recipient.lang);
            let letter = day_letter(app, &day, today, lang, recipient.email);
            outbox::enqueue(&mut tx, &app.random, now, &Effect::Mail(letter)).await?;
        }
        tx.commit().await?;
        app.outbox_bell.notify_one();
    }
    Ok(())
}

fn day_letter(app: &App, day: &Day<'_>, today: NaiveDate, lang: Lang, to: String) -> Letter {
    let (overdue, due, new) = (day.overdue.len(), day.due_today.len(), day.new.len());
    let subject = message!(
        "今日待办（{today}）：今天到期 {due}，逾期 {overdue}，新案 {new}",
        "Today ({today}): {due} due, {overdue} overdue, {new} new",
        "오늘 할 일({today}): 오늘 마감 {due}, 기한 초과 {overdue}, 신규 {new}"
    );
    let mut text = String::new();
    for (title, cases) in [
        (message!("逾期", "Overdue", "기한 초과"), &day.overdue),
        (
            message!("今天到期", "Due today", "오늘 마감"),
            &day.due_today,
        ),
        (
            message!("新案，待接单", "New, to be accepted", "신규, 접수 대기"),
            &day.new,
        ),
        (
            message!(
                "等待答复，计时暂停",
                "Waiting for an answer",
                "답변 대기, 기한 정지"
            ),
            &day.waiting,
        ),
    ] {
        if cases.is_empty() {
            continue;
        }
        let heading = format!("{}（{}）\n", title.get(lang), cases.len());
        text.push_str(&heading);
        for case in cases.iter().take(NAMED) {
            let category =
                super::answer::name(app, super::answer::By::Category, &case.category, lang);
            let due = case
                .due_at
                .map_or_else(String::new, |due| app.pack.calendar().local_text(due));
            let line = format!("· {} {category} {due}\n", case.code.grouped());
            text.push_str(&line);
        }
        if cases.len() > NAMED {
            text.push_str("· …\n");
        }
        text.push('\n');
    }
    let url = format!("{}/desk", app.public_url);
    text.push_str(
        message!(
            "办理：{url}\n\n不想再收到日报，可在“我的”里关闭。此信由系统发出，请勿直接回复。\n",
            "The desk: {url}\n\nYou can turn this letter off in your settings. It was sent by the system; please do not reply.\n",
            "업무 화면: {url}\n\n설정에서 이 메일을 끌 수 있습니다. 시스템에서 발송되었으니 회신하지 마세요.\n"
        )
        .get(lang),
    );
    Letter {
        to,
        subject: subject.get(lang).to_owned(),
        text,
    }
}

/// A report that counts in the week's letter.
#[derive(sqlx::FromRow)]
struct Moved {
    received_on: String,
    closed_on: Option<String>,
    in_time: bool,
    rework: bool,
    close_minutes: Option<i64>,
}

async fn moved(db: &Db, office: &str, first: &str, last: &str) -> Result<Vec<Moved>, DbError> {
    db.sql(
        "SELECT received_on, closed_on, in_time, rework, close_minutes FROM report_facts
         WHERE office = $1
           AND (received_on BETWEEN $2 AND $3 OR closed_on BETWEEN $2 AND $3)",
    )
    .bind(office.to_owned())
    .bind(first.to_owned())
    .bind(last.to_owned())
    .all()
    .await
}

async fn weeks(app: &App, monday: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let key = monday.to_string();
    let told = once::sent(&app.db, Kind::Week, &key).await?;
    let offices = app.pack.offices().iter().chain(app.pack.township_offices());
    let waiting: Vec<(&Office, &String)> = offices
        .filter(|office| office.receives_reports && !told.contains(&office.id))
        .filter_map(|office| Some((office, office.email.as_ref()?)))
        .collect();
    if waiting.is_empty() {
        return Ok(());
    }
    super::count::catch_up(app).await?;
    let first = monday.checked_sub_days(Days::new(7)).unwrap_or(monday);
    let last = monday.pred_opt().unwrap_or(monday);
    for (office, email) in waiting {
        let rows = moved(&app.db, &office.id, &first.to_string(), &last.to_string()).await?;
        let open = open_cases(&app.db, &office.id).await?;
        let mut tx = app.db.begin().await?;
        if !once::claim(&mut tx, Kind::Week, &key, &office.id, now).await? {
            continue;
        }
        if !(rows.is_empty() && open.is_empty()) {
            let letter = week_letter(app, office, (first, last), &rows, &open, now, email.clone());
            outbox::enqueue(&mut tx, &app.random, now, &Effect::Mail(letter)).await?;
        }
        tx.commit().await?;
        app.outbox_bell.notify_one();
    }
    Ok(())
}

fn week_letter(
    app: &App,
    office: &Office,
    (first, last): (NaiveDate, NaiveDate),
    rows: &[Moved],
    open: &[OpenCase],
    now: DateTime<Utc>,
    to: String,
) -> Letter {
    let lang = Lang::Zh;
    let within = |day: &str| (first.to_string()..=last.to_string()).contains(&day.to_owned());
    let received = rows.iter().filter(|row| within(&row.received_on)).count();
    let closed: Vec<&Moved> = rows
        .iter()
        .filter(|row| row.closed_on.as_deref().is_some_and(within))
        .collect();
    let in_time = closed.iter().filter(|row| row.in_time).count();
    let rework = closed.iter().filter(|row| row.rework).count();
    let tally = Tally {
        close: closed.iter().filter_map(|row| row.close_minutes).collect(),
        ..Tally::default()
    };
    let hours = tally.figures(None).close.median.map_or_else(
        || "—".to_owned(),
        |minutes| {
            let tenths = (minutes + 3) / 6;
            format!("{}.{}", tenths / 10, tenths % 10)
        },
    );
    let overdue = open
        .iter()
        .filter(|case| {
            case.due_at
                .is_some_and(|due| due < case.paused_at.unwrap_or(now))
        })
        .count();
    let (name, closed, open) = (office.name.get(lang), closed.len(), open.len());
    let url = format!("{}/desk/figures?from={first}&to={last}", app.public_url);
    let subject = message!(
        "{name}一周办理情况（{first} 至 {last}）",
        "The week of {name} ({first} to {last})",
        "{name} 주간 처리 현황({first}~{last})"
    );
    let text = message!(
        "{name}\n{first} 至 {last}\n\n收到：{received}\n结案：{closed}（按期 {in_time}，返工过 {rework}）\n结案用时中位数：{hours} 个工作小时\n现在在办：{open}，其中逾期 {overdue}\n\n详情：{url}\n\n此信由系统发出，请勿直接回复。\n",
        "{name}\n{first} to {last}\n\nReceived: {received}\nClosed: {closed} ({in_time} in time, {rework} after rework)\nMedian time to close: {hours} working hours\nOpen now: {open}, of which {overdue} overdue\n\nDetails: {url}\n\nThis letter was sent by the system; please do not reply.\n",
        "{name}\n{first}~{last}\n\n접수: {received}\n종결: {closed}(기한 내 {in_time}, 재처리 {rework})\n종결 소요 중앙값: 근무 {hours}시간\n현재 처리 중: {open}, 기한 초과 {overdue}\n\n자세히: {url}\n\n이 메일은 시스템에서 발송되었습니다. 회신하지 마세요.\n"
    );
    Letter {
        to,
        subject: subject.get(lang).to_owned(),
        text: text.get(lang).to_owned(),
    }
}

/// Whether somebody wants the letter, and in which language.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Setting {
    pub wanted: bool,
    pub lang: String,
}

pub async fn setting(db: &Db, account: AccountId) -> Result<Option<Setting>, DbError> {
    db.sql("SELECT wanted, lang FROM digest_settings WHERE account_id = $1")
        .bind(account)
        .optional()
        .await
}

pub async fn set(
    db: &Db,
    account: AccountId,
    setting: &Setting,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    db.sql(
        "INSERT INTO digest_settings (account_id, wanted, lang, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE SET wanted = excluded.wanted, lang = excluded.lang,
             updated_at = excluded.updated_at",
    )
    .bind(account)
    .bind(setting.wanted)
    .bind(setting.lang.clone())
    .bind(now)
    .run()
    .await
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::random::Random;

    fn case(status: Status, due: &str, paused: bool, assignee: Option<AccountId>) -> OpenCase {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        OpenCase {
            code: Code::draw(&Random::seeded(1)),
            category: "construction".into(),
            status,
            due_at: Some(at(due)),
            paused_at: paused.then(|| at("2026-11-24T01:00:00Z")),
            assignee,
        }
    }

    #[test]
    fn a_holiday_gives_its_letter_to_the_next_working_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let works = |d: NaiveDate| d != day("2026-10-05") && d != day("2026-10-06");
        let monday = day("2026-10-05");
        assert!(is_first_working_day(monday, day("2026-10-07"), works));
        assert!(!is_first_working_day(monday, day("2026-10-08"), works));
        assert!(!is_first_working_day(monday, monday, works));
    }

    #[test]
    fn a_handlers_day_holds_their_own_cases_and_nobodys() {
        let me = AccountId(uuid::Uuid::from_u128(1));
        let other = AccountId(uuid::Uuid::from_u128(2));
        let (past, today, later) = (
            "2026-11-23T01:00:00Z",
            "2026-11-24T08:00:00Z",
            "2026-11-26T08:00:00Z",
        );
        let cases = [
            case(Status::Accepted, past, false, Some(me)),
            case(Status::Accepted, past, false, Some(other)),
            case(Status::Reopened, today, false, None),
            case(Status::Dispatched, later, false, None),
            case(Status::Extended, later, true, Some(me)),
            case(Status::Handled, past, true, Some(me)),
            case(Status::Suspended, past, true, Some(me)),
        ];
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let is_today = |due: DateTime<Utc>| due.date_naive().to_string() == "2026-11-24";
        let day = Day::of(&cases, me, now, is_today);
        let counts = [&day.overdue, &day.due_today, &day.new, &day.waiting].map(Vec::len);
        assert_eq!(counts, [1, 1, 2, 1]);
        assert!(Day::of(&cases[1..2], me, now, is_today).is_empty());
    }
}
