//! Five thousand want five hundred places: three server processes on one PostgreSQL, one on SQLite, and
//! `kill -9` in the middle. Exactly five hundred are booked, none twice; holds that nobody confirms are
//! given away; who waits is served in turn.
//!
//! The processes run on the system's clock, so that time passes for a hold by moving its end in the
//! database, not by waiting.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, RwLock};
use wufei_api::db::Db;
use wufei_tests::pickup::{Booked, pickup_with};
use wufei_tests::process::Process;
use wufei_tests::{Database, Person};

const SLOTS: usize = 10;
const ROOM: usize = 50;
const PLACES: usize = SLOTS * ROOM;
const ATTEMPTS: usize = 5_000;
const AT_ONCE: usize = 48;
const WAITING: usize = 4;

/// Server processes that come and go, and whoever talks to one of them.
struct Servers {
    database: Database,
    data: TempDir,
    running: Mutex<Vec<Process>>,
    bases: RwLock<Vec<String>>,
    person: RwLock<Person>,
    next: AtomicUsize,
    killed: Mutex<bool>,
}

impl Servers {
    fn start(database: Database, count: usize) -> Self {
        let data = tempfile::tempdir().unwrap();
        let running: Vec<Process> = (0..count)
            .map(|_| crate::binary().serve(data.path(), &database))
            .collect();
        Self {
            person: RwLock::new(running[0].person()),
            database,
            data,
            bases: RwLock::new(running.iter().map(|process| process.base.clone()).collect()),
            running: Mutex::new(running),
            next: AtomicUsize::new(0),
            killed: Mutex::new(false),
        }
    }

    /// The same person, with the same cookies, at whichever server is next.
    async fn person(&self) -> Person {
        let bases = self.bases.read().await;
        let at = self.next.fetch_add(1, Ordering::SeqCst) % bases.len();
        self.person.read().await.at(&bases[at])
    }

    /// Sends until a server answers: one that is killed answers nothing.
    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, Value) {
        loop {
            let person = self.person().await;
            let mut request = person.request(method.clone(), path);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let Ok(response) = request.send().await else {
                continue;
            };
            let status = response.status().as_u16();
            let Ok(body) = response.json::<Value>().await else {
                continue;
            };
            // Too many at once for the database's connections: as asked, once more.
            if status != 503 {
                return (status, body);
            }
        }
    }

    /// `kill -9`, once, and a new server in its place.
    async fn kill_one(&self) {
        let mut killed = self.killed.lock().await;
        if std::mem::replace(&mut *killed, true) {
            return;
        }
        let mut running = self.running.lock().await;
        running[0].kill();
        running[0] = crate::binary().serve(self.data.path(), &self.database);
        self.bases.write().await[0].clone_from(&running[0].base);
    }

    async fn db(&self) -> Db {
        let file = format!("sqlite:{}", self.data.path().join("wufei.db").display());
        Db::connect(self.database.url().unwrap_or(&file), 2)
            .await
            .unwrap()
    }
}

/// Somebody with a household of their own tries to get a place; gives the booking that was held.
async fn try_to_book(servers: &Servers, slot: &str, door: usize, wait: bool) -> Option<Booked> {
    let door_number = u32::try_from(door).unwrap();
    let body = pickup_with(
        slot,
        door_number,
        json!({
            "items": [{ "item": "chair", "count": 1 }],
            "contact": { "name": "抢位", "phone": format!("139{door:08}") },
            "wait": wait,
        }),
    );
    let key = format!("attempt-{door}");
    let (status, answer) = servers
        .send(
            Method::POST,
            "/api/v1/pickups",
            &[("Idempotency-Key", &key)],
            Some(&body),
        )
        .await;
    match status {
        201 => Some(Booked::of(answer)),
        409 => None,
        other => panic!("{other}: {answer}"),
    }
}

async fn confirm(servers: &Servers, booked: &Booked) -> u16 {
    let path = format!("{}/confirm", booked.path());
    servers
        .send(
            Method::POST,
            &path,
            &[("X-Pickup-Secret", &booked.secret)],
            None,
        )
        .await
        .0
}

/// One in ten holds a place and does not confirm.
fn walks_away(number: usize) -> bool {
    (number / SLOTS).is_multiple_of(10)
}

/// Everybody at once, `AT_ONCE` at a time.
async fn all_at_once<F, Fut>(count: usize, work: F)
where
    F: Fn(usize) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    let (next, work) = (Arc::new(AtomicUsize::new(0)), Arc::new(work));
    let mut workers = Vec::new();
    for _ in 0..AT_ONCE {
        let (next, work) = (Arc::clone(&next), Arc::clone(&work));
        workers.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                if number >= count {
                    return;
                }
                work(number).await;
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
}

/// Ten half-days with room for fifty chairs each, whatever the date of the test.
async fn set_up(servers: &Servers) -> Vec<String> {
    let coordinator = [
        "staff",
        "add",
        "--username",
        "coordinator",
        "--role",
        "coordinator",
        "--password-stdin",
    ];
    let (added, output, error) = crate::binary().run(
        servers.data.path(),
        &servers.database,
        &coordinator,
        "long enough words",
    );
    assert!(added, "{output}{error}");
    let staff = servers.person().await;
    staff.sign_in("coordinator", "long enough words").await;
    let offers = staff
        .get("/api/v1/pickups/slots?township=220605001&items=chair:1")
        .await
        .expect(200);
    let slots: Vec<String> = offers["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|offer| offer["availability"] == "free")
        // Not the first: its cut-off may pass while the test runs.
        .skip(2)
        .take(SLOTS)
        .map(|offer| offer["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(slots.len(), SLOTS);
    for slot in &slots {
        let body = json!({ "items": ROOM, "litres": 1_000_000 });
        let path = format!("/api/v1/desk/pickups/slots/{slot}");
        Person::send(staff.request(Method::PUT, &path).json(&body))
            .await
            .expect(204);
    }
    let resident = Person::new(servers.bases.read().await[0].clone());
    let account =
        json!({ "username": "resident", "password": "long enough words", "name": "居民" });
    resident.post("/api/v1/accounts", account).await.expect(201);
    *servers.person.write().await = resident;
    slots
}

async fn count(db: &Db, sql: &'static str) -> i64 {
    let (count,): (i64,) = db.sql(sql).one().await.unwrap();
    count
}

/// No half-day has given more than it has, and what it says is taken is what bookings take.
async fn nothing_is_oversold(db: &Db) {
    let slots: Vec<(String, i64, i64)> = db
        .sql(
            "SELECT s.day || s.half, s.items_taken,
                    CAST(COALESCE(SUM(CASE WHEN p.status IN ('held', 'offered', 'booked') THEN p.items END), 0) AS BIGINT)
             FROM pickup_slots s LEFT JOIN pickups p ON p.slot_id = s.id
             GROUP BY s.id, s.day, s.half, s.items_taken",
        )
        .all()
        .await
        .unwrap();
    for (slot, taken, used) in slots {
        assert!(
            taken <= i64::try_from(ROOM).unwrap(),
            "{slot} gave {taken} places"
        );
        assert_eq!(taken, used, "{slot}");
    }
}

async fn race(database: Database, processes: usize, kill_after: Option<usize>) {
    let servers = Arc::new(Servers::start(database, processes));
    let slots = Arc::new(set_up(&servers).await);
    let db = servers.db().await;

    // Five thousand try; of ten who hold a place, one walks away without confirming.
    let held: Arc<Mutex<BTreeMap<usize, Booked>>> = Arc::default();
    let booked: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    {
        let (servers, slots, held, booked) = (
            Arc::clone(&servers),
            Arc::clone(&slots),
            Arc::clone(&held),
            Arc::clone(&booked),
        );
        all_at_once(ATTEMPTS, move |number| {
            let (servers, slots, held, booked) = (
                Arc::clone(&servers),
                Arc::clone(&slots),
                Arc::clone(&held),
                Arc::clone(&booked),
            );
            async move {
                let Some(place) =
                    try_to_book(&servers, &slots[number % SLOTS], number, false).await
                else {
                    return;
                };
                let so_far = {
                    let mut held = held.lock().await;
                    held.insert(number, place.clone());
                    held.len()
                };
                if kill_after == Some(so_far) {
                    servers.kill_one().await;
                }
                if !walks_away(number) {
                    assert_eq!(confirm(&servers, &place).await, 200);
                    assert!(
                        booked.lock().await.insert(place.code),
                        "no reference is given twice"
                    );
                }
            }
        })
        .await;
    }
    let held = std::mem::take(&mut *held.lock().await);
    assert_eq!(held.len(), PLACES, "every place is held, none twice");
    nothing_is_oversold(&db).await;
    assert_eq!(
        count(&db, "SELECT COUNT(*) FROM pickups WHERE status = 'held'").await,
        i64::try_from(PLACES - booked.lock().await.len()).unwrap()
    );

    // Some wait for each half-day, in a known order, whichever server they ask.
    let mut queues: BTreeMap<&str, Vec<Booked>> = BTreeMap::new();
    for turn in 0..WAITING {
        for (at, slot) in slots.iter().enumerate() {
            let place = try_to_book(&servers, slot, ATTEMPTS + turn * SLOTS + at, true)
                .await
                .unwrap();
            assert_eq!(
                (&place.body["status"], &place.body["position"]),
                (&json!("waiting"), &json!(turn + 1))
            );
            queues.entry(slot).or_default().push(place);
        }
    }
    // The ten minutes of those who walked away are over.
    let past: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    db.sql("UPDATE pickups SET held_until = $1 WHERE status = 'held'")
        .bind(past)
        .run()
        .await
        .unwrap();
    let mut freed: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, place) in &held {
        if walks_away(*number) {
            *freed.entry(slots[number % SLOTS].as_str()).or_default() += 1;
            assert_eq!(confirm(&servers, place).await, 409, "too late");
        }
    }
    // Newcomers ask at once for what is free now.
    let late: Arc<Mutex<Vec<Booked>>> = Arc::default();
    {
        let (servers, slots, late) = (Arc::clone(&servers), Arc::clone(&slots), Arc::clone(&late));
        all_at_once(PLACES, move |number| {
            let (servers, slots, late) =
                (Arc::clone(&servers), Arc::clone(&slots), Arc::clone(&late));
            async move {
                let door = 2 * ATTEMPTS + number;
                if let Some(place) =
                    try_to_book(&servers, &slots[number % SLOTS], door, false).await
                {
                    assert_eq!(confirm(&servers, &place).await, 200);
                    late.lock().await.push(place);
                }
            }
        })
        .await;
    }
    // Who waited was served first, from the front.
    let mut served = 0;
    for (slot, queue) in &queues {
        let places = freed.get(slot).copied().unwrap_or_default();
        for (turn, place) in queue.iter().enumerate() {
            let (_, view) = servers
                .send(
                    Method::GET,
                    &place.path(),
                    &[("X-Pickup-Secret", &place.secret)],
                    None,
                )
                .await;
            let expected = if turn < places { "offered" } else { "waiting" };
            assert_eq!(
                view["status"], expected,
                "{slot}: number {turn} of {WAITING} for {places} places"
            );
            if turn < places {
                assert_eq!(confirm(&servers, place).await, 200);
                assert!(booked.lock().await.insert(place.code.clone()));
                served += 1;
            }
        }
    }
    for place in late.lock().await.iter() {
        assert!(booked.lock().await.insert(place.code.clone()));
    }
    let freed: usize = freed.values().sum();
    assert_eq!(
        served + late.lock().await.len(),
        freed,
        "what was given up was given away, once"
    );
    assert_eq!(booked.lock().await.len(), PLACES);
    nothing_is_oversold(&db).await;
    let places = i64::try_from(PLACES).unwrap();
    assert_eq!(
        count(&db, "SELECT COUNT(*) FROM pickups WHERE status = 'booked'").await,
        places
    );
    assert_eq!(
        count(
            &db,
            "SELECT COUNT(DISTINCT household_hash) FROM pickups WHERE status = 'booked'"
        )
        .await,
        places
    );
    assert_eq!(
        count(
            &db,
            "SELECT COUNT(*) FROM pickup_events WHERE kind = 'confirmed'"
        )
        .await,
        places
    );
    assert_eq!(*servers.killed.lock().await, kill_after.is_some());
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_for_five_hundred_places_on_three_servers_and_one_postgres() {
    race(Database::postgres().await, 3, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_for_five_hundred_places_on_postgres_with_a_server_killed() {
    race(Database::postgres().await, 3, Some(PLACES / 2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_for_five_hundred_places_on_sqlite() {
    race(Database::sqlite(), 1, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_for_five_hundred_places_on_sqlite_with_the_server_killed() {
    race(Database::sqlite(), 1, Some(PLACES / 2)).await;
}
