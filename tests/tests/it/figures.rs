//! Figures against an independent recount of the raw history, and who reads which.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of a test are small numbers"
)]

use std::collections::{BTreeMap, BTreeSet};

use axum::http::HeaderMap;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;
use wufei_api::auth::Role;
use wufei_api::reports::change::{Details, append, carry_out};
use wufei_api::reports::event::EventKind;
use wufei_api::reports::model::{Actor, Change, Status};
use wufei_api::reports::{Filer, NewReport, file, store};
use wufei_api::shared::error::Error;
use wufei_api::shared::id::{AccountId, FollowerId, ReportId};
use wufei_api::shared::idempotency::IdempotencyKey;
use wufei_tests::server::PASSWORD;
use wufei_tests::{Person, Server, both_databases};

const SPOTS: [(f64, f64); 7] = [
    (126.585_64, 42.056_36),
    (126.586_9, 42.056_4),
    (126.600_28, 42.081_67),
    (126.62, 42.02),
    (126.55, 42.1),
    (126.7, 42.0),
    (126.5, 42.05),
];
const CATEGORIES: [&str; 4] = ["construction", "kitchen", "straw", "construction"];

async fn account(server: &Server, username: &str) -> AccountId {
    let (id,): (AccountId,) = server
        .app
        .db
        .sql("SELECT id FROM accounts WHERE username = $1")
        .bind(username.to_owned())
        .one()
        .await
        .unwrap();
    id
}

async fn new_report(server: &Server, random: &mut StdRng) -> String {
    let (lng, lat) = SPOTS[random.random_range(0..SPOTS.len())];
    let jitter = |random: &mut StdRng| random.random_range(-0.000_5..0.000_5);
    let body = json!({
        "category": CATEGORIES[random.random_range(0..CATEGORIES.len())],
        "description": "路边的垃圾",
        "lng": lng + jitter(random),
        "lat": lat + jitter(random),
        "private": random.random_bool(0.1),
    });
    let new: NewReport = serde_json::from_value(body).unwrap();
    let filer = Filer {
        account: None,
        lang: wufei_api::district::Lang::Zh,
        via: None,
    };
    let key = IdempotencyKey::of_headers(&HeaderMap::new(), "/").unwrap();
    let (_, filed) = file(&server.app, new, filer, &key, [0; 32]).await.unwrap();
    filed.code.to_string()
}

fn any_change(random: &mut StdRng, others: &[ReportId], now: DateTime<Utc>) -> Change {
    match random.random_range(0..26) {
        0..=10 => Change::Note,
        11..=17 => Change::FailVerification,
        18 => Change::Dispute,
        19 => Change::Return {
            target: ["ecology", "housing", "health"][random.random_range(0..3)].into(),
        },
        20 => Change::Extend {
            hours: random.random_range(1..40),
        },
        21 => Change::Suspend {
            until: now + TimeDelta::days(2),
        },
        22 => Change::Reopen,
        23 => Change::Merge {
            into: others[random.random_range(0..others.len())],
        },
        24 => Change::Reject,
        _ => Change::Dispatch {
            office: "housing".into(),
            last: false,
        },
    }
}

/// Does something to a report, as whoever may; what may not be done is not done.
async fn step(
    server: &Server,
    random: &mut StdRng,
    code: &str,
    ids: &[AccountId; 3],
    all: &[ReportId],
) {
    let app = &server.app;
    let mut tx = app.db.begin().await.unwrap();
    let code = code.parse().unwrap();
    let report = store::by_code_for_change(&mut tx, &code)
        .await
        .unwrap()
        .unwrap();
    let now = app.clock.now();
    let next = match report.status {
        Status::Dispatched | Status::Reopened => Change::Accept,
        Status::Accepted | Status::Extended => Change::Handle,
        Status::Handled if report.verified_at.is_some() => Change::Close,
        Status::Handled => Change::Verify,
        _ => Change::Resume,
    };
    let change = if random.random_bool(0.6) {
        next
    } else {
        any_change(random, all, now)
    };
    let staff = |at: usize, role, office: &str| Actor::Staff {
        id: ids[at],
        role,
        office: Some(office.to_owned()),
    };
    let actor = match &change {
        Change::Note | Change::Accept | Change::Handle | Change::Return { .. } => {
            staff(0, Role::Handler, &report.lead)
        }
        Change::Verify | Change::Close | Change::FailVerification => {
            staff(1, Role::Verifier, "data")
        }
        Change::Dispute => Actor::Resident,
        _ => staff(2, Role::Coordinator, "data"),
    };
    let over = matches!(report.status, Status::Handled | Status::Closed);
    if over && random.random_bool(0.3) {
        let (follower,): (FollowerId,) = tx
            .sql("SELECT id FROM report_followers WHERE report_id = $1 AND reporter")
            .bind(report.id)
            .one()
            .await
            .unwrap();
        store::rate(&mut tx, follower, random.random_range(1..=5), None, None)
            .await
            .unwrap();
        append(app, &mut tx, &report, EventKind::Rated, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        return;
    }
    let details = Details {
        note: Some("按规定办理".into()),
        ..Details::default()
    };
    match carry_out(app, &mut tx, report, &change, &actor, details).await {
        Ok(_) => tx.commit().await.unwrap(),
        Err(Error::Internal(error)) => panic!("{error}"),
        Err(_) => {}
    }
}

/// Months of life: reports come in, and something happens to some report, in lawful steps only.
pub async fn live(server: &Server, seed: u64, reports: usize, steps: usize) {
    let mut random = StdRng::seed_from_u64(seed);
    for (username, role, office) in [
        ("sim-handler", Role::Handler, Some("housing")),
        ("sim-verifier", Role::Verifier, Some("data")),
        ("sim-coordinator", Role::Coordinator, None),
    ] {
        server.staff(username, role, office).await;
    }
    let ids = [
        account(server, "sim-handler").await,
        account(server, "sim-verifier").await,
        account(server, "sim-coordinator").await,
    ];
    let mut codes = Vec::new();
    let mut all: Vec<ReportId> = Vec::new();
    for turn in 0..steps {
        server.advance(TimeDelta::minutes(random.random_range(1..150)));
        if turn * reports / steps >= codes.len() {
            let code = new_report(server, &mut random).await;
            let code_of: wufei_api::reports::Code = code.parse().unwrap();
            all.push(
                store::by_code(&server.app.db, &code_of)
                    .await
                    .unwrap()
                    .unwrap()
                    .id,
            );
            codes.push(code);
        }
        // Mostly the younger ones: old cases come to an end.
        let from = codes.len().saturating_sub(40);
        let at = random.random_range(from..codes.len());
        let code = codes[at].clone();
        step(server, &mut random, &code, &ids, &all).await;
    }
}

#[derive(sqlx::FromRow)]
struct RawReport {
    id: Uuid,
    created_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    lead: String,
    township: Option<String>,
    category: String,
    lng: f64,
    lat: f64,
}

#[derive(sqlx::FromRow)]
struct RawEvent {
    report_id: Uuid,
    at: DateTime<Utc>,
    kind: String,
    status: String,
    office: Option<String>,
    actor: Option<Uuid>,
}

/// Everything as it is stored, and the working minutes since the first report.
pub struct Raw {
    reports: Vec<RawReport>,
    events: BTreeMap<Uuid, Vec<RawEvent>>,
    scores: Vec<(Uuid, i64)>,
    start: DateTime<Utc>,
    worked: Vec<i64>,
}

impl Raw {
    pub async fn read(server: &Server) -> Self {
        let db = &server.app.db;
        let reports: Vec<RawReport> = db
            .sql("SELECT id, created_at, due_at, lead, township, category, lng, lat FROM reports")
            .all()
            .await
            .unwrap();
        let rows: Vec<RawEvent> = db
            .sql("SELECT report_id, at, kind, status, office, actor FROM report_events ORDER BY report_id, seq")
            .all()
            .await
            .unwrap();
        let mut events: BTreeMap<Uuid, Vec<RawEvent>> = BTreeMap::new();
        for row in rows {
            events.entry(row.report_id).or_default().push(row);
        }
        let scores = db
            .sql(
                "SELECT COALESCE(r.merged_into, r.id) AS report_id, f.score
                 FROM report_followers f JOIN reports r ON r.id = f.report_id
                 WHERE f.score IS NOT NULL",
            )
            .all()
            .await
            .unwrap();
        let start = wufei_tests::server::start_of_tests();
        let minutes = (server.app.clock.now() - start).num_minutes();
        let mut worked = vec![0];
        for minute in 0..minutes {
            let at = start + TimeDelta::minutes(minute);
            let now = i64::from(server.app.pack.calendar().is_working_time(at));
            worked.push(worked.last().unwrap() + now);
        }
        Self {
            reports,
            events,
            scores,
            start,
            worked,
        }
    }

    fn minutes(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> i64 {
        let at = |time: DateTime<Utc>| usize::try_from((time - self.start).num_minutes()).unwrap();
        self.worked[at(b)] - self.worked[at(a)]
    }

    fn day(at: DateTime<Utc>) -> NaiveDate {
        (at + TimeDelta::hours(8)).date_naive()
    }

    fn recurs(&self, report: &RawReport) -> bool {
        self.reports.iter().any(|other| {
            let north = (other.lat - report.lat) * 111_195.08;
            let east = (other.lng - report.lng) * 111_195.08 * report.lat.to_radians().cos();
            other.id != report.id
                && north.hypot(east) <= 50.0
                && self.events[&other.id].iter().any(|event| {
                    event.kind == "closed"
                        && event.at <= report.created_at
                        && report.created_at - event.at <= TimeDelta::days(60)
                })
        })
    }

    /// The figures of some reports, as the API writes them.
    fn count(
        &self,
        chosen: &[&RawReport],
        returned_by: Option<(&str, NaiveDate, NaiveDate)>,
    ) -> Value {
        let mut of: BTreeMap<&str, i64> = BTreeMap::new();
        let (mut first, mut close, mut scores) = (Vec::new(), Vec::new(), Vec::new());
        for report in chosen {
            let events = &self.events[&report.id];
            let status = events.last().unwrap().status.as_str();
            let mut add =
                |name: &'static str, yes: bool| *of.entry(name).or_default() += i64::from(yes);
            let had = |kind: &str| events.iter().any(|event| event.kind == kind);
            add("received", true);
            add("closed", status == "closed");
            add("rejected", status == "rejected");
            add("merged", status == "merged");
            add("open", !["closed", "rejected", "merged"].contains(&status));
            let handled = events
                .iter()
                .filter(|e| e.kind == "handled")
                .map(|e| e.at)
                .max();
            add("handled", handled.is_some());
            add(
                "closed_in_time",
                status == "closed" && handled.unwrap() <= report.due_at.unwrap(),
            );
            let mut seen = false;
            let mut rework = false;
            for event in events {
                seen |= event.kind == "handled";
                rework |= seen
                    && ["reopened", "disputed", "verification_failed"]
                        .contains(&event.kind.as_str());
            }
            add("rework", rework);
            add("extended", had("extended"));
            add("returned", had("returned"));
            add("disputed", had("disputed"));
            add("recurred", status != "merged" && self.recurs(report));
            let acts = [
                "accepted",
                "returned",
                "dispatched",
                "handled",
                "extended",
                "suspended",
                "rejected",
                "merged",
            ];
            let act = events
                .iter()
                .find(|e| e.actor.is_some() && acts.contains(&e.kind.as_str()));
            first.extend(act.map(|e| self.minutes(report.created_at, e.at)));
            if status == "closed" {
                let end = events
                    .iter()
                    .filter(|e| e.kind == "closed")
                    .map(|e| e.at)
                    .max()
                    .unwrap();
                close.push(self.minutes(report.created_at, end));
            }
            scores.extend(
                self.scores
                    .iter()
                    .filter(|(id, _)| *id == report.id)
                    .map(|(_, s)| *s),
            );
        }
        if let Some((office, from, to)) = returned_by {
            let sent_back = self.reports.iter().filter(|report| {
                (from..=to).contains(&Self::day(report.created_at))
                    && self.events[&report.id]
                        .iter()
                        .find(|e| e.kind == "returned")
                        .is_some_and(|e| e.office.as_deref() == Some(office))
            });
            of.insert("returned", i64::try_from(sent_back.count()).unwrap());
        }
        let rank = |values: &mut Vec<i64>, percent: usize| {
            values.sort_unstable();
            let at = (values.len() * percent).div_ceil(100);
            at.checked_sub(1).map(|at| values[at])
        };
        let times = |values: &mut Vec<i64>| json!({ "median": rank(values, 50), "p90": rank(values, 90), "cases": values.len() });
        let mut body = json!(of);
        body["first_action"] = times(&mut first);
        body["close"] = times(&mut close);
        body["scores"] = json!(scores.len());
        body["score_sum"] = json!(scores.iter().sum::<i64>());
        body
    }

    pub fn figures(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        by: &str,
        office: Option<&str>,
    ) -> (BTreeMap<String, Value>, Value) {
        let chosen: Vec<&RawReport> = self
            .reports
            .iter()
            .filter(|r| (from..=to).contains(&Self::day(r.created_at)))
            .collect();
        let mut groups: BTreeMap<String, Vec<&RawReport>> = BTreeMap::new();
        for report in &chosen {
            if by != "office" && office.is_some_and(|office| report.lead != office) {
                continue;
            }
            let day = Self::day(report.created_at);
            let key = match by {
                "office" => report.lead.clone(),
                "township" => report.township.clone().unwrap_or_default(),
                "category" => report.category.clone(),
                _ => format!("{}-{:02}", day.year(), day.month()),
            };
            groups.entry(key).or_default().push(report);
        }
        let rows = groups
            .into_iter()
            .filter(|(key, _)| by != "office" || office.is_none_or(|office| key == office))
            .map(|(key, reports)| {
                let sender = (by == "office").then_some((key.as_str(), from, to));
                let figures = self.count(&reports, sender);
                (key.clone(), figures)
            })
            .collect();
        (rows, self.count(&chosen, None))
    }
}

/// The same shape as [`Raw::count`]; what follows from it is checked on the way.
pub fn counted(figures: &Value, by_office: bool) -> Value {
    let mut body = figures.clone();
    let fields = body.as_object_mut().unwrap();
    let rates = fields.remove("rates").unwrap();
    let satisfaction = fields.remove("satisfaction").unwrap();
    let number = |name: &str| figures[name].as_i64().unwrap();
    let share = |part: i64, whole: i64| {
        (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
    };
    let cases = number("received") - number("rejected") - number("merged");
    let expected = json!({
        "closed": share(number("closed"), cases),
        "closed_in_time": share(number("closed_in_time"), number("closed")),
        "rework": share(number("rework"), number("handled")),
        "extended": share(number("extended"), number("received")),
        "returned": if by_office { None } else { share(number("returned"), number("received")) },
        "disputed": share(number("disputed"), number("handled")),
        "recurred": share(number("recurred"), number("received") - number("merged")),
    });
    assert_eq!(rates, expected);
    let scores = satisfaction["scores"].as_i64().unwrap();
    let average = satisfaction["average"].as_f64().unwrap_or_default();
    fields.insert("scores".into(), json!(scores));
    #[expect(clippy::cast_possible_truncation, reason = "a sum of scores")]
    fields.insert(
        "score_sum".into(),
        json!((average * scores as f64).round() as i64),
    );
    body
}

fn rows(table: &Value) -> BTreeMap<String, Value> {
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            row["id"].as_str().unwrap().to_owned(),
            row["figures"].clone(),
        )
    })
    .collect()
}

async fn compare(person: &Person, raw: &Raw, from: NaiveDate, to: NaiveDate, office: Option<&str>) {
    for by in ["office", "township", "category", "month"] {
        let path = format!("/api/v1/desk/figures?from={from}&to={to}&by={by}");
        let table = person.get(&path).await.expect(200);
        let (expected, total) = raw.figures(from, to, by, office);
        let mut found: BTreeMap<String, Value> = rows(&table)
            .into_iter()
            .map(|(id, figures)| (id, counted(&figures, by == "office")))
            .collect();
        // An office that only sent things back leads nothing that a recount of leads would find.
        found.retain(|id, row| row["received"] != 0 || expected.contains_key(id));
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "{path}"
        );
        for (id, row) in &found {
            assert_eq!(row, &expected[id], "{path} {id}");
        }
        assert_eq!(counted(&table["total"], false), total, "{path}");
        assert_eq!(table["definitions"].as_array().unwrap().len(), 15);
    }
}

both_databases! {
    async fn figures_equal_a_recount_of_the_raw_history(server: Server) {
        live(&server, 11, 260, 2600).await;
        let admin = server.staff("early-admin", Role::Administrator, None).await;
        let behind = admin.get("/api/v1/desk/figures").await.expect(200);
        assert_eq!(behind["complete"], false, "a long queue is the worker's");
        while !wufei_api::figures::catch_up(&server.app).await.unwrap() {}
        let raw = Raw::read(&server).await;
        let total = raw.figures(NaiveDate::MIN, NaiveDate::MAX, "month", None).1;
        for figure in ["closed", "closed_in_time", "rework", "extended", "returned", "disputed", "recurred", "merged", "rejected"] {
            assert!(total[figure].as_i64().unwrap() > 3, "{figure} hardly happens: {total}");
        }
        assert!(total["scores"].as_i64().unwrap() > 10);
        let administrator = server.staff("admin", Role::Administrator, None).await;
        let handler = server.staff("housing", Role::Handler, Some("housing")).await;
        let start: NaiveDate = "2026-11-01".parse().unwrap();
        let end = Raw::day(server.app.clock.now());
        let middle = |days: i64| start + TimeDelta::days(days);
        for (from, to) in [(start, end), (middle(40), middle(95)), (middle(61), middle(62)), (middle(30), middle(60)), (middle(35), middle(91))] {
            compare(&administrator, &raw, from, to, None).await;
            compare(&handler, &raw, from, to, Some("housing")).await;
        }
        // Nothing waits any more, and asking again changes nothing.
        let waiting: (i64,) = server.app.db.sql("SELECT COUNT(*) FROM figure_pending").one().await.unwrap();
        assert_eq!(waiting, (0,));
        // A step is in the next answer.
        let case = server.app.db.sql("SELECT code FROM reports WHERE status = 'dispatched' LIMIT 1");
        let (code,): (String,) = case.one().await.unwrap();
        server.resident().sign_in("sim-coordinator", PASSWORD).await;
        let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
        coordinator.act(&code, "reject", json!({ "reason": "不属于受理范围，请另行反映" })).await.expect(200);
        let raw = Raw::read(&server).await;
        compare(&administrator, &raw, start, end, None).await;
    }

    async fn the_public_reads_whole_months_without_small_counts(server: Server) {
        live(&server, 5, 160, 1000).await;
        server.advance(TimeDelta::days(40));
        let raw = Raw::read(&server).await;
        let resident = server.resident();
        for by in ["office", "township", "category", "month"] {
            let table = resident.get(&format!("/api/v1/figures?by={by}")).await.expect(200);
            let day = |key: &str| table[key].as_str().unwrap().parse::<NaiveDate>().unwrap();
            let (expected, total) = raw.figures(day("from"), day("to"), by, None);
            let threshold = table["small_count"].as_i64().unwrap();
            assert_eq!(threshold, 5);
            let found = rows(&table);
            let mut hidden = 0;
            let mut kept_back = 0;
            for (id, figures) in &found {
                let truth = expected.get(id).map_or(0, |row| row["received"].as_i64().unwrap());
                if figures.is_null() {
                    hidden += 1;
                    kept_back += truth;
                } else {
                    assert!(truth >= threshold);
                    assert_eq!(figures["received"], truth, "{by} {id}");
                    assert_eq!(figures["rework"], expected[id]["rework"]);
                    let cases = figures["close"]["cases"].as_i64().unwrap();
                    assert_eq!(figures["close"]["median"].is_null(), cases < threshold);
                }
            }
            assert_ne!(hidden, 1, "one hidden group is the total minus the rest");
            if hidden > 0 {
                assert!(kept_back >= threshold);
                assert_eq!(table["hidden"]["received"], kept_back);
            }
            assert_eq!(table["total"]["received"], total["received"]);
        }
        let ids: BTreeSet<String> = rows(&resident.get("/api/v1/figures?by=office").await.expect(200)).into_keys().collect();
        let card = resident.get("/api/v1/figures/scorecard").await.expect(200);
        let named = |key: &str| card[key].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(named("offices").union(&named("not_shown")).cloned().collect::<BTreeSet<_>>(), ids);
        assert!(card["district"]["received"].as_i64().unwrap() > 0);
        for query in ["from=2026-11-01&to=2026-11-30", "from=2026-11-01", "from=2026-01-01&to=2026-06-30"] {
            assert_eq!(resident.get(&format!("/api/v1/figures?{query}")).await.fields(422), ["from"], "{query}");
        }
        assert_eq!(resident.get("/api/v1/figures?by=colour").await.fields(422), ["by"]);
    }
}
