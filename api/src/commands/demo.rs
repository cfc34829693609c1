//! `wufei demo`: an invented year of one district, to try the service with.
//!
//! Everything goes through the service's own code at a clock that runs through the year, so that the
//! demo has no state the service could not reach. The client says on every page that it is invented.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use jpeg_encoder::{ColorType, Encoder};

use super::{Failure, build_at, demo_market, say};
use crate::app::App;
use crate::auth::{Account, NewAccount, Role, create_account};
use crate::config::Config;
use crate::db::Db;
use crate::district::Lang;
use crate::photos::take_in;
use crate::reports::change::{Details, carry_out};
use crate::reports::model::{Actor, Change, NEIGHBOUR};
use crate::reports::{Code, Filer, NewReport, file, store};
use crate::shared::clock::Clock;
use crate::shared::error::Error;
use crate::shared::geo::Datum;
use crate::shared::hex::hex;
use crate::shared::id::PhotoId;
use crate::shared::idempotency::IdempotencyKey;

const COORDINATOR: &str = "demo-coordinator";
const VERIFIER: &str = "demo-verifier";
const REPORTS: i64 = 360;
const DAYS: i64 = 365;

/// What residents wrote, by category; a category without words of its own gets the last line's.
const WORDS: &[(&str, &[&str])] = &[
    (
        "household-urban",
        &[
            "楼下垃圾桶满了三天没人收",
            "绿化带里堆了好几袋垃圾",
            "旧沙发扔在单元门口",
        ],
    ),
    (
        "household-village",
        &["村口沟里倒了不少生活垃圾", "河套边垃圾被风吹得到处都是"],
    ),
    (
        "kitchen",
        &["饭店后门的泔水桶漏了一地", "小吃摊把剩菜倒进了下水口"],
    ),
    (
        "construction",
        &[
            "路边倒了一车砖头水泥块",
            "装修垃圾堆在人行道上",
            "半夜有车往河边倒渣土",
        ],
    ),
    (
        "hazardous",
        &["废机油桶扔在山脚下，有油流出来", "一堆废旧电瓶露天放着"],
    ),
    ("medical", &["垃圾堆里看见用过的针头", "诊所后面有输液袋"]),
    ("mine", &["矸石堆往下滑，快到路边了", "洗煤的黑水流进小河"]),
    ("straw", &["地头秸秆堆得太高，怕着火", "有人在烧秸秆"]),
    ("farm-film", &["地里的旧农膜没人收", "农药瓶子扔在水渠边"]),
    ("manure", &["养殖场粪水流到路上", "沟里有死猪"]),
    ("appliances", &["旧冰箱扔在路边", "有人在空地拆旧电视"]),
    ("recyclables", &["废品站把东西堆到了马路上"]),
    (
        "unknown",
        &["这里有一堆东西，不知道是什么", "有怪味，看着像化学品"],
    ),
];

/// Whether a database was filled by this command.
pub(super) async fn is_in(db: &Db) -> Result<bool, Failure> {
    let (count,): (i64,) = db
        .sql("SELECT COUNT(*) FROM accounts WHERE username = $1")
        .bind(COORDINATOR)
        .one()
        .await?;
    Ok(count > 0)
}

struct Staff {
    coordinator: Account,
    verifier: Account,
    handlers: BTreeMap<String, Account>,
}

pub(super) async fn run(config: &Config) -> Result<ExitCode, Failure> {
    let end = Clock::System.now();
    let clock = Clock::manual(end - TimeDelta::days(DAYS));
    let app = build_at(config, String::new(), clock).await?;
    let (used,): (i64,) = app
        .db
        .sql("SELECT (SELECT COUNT(*) FROM accounts) + (SELECT COUNT(*) FROM reports)")
        .one()
        .await?;
    if used > 0 {
        return Err("the database is in use: give the demo an empty one (WUFEI_DATA_DIR)".into());
    }
    let password = hex(&app.random.bytes::<6>());
    let staff = hire(&app, &password).await?;
    let hash = app.passwords.hash(password.clone()).await?;
    let residents = demo_market::residents(&app, &hash).await.map_err(explain)?;
    for number in 0..REPORTS {
        let at = end - TimeDelta::days(DAYS) + TimeDelta::minutes(DAYS * 1440 * number / REPORTS);
        live_through(&app, &staff, number, at, end)
            .await
            .map_err(explain)?;
        demo_market::live_through(&app, &residents)
            .await
            .map_err(explain)?;
    }
    // Nobody waits for letters about an invented year.
    app.db.sql("DELETE FROM outbox").run().await?;
    app.db.close().await;
    say(&format!(
        "{REPORTS} invented reports; staff {COORDINATOR}, {VERIFIER}, demo-OFFICE; residents demo-resident-0 to 11"
    ));
    say(&format!("password of all of them: {password}"));
    Ok(ExitCode::SUCCESS)
}

fn explain(error: Error) -> Failure {
    match error {
        Error::Invalid(fields) => format!("{fields:?}").into(),
        other => other.to_string().into(),
    }
}

async fn hire(app: &App, password: &str) -> Result<Staff, Failure> {
    let hash = app.passwords.hash(password.to_owned()).await?;
    let mut tx = app.db.begin().await?;
    let mut add = async |username: &str, name: &str, role: Role, office: Option<&str>| {
        let new = NewAccount {
            username: username.to_owned(),
            name: name.to_owned(),
            role,
            office: office.map(str::to_owned),
            email: None,
            password: String::new(),
        };
        create_account(app, &mut tx, new, hash.clone())
            .await
            .map_err(explain)
    };
    let coordinator = add(COORDINATOR, "演示协调员", Role::Coordinator, None).await?;
    let verifier = add(VERIFIER, "演示核查员", Role::Verifier, None).await?;
    let mut handlers = BTreeMap::new();
    let offices = app.pack.offices().iter().chain(app.pack.township_offices());
    for office in offices.filter(|office| office.receives_reports) {
        let username = format!("demo-{}", office.id);
        let name = format!("{}（演示）", office.short.zh);
        let handler = add(&username, &name, Role::Handler, Some(&office.id)).await?;
        handlers.insert(office.id.clone(), handler);
    }
    tx.commit().await?;
    Ok(Staff {
        coordinator,
        verifier,
        handlers,
    })
}

/// Files one report at its time and follows it up as far as the year allows.
async fn live_through(
    app: &Arc<App>,
    staff: &Staff,
    number: i64,
    at: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Result<(), Error> {
    app.clock.advance(at - app.clock.now());
    let chance = |bound| app.random.below(bound);
    let (category, words) = WORDS[chance(u32::try_from(WORDS.len()).unwrap_or(1)) as usize];
    let townships = app.pack.townships();
    let township = &townships[chance(u32::try_from(townships.len()).unwrap_or(1)) as usize];
    let middle = township.seat.or(townships[0].seat);
    let Some(middle) = middle else { return Ok(()) };
    let communities = &township.communities;
    let community = &communities[chance(u32::try_from(communities.len()).unwrap_or(1)) as usize];
    let shift = |spread: f64| (f64::from(chance(2001)) / 1000.0 - 1.0) * spread;
    let photo = picture(app, number).await?;
    let new = NewReport {
        category: category.to_owned(),
        description: words[chance(u32::try_from(words.len()).unwrap_or(1)) as usize].to_owned(),
        lng: middle.lng() + shift(0.02),
        lat: middle.lat() + shift(0.012),
        accuracy_m: Some(f64::from(5 + chance(40))),
        datum: Datum::Wgs84,
        township: None,
        community: Some(community.code.clone()),
        address: None,
        photo_ids: vec![photo],
        answers: BTreeMap::new(),
        contact: None,
        anonymous: chance(3) == 0,
        private: chance(12) == 0,
    };
    let filer = Filer {
        account: None,
        lang: Lang::Zh,
        via: None,
    };
    let (status, filed) = file(app, new, filer, &IdempotencyKey::none(), [0; 32]).await?;
    debug_assert_eq!(status, StatusCode::CREATED);
    follow_up(app, staff, &filed.code, number, end).await
}

async fn follow_up(
    app: &Arc<App>,
    staff: &Staff,
    code: &Code,
    number: i64,
    end: DateTime<Utc>,
) -> Result<(), Error> {
    let wait = |hours: u32| {
        app.clock.advance(TimeDelta::minutes(i64::from(
            30 + app.random.below(hours * 60),
        )));
        app.clock.now() < end
    };
    let lead = store::by_code(&app.db, code)
        .await?
        .map(|report| report.lead)
        .unwrap_or_default();
    let handler = match staff.handlers.get(&lead) {
        Some(handler) => handler,
        None if lead == NEIGHBOUR => &staff.coordinator,
        None => return Ok(()),
    };
    if !wait(10) {
        return Ok(());
    }
    if number % 23 == 0 {
        let reason = details("不在本区职责范围，已告知举报人");
        return step(app, code, &staff.coordinator, Change::Reject, reason).await;
    }
    step(app, code, handler, Change::Accept, Details::default()).await?;
    if number % 29 == 0 {
        let until = app.clock.now() + TimeDelta::days(120);
        let reason = details("需等冬季封冻结束后施工");
        return step(
            app,
            code,
            &staff.coordinator,
            Change::Suspend { until },
            reason,
        )
        .await;
    }
    if !wait(60) {
        return Ok(());
    }
    handle(app, code, handler, number).await?;
    if !wait(24) {
        return Ok(());
    }
    if number % 11 == 0 {
        let reason = details("现场还有残留");
        step(app, code, &staff.verifier, Change::FailVerification, reason).await?;
        if !wait(20) {
            return Ok(());
        }
        step(app, code, handler, Change::Accept, Details::default()).await?;
        handle(app, code, handler, number + 1).await?;
    }
    if !wait(24) {
        return Ok(());
    }
    step(
        app,
        code,
        &staff.verifier,
        Change::Verify,
        details("现场已清理"),
    )
    .await?;
    step(
        app,
        code,
        &staff.verifier,
        Change::Close,
        Details::default(),
    )
    .await
}

fn details(note: &str) -> Details {
    Details {
        note: Some(note.to_owned()),
        ..Details::default()
    }
}

async fn handle(app: &Arc<App>, code: &Code, handler: &Account, seed: i64) -> Result<(), Error> {
    let photos = vec![picture(app, seed + 10_000).await?];
    let details = Details {
        photos,
        ..details("已组织清运，现场恢复")
    };
    step(app, code, handler, Change::Handle, details).await
}

async fn step(
    app: &Arc<App>,
    code: &Code,
    account: &Account,
    change: Change,
    details: Details,
) -> Result<(), Error> {
    let mut tx = app.db.begin().await?;
    let report = store::by_code_for_change(&mut tx, code).await?;
    let report = report.ok_or_else(|| Error::internal("the demo's report is gone"))?;
    carry_out(app, &mut tx, report, &change, &Actor::of(account), details).await?;
    Ok(tx.commit().await?)
}

/// A drawn scene: sky, hills, ground and a heap. It cannot be taken for a photograph.
async fn picture(app: &App, seed: i64) -> Result<PhotoId, Error> {
    const SIDE: u16 = 640;
    let seed = u32::try_from(seed.rem_euclid(100_000)).unwrap_or(0);
    let hue = |n: u32| u8::try_from(60 + (seed.wrapping_mul(37) + n * 71) % 160).unwrap_or(128);
    let heap = (
        i32::from(SIDE) / 2 + (seed % 200).cast_signed() - 100,
        60 + (seed % 90).cast_signed(),
    );
    let mut rgb = Vec::with_capacity(usize::from(SIDE) * usize::from(SIDE) * 3);
    for y in 0..i32::from(SIDE) {
        for x in 0..i32::from(SIDE) {
            let hill = 300 + ((x + (seed % 97).cast_signed() * 5) % 220 - 110).abs() / 2;
            let on_heap = (x - heap.0).abs() + (560 - y) * 2 < heap.1 * 2 && y < 560;
            let pixel = if on_heap {
                [
                    hue(u32::try_from((x / 18 + y / 14) % 5).unwrap_or(0)),
                    hue(1),
                    hue(2),
                ]
            } else if y < hill {
                [196, 220, 232]
            } else if y < 470 {
                [108, 150, 112]
            } else {
                [170, 156, 128]
            };
            rgb.extend(pixel);
        }
    }
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 80)
        .encode(&rgb, SIDE, SIDE, ColorType::Rgb)
        .map_err(Error::internal)?;
    let (_, photo) = take_in(app, &IdempotencyKey::none(), bytes.into()).await?;
    Ok(photo.id)
}
