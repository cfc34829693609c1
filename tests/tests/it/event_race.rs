//! A thousand want eighty stalls at once: three server processes on one PostgreSQL, one on SQLite.
//! Eighty get one, none is given twice, and who waits is on the list once.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Client;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wufei_api::db::Db;
use wufei_api::shared::clock::Clock;
use wufei_tests::events::application;
use wufei_tests::process::Process;
use wufei_tests::{Database, Person};

const ROWS: usize = 8;
const COLUMNS: usize = 10;
const STALLS: usize = ROWS * COLUMNS;
const ATTEMPTS: usize = 1_000;
const WAITING: usize = 10;

/// Accounts with a session each, made in the database: registering is not what is tested.
async fn accounts(db: &Db, count: usize, now: DateTime<Utc>) {
    let mut tx = db.begin().await.unwrap();
    for number in 0..count {
        let id = uuid::Uuid::from_u128(0x7000_0000_0000 + number as u128);
        tx.sql(
            "INSERT INTO accounts (id, username, name, role, password_hash, disabled, created_at, updated_at)
             VALUES ($1, $2, $2, 'resident', '', FALSE, $3, $3)",
        )
        .bind(id)
        .bind(format!("stall-{number}"))
        .bind(now)
        .run()
        .await
        .unwrap();
        tx.sql("INSERT INTO sessions (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(Sha256::digest(format!("token-{number}").as_bytes()).to_vec())
            .bind(id)
            .bind(now)
            .bind(now + TimeDelta::days(1))
            .run()
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// An approved market with eighty stalls of two kinds; gives the event's id.
async fn set_up(
    data: &std::path::Path,
    database: &Database,
    process: &Process,
    now: DateTime<Utc>,
) -> String {
    let admin = [
        "staff",
        "add",
        "--username",
        "admin",
        "--role",
        "administrator",
        "--password-stdin",
    ];
    let (added, output, error) = crate::binary().run(data, database, &admin, "long enough words");
    assert!(added, "{output}{error}");
    let organiser: Person = process.person();
    let account =
        json!({ "username": "organiser", "password": "long enough words", "name": "组织者" });
    organiser
        .post("/api/v1/accounts", account)
        .await
        .expect(201);
    let made = organiser
        .post("/api/v1/organisations", application("market", "江源市场"))
        .await
        .expect(201);
    let organisation = made["id"].as_str().unwrap().to_owned();
    let admin = process.person();
    admin.sign_in("admin", "long enough words").await;
    let decide = format!("/api/v1/desk/organisations/{organisation}/decide");
    admin
        .post(&decide, json!({ "approve": true, "version": 1 }))
        .await
        .expect(204);
    let starts = (now + TimeDelta::days(30))
        .format("%Y-%m-%dT09:00")
        .to_string();
    let body = wufei_tests::events::event("flea-market", "跳蚤市场", &starts);
    let made = organiser
        .post(
            &format!("/api/v1/organisations/{organisation}/events"),
            body,
        )
        .await
        .expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    organiser
        .post(&format!("/api/v1/events/{id}/publish"), json!({}))
        .await
        .expect(200);
    let cells: Vec<Value> = (0..STALLS)
        .map(|at| {
            let kind = if at % 2 == 0 { "ground" } else { "table" };
            json!({ "row": at / COLUMNS, "column": at % COLUMNS, "is": "stall", "stall_kind": kind })
        })
        .collect();
    let plan = json!({ "rows": ROWS, "columns": COLUMNS, "cells": cells });
    let request = organiser.request(reqwest::Method::PUT, &format!("/api/v1/events/{id}/stalls"));
    Person::send(request.json(&plan)).await.expect(204);
    id
}

fn wish(number: usize, wait: bool) -> Value {
    let mut body = json!({
        "rules_version": 1, "goods": "旧书和玩具", "name": "摊主", "phone": format!("139{number:08}"), "wait": wait,
    });
    // Some want one stall and no other, some any of a kind.
    if number.is_multiple_of(2) {
        let at = number / 2 % STALLS;
        let row = char::from(b'A' + u8::try_from(at / COLUMNS).unwrap());
        body["stall"] = format!("{row}{}", at % COLUMNS + 1).into();
    } else {
        body["stall_kind"] = if number % 4 == 1 { "ground" } else { "table" }.into();
    }
    body
}

async fn try_to_book(
    client: &Client,
    bases: &[String],
    event: &str,
    number: usize,
    wait: bool,
) -> Option<Value> {
    for round in 0.. {
        let base = &bases[(number + round) % bases.len()];
        let answer = client
            .post(format!("{base}/api/v1/events/{event}/stall-bookings"))
            .header("Cookie", format!("wufei_session=token-{number}"))
            .header("Idempotency-Key", format!("stall-booking-{number}"))
            .json(&wish(number, wait))
            .send()
            .await;
        // Too many at once for the machine: as asked, once more.
        let Ok(answer) = answer else { continue };
        match answer.status().as_u16() {
            201 => return Some(answer.json().await.unwrap()),
            409 => return None,
            503 => {}
            other => panic!("{other}: {}", answer.text().await.unwrap()),
        }
    }
    unreachable!("the rounds have no end")
}

async fn race(database: Database, processes: usize) {
    let data = tempfile::tempdir().unwrap();
    let running: Vec<Process> = (0..processes)
        .map(|_| crate::binary().serve(data.path(), &database))
        .collect();
    let bases: Arc<Vec<String>> =
        Arc::new(running.iter().map(|process| process.base.clone()).collect());
    let now = Clock::System.now();
    let event: Arc<str> = set_up(data.path(), &database, &running[0], now)
        .await
        .into();
    let file = format!("sqlite:{}", data.path().join("wufei.db").display());
    let db = Db::connect(database.url().unwrap_or(&file), 2)
        .await
        .unwrap();
    accounts(&db, ATTEMPTS, now).await;

    let client = Client::builder().build().unwrap();
    let mut all = tokio::task::JoinSet::new();
    for number in 0..ATTEMPTS {
        let (client, bases, event) = (client.clone(), Arc::clone(&bases), Arc::clone(&event));
        all.spawn(async move { try_to_book(&client, &bases, &event, number, false).await });
    }
    let booked: Vec<Value> = all.join_all().await.into_iter().flatten().collect();
    assert_eq!(booked.len(), STALLS, "every stall is given");
    let stalls: BTreeSet<&str> = booked
        .iter()
        .map(|made| made["stall"].as_str().unwrap())
        .collect();
    assert_eq!(stalls.len(), STALLS, "and none twice");
    assert!(booked.iter().all(|made| made["status"] == "booked"));
    let (rows, labels): (i64, i64) = db
        .sql("SELECT COUNT(*), COUNT(DISTINCT stall) FROM stall_bookings WHERE status = 'booked'")
        .one()
        .await
        .unwrap();
    let expected = i64::try_from(STALLS).unwrap();
    assert_eq!((rows, labels), (expected, expected));

    // Who asks to wait is on the list once, in turn.
    let holders: Vec<(uuid::Uuid,)> = db
        .sql("SELECT account_id FROM stall_bookings")
        .all()
        .await
        .unwrap();
    let holds = |number: &usize| {
        holders.contains(&(uuid::Uuid::from_u128(0x7000_0000_0000 + *number as u128),))
    };
    for (turn, number) in (0..ATTEMPTS)
        .filter(|n| n % 4 == 1 && !holds(n))
        .take(WAITING)
        .enumerate()
    {
        let made = try_to_book(&client, &bases, &event, number, true).await;
        // The same key was refused before, and a refusal is not kept.
        assert_eq!(made.unwrap()["position"], turn + 1);
    }
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_for_eighty_stalls_on_three_servers_and_one_postgres() {
    race(Database::postgres().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_for_eighty_stalls_on_sqlite() {
    race(Database::sqlite(), 1).await;
}
