//! The inbox over HTTP with a million cases that are over, on both databases, beside the cheapest
//! signed-in request of the same server.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;

use wufei_api::auth::Role;
use wufei_api::db::{Db, DbError, Kind};
use wufei_api::lifecycle::sweep_once;
use wufei_api::shared::terms;
use wufei_tests::person::report;
use wufei_tests::{Database, Person, Server};

const REQUESTS: usize = 200;
/// What the inbox promises: the slowest of a hundred answers, in milliseconds.
const PROMISED_P99: f64 = 50.0;

/// Prints the tables; `open` and `closed` cases.
pub fn compare(open: u32, closed: u32) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        for database in [Database::sqlite(), Database::postgres().await] {
            measure(database, open, closed).await?;
        }
        Ok(())
    })
}

async fn measure(database: Database, open: u32, closed: u32) -> Result<(), Box<dyn Error>> {
    let server = Server::start(database).await;
    let kind = server.app.db.kind();
    let started = Instant::now();
    let (code, _) = server.resident().file(report()).await;
    fill(&server, open, closed).await?;
    sweep_once(&server.app).await?;
    println!(
        "{kind:?}: {open} open and {closed} closed cases made in {:.0} s; {REQUESTS} requests each, one at a time",
        started.elapsed().as_secs_f64()
    );
    let clerk = server.staff("clerk", Role::Handler, Some("housing")).await;
    let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
    let me = row("signed-in, nothing asked", &coordinator, "/api/v1/me", None).await?;
    let township = &server.app.pack.townships()[0].code;
    let category = &server.app.pack.categories()[0].id;
    let cases = |query: &str| format!("/api/v1/desk/cases?{query}");
    let questions = [
        ("counts", "/api/v1/desk/counts".to_owned()),
        ("open, by deadline", cases("open=true")),
        ("open, by risk", cases("open=true&sort=risk")),
        (
            "open, newest, 200 lines",
            cases("open=true&sort=newest&limit=200"),
        ),
        ("late ones", cases("light=red&sort=risk")),
        ("overdue", cases("overdue=true")),
        (
            "nobody's, to be accepted",
            cases("step=accept&assignee=nobody&sort=risk"),
        ),
        ("mine", cases("mine=true")),
        (
            "one category",
            cases(&format!("open=true&category={category}")),
        ),
        (
            "category, township, amber",
            cases(&format!(
                "category={category}&township={township}&light=amber"
            )),
        ),
        ("to be verified", cases("status=handled")),
        ("everything, newest", cases("sort=newest")),
        ("closed, newest", cases("status=closed&sort=newest")),
        (
            "closed of a category and township",
            cases(&format!(
                "status=closed&category={category}&township={township}&sort=newest"
            )),
        ),
        ("all mine that are over", cases("status=closed&mine=true")),
        (
            "over, once more at a spot",
            cases("status=closed&recurs=true"),
        ),
        (
            "over within 500 m",
            cases("status=closed&near=126.55,42.05&within_m=500"),
        ),
        (
            "over of a week a year ago",
            cases(
                "status=closed&created_from=2025-11-01T00:00:00Z&created_to=2025-11-08T00:00:00Z",
            ),
        ),
        (
            "closed in 30 days",
            cases("closed_since=2026-10-25T00:00:00Z"),
        ),
        ("by code", cases(&format!("q={code}"))),
        ("a common word", cases("q=%E5%9E%83%E5%9C%BE&open=true")),
        ("a rare word", cases("q=%E8%80%81%E6%A1%A5")),
        (
            "map of late ones",
            "/api/v1/desk/cases.geojson?light=red&open=true".to_owned(),
        ),
        (
            "map of every open case",
            "/api/v1/desk/cases.geojson?open=true".to_owned(),
        ),
    ];
    let mut worst: f64 = 0.0;
    for (who, person) in [("office", &clerk), ("district", &coordinator)] {
        for (title, path) in &questions {
            worst = worst.max(row(&format!("{title} ({who})"), person, path, Some(me)).await?);
        }
    }
    println!("slowest p99: {worst:.1} ms, promised below {PROMISED_P99:.0} ms\n");
    Ok(())
}

/// Asks, prints a line and gives the p99 (for the reference: the p50), in milliseconds.
async fn row(
    title: &str,
    person: &Person,
    path: &str,
    reference: Option<f64>,
) -> Result<f64, Box<dyn Error>> {
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let started = Instant::now();
        let answer = person.get(path).await;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        if answer.status != 200 {
            return Err(format!("{path}: {} {}", answer.status, answer.body).into());
        }
    }
    times.sort_by(f64::total_cmp);
    let (p50, p99) = (times[REQUESTS / 2], times[REQUESTS * 99 / 100]);
    let ratio = p50 / reference.unwrap_or(p50);
    println!("{title:<46} p50 {p50:>7.1} ms  p99 {p99:>7.1} ms  {ratio:>6.1}");
    Ok(if reference.is_some() { p99 } else { p50 })
}

fn leak(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

/// The migration's own statements make the inbox out of the reports: its triggers, one report at a
/// time, would take an hour.
async fn fill(server: &Server, open: u32, closed: u32) -> Result<(), Box<dyn Error>> {
    let db = &server.app.db;
    let migration = match db.kind() {
        Kind::Sqlite => include_str!("../../../../migrations/sqlite/0018_inbox.sql"),
        Kind::Postgres => include_str!("../../../../migrations/postgres/0018_inbox.sql"),
    };
    let run = async |sql: String| db.sql(leak(sql)).run().await;
    let (drop_trigger, again) = match db.kind() {
        Kind::Sqlite => ("DROP TRIGGER inbox_after_insert", "inbox_after_insert"),
        Kind::Postgres => (
            "DROP TRIGGER inbox_after_insert ON reports",
            "inbox_after_insert",
        ),
    };
    debug_assert!(migration.contains(again));
    run(drop_trigger.to_owned()).await?;
    let indexes = indexes(db).await?;
    for (name, _) in &indexes {
        run(format!("DROP INDEX {name}")).await?;
    }
    names(server).await?;
    for sql in reports(db.kind(), open, closed) {
        run(sql).await?;
    }
    run("DELETE FROM inbox".into()).await?;
    run("DELETE FROM inbox_closed".into()).await?;
    run("DELETE FROM case_words_due".into()).await?;
    let (_, fills) = migration
        .split_once("-- What is there already.")
        .ok_or("the migration does not say what is there already")?;
    for fill in fills.split(";\n").map(str::trim).take(2) {
        // In the order of the key, which is much faster.
        let order = if fill.contains("inbox_closed") {
            "1, 2, 3"
        } else {
            "1, 2"
        };
        run(format!("{fill} ORDER BY {order}")).await?;
    }
    // Beyond the first 1,000 the sweep has nothing to say: the bench measures reading.
    run("UPDATE inbox SET risk = CAST(SUBSTR(code, 5, 2) AS BIGINT), amber_s = late_s - 20000, risk_due_s = NULL".into()).await?;
    for (_, index) in indexes {
        run(index).await?;
    }
    run("INSERT INTO case_words (report_id, created_s, words)
         SELECT i.report_id, i.created_s, w.words FROM inbox_source i JOIN bench_words w
         ON w.k = (i.created_s / 7) % 2000 WHERE i.code NOT IN (SELECT code FROM bench_kept)
         ORDER BY i.created_s"
        .into())
    .await?;
    run("ANALYZE".into()).await?;
    // SQLite's other connections learn of the statistics when the schema changes; those of a service
    // that has run for half an hour know them.
    run("DROP TABLE bench_words".into()).await?;
    if db.kind() == Kind::Postgres {
        run("VACUUM inbox".into()).await?;
        run("VACUUM inbox_closed".into()).await?;
    }
    Ok(())
}

/// Names and statements of the inbox's indexes but for its keys.
async fn indexes(db: &Db) -> Result<Vec<(String, String)>, DbError> {
    let sql = match db.kind() {
        Kind::Sqlite => {
            "SELECT name, sql FROM sqlite_master
             WHERE type = 'index' AND tbl_name IN ('inbox', 'inbox_closed') AND sql IS NOT NULL"
        }
        Kind::Postgres => {
            "SELECT CAST(indexname AS TEXT), indexdef FROM pg_indexes
             WHERE tablename IN ('inbox', 'inbox_closed') AND indexname NOT LIKE '%pkey'"
        }
    };
    db.sql(sql).all().await
}

/// Offices, categories, townships and sentences by number.
async fn names(server: &Server) -> Result<(), Box<dyn Error>> {
    let db = &server.app.db;
    let pack = &server.app.pack;
    for sql in [
        "CREATE TABLE bench_kept (code TEXT)",
        "INSERT INTO bench_kept SELECT code FROM reports",
        "CREATE TABLE bench_names (kind TEXT, k BIGINT, name TEXT, PRIMARY KEY (kind, k))",
        "CREATE TABLE bench_words (k BIGINT PRIMARY KEY, words TEXT)",
    ] {
        db.sql(sql).run().await?;
    }
    let offices = pack
        .offices()
        .iter()
        .filter(|office| office.receives_reports)
        .map(|office| office.id.clone());
    let kinds: [(&str, Vec<String>); 3] = [
        ("office", offices.take(14).collect()),
        (
            "category",
            pack.categories()
                .iter()
                .take(12)
                .map(|category| category.id.clone())
                .collect(),
        ),
        (
            "township",
            pack.townships()
                .iter()
                .take(10)
                .map(|township| township.code.clone())
                .collect(),
        ),
    ];
    for (kind, of_kind) in kinds {
        let most = if kind == "office" {
            14
        } else if kind == "category" {
            12
        } else {
            10
        };
        for k in 0..most {
            db.sql("INSERT INTO bench_names (kind, k, name) VALUES ($1, $2, $3)")
                .bind(kind.to_owned())
                .bind(i64::try_from(k)?)
                .bind(of_kind[k % of_kind.len()].clone())
                .run()
                .await?;
        }
    }
    for k in 0..2000_u32 {
        let mut sentence = String::new();
        for n in 0..8 {
            let c = char::from_u32(0x4e00 + (k * 37 + n * 911) % 1200).unwrap_or('一');
            let _ = write!(
                sentence,
                "{c}{}",
                ["砖", "路边", "桥下", "河滩"][usize::try_from((k + n) % 4)?]
            );
        }
        if k % 10 < 6 {
            sentence.push_str("垃圾");
        }
        if k % 500 == 3 {
            sentence.push_str("老桥");
        }
        let words: Vec<String> = terms::of_text(&sentence).into_iter().collect();
        db.sql("INSERT INTO bench_words (k, words) VALUES ($1, $2)")
            .bind(i64::from(k))
            .bind(words.join(" "))
            .run()
            .await?;
    }
    Ok(())
}

/// Reports over three years that are over, then those of the last weeks that are not.
fn reports(kind: Kind, open: u32, closed: u32) -> [String; 2] {
    let now = wufei_tests::server::start_of_tests().timestamp();
    let at = |seconds: &str| match kind {
        Kind::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {seconds}, 'unixepoch')"),
        Kind::Postgres => format!("TO_TIMESTAMP({seconds})"),
    };
    let id = match kind {
        Kind::Sqlite => "CAST(printf('%016d', i) AS BLOB)",
        Kind::Postgres => "CAST(LPAD(TO_HEX(i), 32, '0') AS UUID)",
    };
    let code = match kind {
        Kind::Sqlite => "printf('%09d', (i * 7919) % 999999937)",
        Kind::Postgres => "LPAD(CAST((i * 7919) % 999999937 AS TEXT), 9, '0')",
    };
    let nothing = match kind {
        Kind::Sqlite => "NULL",
        Kind::Postgres => "CAST(NULL AS TIMESTAMPTZ)",
    };
    let of = |over: bool, from: u32, to: u32| {
        let created = if over {
            format!("({now} - 2000000 - ({closed} - i) * 90)")
        } else {
            format!("({now} - ({from} + {open} - i) * 20)")
        };
        let status = if over {
            "CASE i % 29 WHEN 0 THEN 'rejected' WHEN 1 THEN 'merged' ELSE 'closed' END"
        } else {
            "CASE i % 11 WHEN 0 THEN 'received' WHEN 1 THEN 'returned' WHEN 2 THEN 'handled' \
             WHEN 3 THEN 'handled' WHEN 4 THEN 'accepted' WHEN 5 THEN 'accepted' \
             WHEN 6 THEN 'extended' WHEN 7 THEN 'suspended' WHEN 8 THEN 'reopened' \
             ELSE 'dispatched' END"
        };
        let paused = if over {
            at(&created)
        } else {
            format!(
                "CASE WHEN i % 11 IN (2, 3, 7) THEN {} ELSE {nothing} END",
                at(&created)
            )
        };
        let ended = if over {
            at(&format!("{created} + 200000"))
        } else {
            nothing.to_owned()
        };
        let own = if over {
            nothing.to_owned()
        } else {
            at(&format!("{created} + 90000 + (i * 104729 % 100000) * 20"))
        };
        format!(
            "INSERT INTO reports (id, code, category, description, public_description, lng, lat,
                 public_lng, public_lat, address, public_address, township, answers, anonymous,
                 private, status, urgent, routing, lead, assisting, returns, final_dispatch,
                 deadline_minutes, around_the_clock, due_at, paused_at, closed_at, reporters, version,
                 created_at, updated_at, text_held, step_due_at, escalation, extensions)
             WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {to})
             SELECT {id}, {code}, c.name, '河边倒了一车砖头，没有人管，下雨会冲进河里',
                 '河边倒了一车砖头，没有人管，下雨会冲进河里',
                 126.3 + (i * 7919 % 10007) / 20000.0, 41.8 + (i * 104729 % 10009) / 20000.0, 126.3, 41.8,
                 '江源大街12号', '江源大街', t.name, m.answers, m.anonymous, m.private, {status},
                 i % 9 = 0, m.routing, o.name,
                 CASE WHEN i % 3 = 0 OR a.name = o.name THEN ',' ELSE ',' || a.name || ',' END,
                 0, m.final_dispatch, 1440, m.around_the_clock,
                 {due}, {paused}, {ended}, CASE WHEN i % 7 = 0 THEN 2 ELSE 1 END, 3, {made}, {touched},
                 m.text_held, {own}, CASE WHEN i % 13 = 0 THEN 1 ELSE 0 END, 0
             FROM n
             JOIN bench_names c ON c.kind = 'category' AND c.k = i * 31 % 97 % 12
             JOIN bench_names t ON t.kind = 'township' AND t.k = i * 17 % 101 % 10
             JOIN bench_names o ON o.kind = 'office' AND o.k = i * 13 % 89 % 14
             JOIN bench_names a ON a.kind = 'office' AND a.k = (i * 13 % 89 + 5) % 14
             JOIN reports m ON m.code = (SELECT code FROM bench_kept)",
            due = at(&format!("{created} + 259200 + (i * 7919 % 100000) * 20")),
            made = at(&created),
            touched = at(&format!("{created} + 3600")),
        )
    };
    [of(true, 1, closed), of(false, closed + 1, closed + open)]
}
