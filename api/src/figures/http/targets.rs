//! The programme's targets: entering a quarter's figures, comparing, and what the public reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::figures::SHARED;
use crate::app::{App, NO_STORE};
use crate::auth::{Account, Handlers, Named, Planners, Staff};
use crate::district::Lang;
use crate::district::figures::{Direction, Target};
use crate::figures::answer::{self, By};
use crate::figures::targets::amount::Amount;
use crate::figures::targets::period::Period;
use crate::figures::targets::{self, Entry, NewEntry, store};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};

/// Quarters of a trend.
const TREND: usize = 12;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(quarter))
        .routes(routes!(enter))
        .routes(routes!(history))
        .routes(routes!(comparison))
        .routes(routes!(of_public))
}

#[derive(Deserialize, IntoParams)]
struct PeriodQuery {
    /// `2026Q3`; without, the quarter that ended last.
    period: Option<String>,
}

impl PeriodQuery {
    fn period(&self, app: &App) -> Result<Period> {
        let today = app.pack.calendar().local_date(app.clock.now());
        self.period
            .as_deref()
            .map_or_else(|| Ok(Period::of(today).previous()), Period::parse)
    }
}

/// A target as the programme states it.
#[derive(Serialize, ToSchema)]
#[schema(as = TargetStated)]
struct Stated {
    id: String,
    name: String,
    clause: String,
    numerator: String,
    denominator: String,
    unit: String,
    direction: Direction,
    percent: i64,
    /// The year by which.
    by: i32,
    /// Who answers for it.
    office: Named,
}

/// What is entered for a target, summed.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = TargetSum)]
struct Sum {
    #[schema(value_type = f64)]
    numerator: Amount,
    #[schema(value_type = f64)]
    denominator: Amount,
    /// 0 to 1; null where nothing is entered.
    share: Option<f64>,
    /// Whether it reaches the target.
    met: Option<bool>,
    /// Parts entered, and parts there are.
    entered: usize,
    expected: usize,
}

/// One part: the office's, or a township's.
#[derive(Serialize, ToSchema)]
#[schema(as = TargetPart)]
struct Part {
    /// Null where the office enters for the district.
    township: Option<Named>,
    office: Named,
    #[schema(value_type = Option<f64>)]
    numerator: Option<Amount>,
    #[schema(value_type = Option<f64>)]
    denominator: Option<Amount>,
    share: Option<f64>,
    met: Option<bool>,
    /// Of the quarter before.
    last_share: Option<f64>,
    note: Option<String>,
    /// 0 until it is entered.
    version: i64,
    entered_at: Option<DateTime<Utc>>,
    entered_by: Option<String>,
    /// Whether it was first entered in time; null until it is entered.
    on_time: Option<bool>,
    /// Whether the person who asks may enter it.
    may_enter: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TargetQuarter)]
struct InQuarter {
    #[serde(flatten)]
    target: Stated,
    district: Sum,
    parts: Vec<Part>,
}

/// The targets of a quarter.
#[derive(Serialize, ToSchema)]
struct TargetsPage {
    #[schema(value_type = String)]
    period: Period,
    due_on: NaiveDate,
    /// After it a correction needs a reason.
    is_over: bool,
    /// Points from the last quarter above which `confirm` is asked for.
    jump_points: i64,
    targets: Vec<InQuarter>,
}

fn named(app: &App, by: By, id: &str, lang: Lang) -> Named {
    Named {
        id: id.to_owned(),
        name: answer::name(app, by, id, lang),
    }
}

fn stated(app: &App, target: &Target, lang: Lang) -> Stated {
    let text = |text: &crate::district::Text| text.get(lang).to_owned();
    Stated {
        id: target.id.clone(),
        name: text(&target.name),
        clause: target.clause.clone(),
        numerator: text(&target.numerator),
        denominator: text(&target.denominator),
        unit: text(&target.unit),
        direction: target.direction,
        percent: target.percent,
        by: target.by,
        office: named(app, By::Office, &target.office, lang),
    }
}

fn sum<'a>(app: &App, target: &Target, entries: impl Iterator<Item = &'a Entry>) -> Sum {
    let (mut numerator, mut denominator, mut entered) = (Amount(0), Amount(0), 0);
    for entry in entries {
        numerator = numerator + entry.numerator;
        denominator = denominator + entry.denominator;
        entered += 1;
    }
    let share = targets::share(numerator, denominator);
    Sum {
        numerator,
        denominator,
        share,
        met: share.map(|share| targets::is_met(target, share)),
        entered,
        expected: targets::parts(app, target).len(),
    }
}

type Entries = BTreeMap<(String, Period, String), Entry>;

async fn entries(app: &App, first: Period, last: Period) -> Result<Entries> {
    let rows = store::entries(&app.db, first, last).await?;
    Ok(rows
        .into_iter()
        .map(|entry| {
            let key = (entry.target.clone(), entry.period, entry.township.clone());
            (key, entry)
        })
        .collect())
}

fn in_quarter(
    app: &App,
    account: &Account,
    target: &Target,
    period: Period,
    entries: &Entries,
    names: &BTreeMap<uuid::Uuid, String>,
    lang: Lang,
) -> InQuarter {
    let of = |period, part: &str| entries.get(&(target.id.clone(), period, part.to_owned()));
    let share = |entry: &Entry| targets::share(entry.numerator, entry.denominator);
    let parts = targets::parts(app, target);
    let district = sum(
        app,
        target,
        parts.iter().filter_map(|part| of(period, part)),
    );
    let parts = parts.iter().map(|part| {
        let entry = of(period, part);
        let reached = entry.and_then(share);
        Part {
            township: (!part.is_empty()).then(|| named(app, By::Township, part, lang)),
            office: named(app, By::Office, &targets::office_of(target, part), lang),
            numerator: entry.map(|entry| entry.numerator),
            denominator: entry.map(|entry| entry.denominator),
            share: reached,
            met: reached.map(|share| targets::is_met(target, share)),
            last_share: of(period.previous(), part).and_then(share),
            note: entry.and_then(|entry| entry.note.clone()),
            version: entry.map_or(0, |entry| entry.version),
            entered_at: entry.map(|entry| entry.entered_at),
            entered_by: entry.and_then(|entry| names.get(&entry.entered_by.0).cloned()),
            on_time: entry.map(|entry| targets::is_on_time(app, period, entry.first_at)),
            may_enter: targets::may_enter(account, target, part),
        }
    });
    InQuarter {
        target: stated(app, target, lang),
        district,
        parts: parts.collect(),
    }
}

async fn staff_names(app: &App) -> Result<BTreeMap<uuid::Uuid, String>> {
    let rows: Vec<(uuid::Uuid, String)> = app
        .db
        .sql("SELECT id, name FROM accounts WHERE role <> 'resident'")
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

async fn page(app: &App, account: &Account, period: Period, lang: Lang) -> Result<TargetsPage> {
    let entries = entries(app, period.previous(), period).await?;
    let names = staff_names(app).await?;
    let figures = app.pack.figures();
    let due_on = targets::due_on(app, period);
    Ok(TargetsPage {
        period,
        due_on,
        is_over: app.pack.calendar().local_date(app.clock.now()) > due_on,
        jump_points: figures.jump_points,
        targets: figures
            .targets
            .iter()
            .map(|target| in_quarter(app, account, target, period, &entries, &names, lang))
            .collect(),
    })
}

/// Targets of a quarter
///
/// What the programme wants (二（四）1 to 二（六）3), what each office and township entered (四（二）2), and
/// what is missing.
#[utoipa::path(
    get, path = "/desk/targets", tag = "figures", params(PeriodQuery),
    responses(
        (status = OK, body = TargetsPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn quarter(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<PeriodQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<TargetsPage>)> {
    let period = query.period(&app)?;
    Ok((
        [NO_STORE],
        Json(page(&app, &staff.account, period, lang).await?),
    ))
}

fn target<'a>(app: &'a App, id: &str) -> Result<&'a Target> {
    app.pack.figures().target(id).ok_or_else(|| {
        Error::NotFound(message!(
            "没有这个目标。",
            "There is no such target.",
            "이러한 목표가 없습니다."
        ))
    })
}

/// Enter a quarter's figures
///
/// By the handlers of the office that answers, or of the township. A share that moved far since the
/// last quarter has to be confirmed; after the deadline a correction needs a reason. Every state is
/// kept.
#[utoipa::path(
    put, path = "/desk/targets/{target}/{period}", tag = "figures", request_body = NewEntry,
    params(("target" = String, Path), ("period" = String, Path, description = "`2026Q3`")),
    responses(
        (status = OK, body = InQuarter),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Another office's figures"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Entered by somebody else meanwhile"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn enter(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    Language(lang): Language,
    Path((id, period)): Path<(String, String)>,
    Body { value: new, .. }: Body<NewEntry>,
) -> Result<Json<InQuarter>> {
    let target = target(&app, &id)?;
    let period = Period::parse(&period)?;
    let part = targets::part_for(&app, &staff.account, target, new.township.as_deref())?;
    let mut tx = app.db.begin().await?;
    let old = store::entry(&mut tx, &id, period, &part).await?;
    let last = store::entry(&mut tx, &id, period.previous(), &part).await?;
    let key = (target, period, part);
    let (entry, reason) =
        targets::decide(&app, &staff.account, key, &new, old.as_ref(), last.as_ref())?;
    if !store::keep(&mut tx, &entry, reason).await? {
        return Err(Error::Conflict(message!(
            "这项数据刚刚有了变化，请刷新后再填。",
            "The figures have just changed: reload and try again.",
            "수치가 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    tx.commit().await?;
    let entries = entries(&app, period.previous(), period).await?;
    let names = staff_names(&app).await?;
    Ok(Json(in_quarter(
        &app,
        &staff.account,
        target,
        period,
        &entries,
        &names,
        lang,
    )))
}

#[derive(Deserialize, IntoParams)]
struct PartQuery {
    /// Code of the township; none where the office enters.
    township: Option<String>,
}

/// One state of what was entered.
#[derive(Serialize, ToSchema)]
#[schema(as = TargetPast)]
struct Past {
    version: i64,
    #[schema(value_type = f64)]
    numerator: Amount,
    #[schema(value_type = f64)]
    denominator: Amount,
    note: Option<String>,
    /// Why it was corrected after the deadline.
    reason: Option<String>,
    at: DateTime<Utc>,
    by: Option<String>,
}

/// Every state of what was entered, the newest first.
#[derive(Serialize, ToSchema)]
struct TargetHistory {
    items: Vec<Past>,
}

/// How a quarter's figures came about
#[utoipa::path(
    get, path = "/desk/targets/{target}/{period}", tag = "figures",
    params(("target" = String, Path), ("period" = String, Path, description = "`2026Q3`"), PartQuery),
    responses(
        (status = OK, body = TargetHistory),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn history(
    State(app): State<Arc<App>>,
    _: Staff<Planners>,
    Path((id, period)): Path<(String, String)>,
    Query(query): Query<PartQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<TargetHistory>)> {
    let target = target(&app, &id)?;
    let period = Period::parse(&period)?;
    let part = query.township.unwrap_or_default();
    let names = staff_names(&app).await?;
    let past = store::history(&app.db, &target.id, period, &part).await?;
    let items = past.into_iter().map(|past| Past {
        version: past.version,
        numerator: past.numerator,
        denominator: past.denominator,
        note: past.note,
        reason: past.reason,
        at: past.at,
        by: names.get(&past.account_id.0).cloned(),
    });
    Ok((
        [NO_STORE],
        Json(TargetHistory {
            items: items.collect(),
        }),
    ))
}

/// One figure of an office or township.
#[derive(Serialize, ToSchema)]
#[schema(as = ComparedFigure)]
struct Compared {
    target: String,
    name: String,
    share: Option<f64>,
    met: Option<bool>,
    entered: bool,
    on_time: Option<bool>,
    /// The version it is at: more than one was corrected.
    version: i64,
}

/// An office or township with everything it enters.
#[derive(Serialize, ToSchema)]
#[schema(as = ComparedOffice)]
struct ComparedOffice {
    office: Named,
    is_township: bool,
    expected: usize,
    entered: usize,
    on_time: usize,
    met: usize,
    figures: Vec<Compared>,
}

/// Offices and townships side by side.
#[derive(Serialize, ToSchema)]
struct TargetComparison {
    #[schema(value_type = String)]
    period: Period,
    due_on: NaiveDate,
    /// In the pack's order, which is no rank.
    offices: Vec<ComparedOffice>,
}

/// Comparison for assessment
///
/// Offices and townships side by side: what they entered, whether in time, and whether it reaches the
/// target (四（二）3).
#[utoipa::path(
    get, path = "/desk/targets/comparison", tag = "figures", params(PeriodQuery),
    responses(
        (status = OK, body = TargetComparison),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn comparison(
    State(app): State<Arc<App>>,
    _: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<PeriodQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<TargetComparison>)> {
    let period = query.period(&app)?;
    let entries = entries(&app, period, period).await?;
    let mut of: BTreeMap<String, Vec<Compared>> = BTreeMap::new();
    for target in &app.pack.figures().targets {
        for part in targets::parts(&app, target) {
            let office = targets::office_of(target, &part);
            let entry = entries.get(&(target.id.clone(), period, part));
            let share = entry.and_then(|entry| targets::share(entry.numerator, entry.denominator));
            of.entry(office).or_default().push(Compared {
                target: target.id.clone(),
                name: target.name.get(lang).to_owned(),
                share,
                met: share.map(|share| targets::is_met(target, share)),
                entered: entry.is_some(),
                on_time: entry.map(|entry| targets::is_on_time(&app, period, entry.first_at)),
                version: entry.map_or(0, |entry| entry.version),
            });
        }
    }
    let pack = &app.pack;
    let offices = pack.offices().iter().map(|office| (office, false));
    let townships = pack.township_offices().iter().map(|office| (office, true));
    let compared = offices
        .chain(townships)
        .filter_map(|(office, is_township)| {
            let figures = of.remove(&office.id)?;
            let count = |which: fn(&Compared) -> bool| figures.iter().filter(|f| which(f)).count();
            Some(ComparedOffice {
                office: Named {
                    id: office.id.clone(),
                    name: office.name.get(lang).to_owned(),
                },
                is_township,
                expected: figures.len(),
                entered: count(|figure| figure.entered),
                on_time: count(|figure| figure.on_time == Some(true)),
                met: count(|figure| figure.met == Some(true)),
                figures,
            })
        });
    let offices = compared.collect();
    Ok((
        [NO_STORE],
        Json(TargetComparison {
            period,
            due_on: targets::due_on(&app, period),
            offices,
        }),
    ))
}

/// A quarter of a trend.
#[derive(Serialize, ToSchema)]
#[schema(as = TargetTrend)]
struct Trend {
    #[schema(value_type = String)]
    period: Period,
    #[serde(flatten)]
    sum: Sum,
    /// Whether every part was entered.
    complete: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PublicTarget)]
struct PublicTarget {
    #[serde(flatten)]
    target: Stated,
    /// The newest quarter that every part was entered for.
    latest: Option<Trend>,
    /// Oldest first, up to three years.
    trend: Vec<Trend>,
}

/// The targets as the public reads them.
#[derive(Serialize, ToSchema)]
struct PublicTargets {
    targets: Vec<PublicTarget>,
}

/// Public targets
///
/// The district's sums beside what the programme wants. A quarter shows once its figures were due.
#[utoipa::path(
    get, path = "/figures/targets", tag = "figures",
    responses((status = OK, body = PublicTargets))
)]
async fn of_public(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> Result<([(HeaderName, HeaderValue); 1], Json<PublicTargets>)> {
    let today = app.pack.calendar().local_date(app.clock.now());
    let mut periods = Vec::new();
    let mut period = Period::of(today).previous();
    while periods.len() < TREND {
        if targets::due_on(&app, period) < today {
            periods.push(period);
        }
        period = period.previous();
    }
    let (Some(last), Some(first)) = (periods.first(), periods.last()) else {
        return Err(Error::internal("a trend has quarters"));
    };
    let entries = entries(&app, *first, *last).await?;
    let shown = app.pack.figures().targets.iter().map(|target| {
        let trend = |period: Period| {
            let parts = targets::parts(&app, target);
            let of = |part| entries.get(&(target.id.clone(), period, part));
            let sum = sum(&app, target, parts.into_iter().filter_map(of));
            Trend {
                period,
                complete: sum.entered == sum.expected,
                sum,
            }
        };
        let quarters = periods.iter().rev().map(|period| trend(*period));
        let trend: Vec<Trend> = quarters.filter(|trend| trend.sum.entered > 0).collect();
        PublicTarget {
            target: stated(&app, target, lang),
            latest: trend.iter().rev().find(|t| t.complete).map(|t| Trend {
                period: t.period,
                sum: t.sum.clone(),
                complete: true,
            }),
            trend,
        }
    });
    Ok((
        [SHARED],
        Json(PublicTargets {
            targets: shown.collect(),
        }),
    ))
}
