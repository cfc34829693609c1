//! A school's swap day over HTTP: three devices, four hundred books, the network going on and off at
//! random; then what a class may see, what is refused, and what the day came to.

use std::collections::{BTreeMap, VecDeque};

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::shared::random::Random;
use wufei_tests::events::{Device, Host, event, event_with};
use wufei_tests::{Person, Server, both_databases};

const BOOKS: u32 = 400;
const CLASSES: [&str; 5] = ["1年1班", "1年2班", "2年1班", "3年2班", "A007"];

fn book(number: u32) -> String {
    format!("00000000-0000-7000-9000-{number:012}")
}

/// A device at a table, with what it has done and not yet heard about.
struct Table {
    device: Device,
    number: u32,
    seq: i64,
    queue: VecDeque<Value>,
    online: bool,
}

impl Table {
    fn act(&mut self, mut action: Value) {
        self.seq += 1;
        action["id"] = format!("00000000-0000-7000-8{:03}-{:012}", self.number, self.seq).into();
        action["seq"] = self.seq.into();
        action["at"] = format!(
            "2026-11-24T06:{:02}:{:02}Z",
            self.seq / 60 % 60,
            self.seq % 60
        )
        .into();
        self.queue.push_back(action);
    }

    /// Hands in some of the queue; the answer may be lost on the way back.
    async fn sync(&mut self, person: &Person, random: &Random) {
        if self.queue.is_empty() {
            return;
        }
        let size = (1 + random.below(60) as usize).min(self.queue.len());
        let batch: Vec<Value> = self.queue.iter().take(size).cloned().collect();
        let answer = self.device.hand_in(person, &batch).await.expect(200);
        assert_eq!(answer["answers"].as_array().unwrap().len(), size);
        if random.below(4) > 0 {
            self.queue.drain(..size);
        }
    }
}

async fn tables(host: &Host, event: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    for number in 0..3 {
        let device = host.device(event, &format!("{}号桌", number + 1)).await;
        tables.push(Table {
            device,
            number,
            seq: 0,
            queue: VecDeque::new(),
            online: true,
        });
    }
    tables
}

fn pick<'a>(random: &Random, of: &[&'a str]) -> &'a str {
    of[random.below(u32::try_from(of.len()).unwrap()) as usize]
}

/// Plays a day with a seed and gives how many operations there were.
async fn play(server: &Server, host: &Host, id: &str, seed: u64) -> i64 {
    let random = Random::seeded(seed);
    let nobody = server.resident();
    let mut tables = tables(host, id).await;
    let mut brought = 0;
    let mut acts = 0;
    while brought < BOOKS || acts < 1_100 {
        let table = &mut tables[random.below(3) as usize];
        let holder = pick(&random, &CLASSES);
        let any = book(random.below(brought.max(1)));
        let action = match random.below(10) {
            0..=4 if brought < BOOKS => {
                brought += 1;
                json!({ "kind": "bring", "book": book(brought - 1), "title": "小王子", "condition": "good", "holder": holder })
            }
            _ if brought == 0 => continue,
            4 | 5 => json!({ "kind": "shelve", "book": any }),
            0..=3 | 6 | 7 => json!({ "kind": "take", "book": any, "holder": holder }),
            8 => json!({ "kind": "return", "book": any }),
            _ => json!({ "kind": pick(&random, &["withdraw", "leave"]), "book": any }),
        };
        table.act(action);
        acts += 1;
        if random.below(15) == 0 {
            table.online = !table.online;
        }
        if table.online && random.below(6) == 0 {
            table.sync(&nobody, &random).await;
        }
    }
    while tables.iter().any(|table| !table.queue.is_empty()) {
        tables[random.below(3) as usize]
            .sync(&nobody, &random)
            .await;
    }
    // When all have merged, the last one clears the tables.
    tables[0].act(json!({ "kind": "leave_rest" }));
    while !tables[0].queue.is_empty() {
        tables[0].sync(&nobody, &random).await;
    }
    acts + 1
}

async fn number(server: &Server, sql: &'static str) -> i64 {
    let (number,): (i64,) = server.app.db.sql(sql).one().await.unwrap();
    number
}

async fn every_book_is_accounted_for(server: &Server, host: &Host, id: &str, made: i64) {
    // No operation lost or doubled, and none left waiting.
    assert_eq!(
        number(server, "SELECT COUNT(*) FROM event_operations").await,
        made
    );
    assert_eq!(
        number(
            server,
            "SELECT COUNT(*) FROM event_operations WHERE result IN ('pending', 'refused')"
        )
        .await,
        0
    );
    assert!(
        number(
            server,
            "SELECT COUNT(*) FROM event_operations WHERE result = 'conflict'"
        )
        .await
            > 0,
        "too tame a play"
    );
    // The ledger balances, as a whole and operation by operation.
    assert_eq!(
        number(
            server,
            "SELECT CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM swap_entries"
        )
        .await,
        0
    );
    assert_eq!(
        number(server, "SELECT COUNT(*) FROM (SELECT operation_id FROM swap_entries GROUP BY operation_id HAVING SUM(credits) <> 0) odd").await,
        0
    );
    // Every book once, in one place; its last move led there.
    assert_eq!(
        number(server, "SELECT COUNT(*) FROM swap_books").await,
        i64::from(BOOKS)
    );
    assert_eq!(
        number(
            server,
            "SELECT COUNT(*) FROM swap_books b WHERE b.place <> (SELECT m.to_place FROM swap_moves m
             WHERE m.book_id = b.id ORDER BY m.position DESC LIMIT 1)"
        )
        .await,
        0
    );
    assert_eq!(
        number(
            server,
            "SELECT COUNT(*) FROM swap_books WHERE place IN ('desk', 'shelf')"
        )
        .await,
        0,
        "the tables are cleared"
    );
    let taken = number(
        server,
        "SELECT COUNT(*) FROM swap_books WHERE place = 'taken'",
    )
    .await;
    let left = number(
        server,
        "SELECT COUNT(*) FROM swap_books WHERE place = 'leftover' AND place_name = '学校图书室'",
    )
    .await;
    let withdrawn = number(
        server,
        "SELECT COUNT(*) FROM swap_books WHERE place = 'withdrawn'",
    )
    .await;
    assert_eq!(taken + left + withdrawn, i64::from(BOOKS));
    // What is counted is what there is.
    let summary = host
        .organiser
        .get(&format!("/api/v1/events/{id}/summary"))
        .await
        .expect(200);
    let counts = &summary["counts"];
    assert_eq!(
        (
            &counts["books_in"],
            &counts["books_out"],
            &counts["at_hand"]
        ),
        (&json!(BOOKS), &json!(taken), &json!(0))
    );
    assert_eq!(
        counts["leftovers"],
        json!([{ "place": "学校图书室", "books": left }])
    );
    // Every class has what the books say: one for each it brought and that stayed, less those it took.
    let credits: BTreeMap<String, i64> = summary["balances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["holder"].as_str().unwrap().to_owned(),
                line["credits"].as_i64().unwrap(),
            )
        })
        .collect();
    let rows: Vec<(Option<String>, i64, Option<String>, i64)> = server.app.db
        .sql("SELECT brought_by, credited, CASE WHEN place = 'taken' THEN place_name END, charged FROM swap_books")
        .all().await.unwrap();
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for (by, credited, taker, charged) in rows {
        for (holder, amount) in [(by, credited), (taker, -charged)] {
            if let Some(holder) = holder {
                *expected.entry(holder).or_default() += amount;
                *expected.entry("pool".into()).or_default() -= amount;
            }
        }
    }
    for (holder, amount) in &expected {
        assert_eq!(credits.get(holder), Some(amount), "{holder}");
    }
}

both_databases! {
    async fn three_devices_four_hundred_books_and_a_network_that_comes_and_goes(server: Server) {
        let host = Host::new(&server, "school", "江源区第一小学").await;
        let id = host.publish(event("book-swap", "冬季换书日", "2026-11-24T14:00")).await;
        server.advance(TimeDelta::hours(6));
        let made = play(&server, &host, &id, 20_261_124).await;
        every_book_is_accounted_for(&server, &host, &id, made).await;
        // A device that begins anew sees the whole day, page by page or at once.
        let device = host.device(&id, "新平板").await;
        let nobody = server.resident();
        let day = device.get(&nobody, "/day").await.expect(200);
        assert_eq!(day["books"].as_array().unwrap().len(), BOOKS as usize);
        let again = device.get(&nobody, &format!("/day?since={}", day["cursor"])).await.expect(200);
        assert_eq!(again["books"], json!([]));
        // The page of the school, its badge and certificate, and the district's figures.
        let closed = host.organiser.post(&format!("/api/v1/events/{id}/close"), json!({})).await.expect(200);
        let books = closed["counts"]["books_out"].as_i64().unwrap();
        assert!(books >= 100, "{books}");
        let page = format!("/api/v1/organisations/{}", host.id);
        let school = nobody.get(&page).await.expect(200);
        assert_eq!((&school["figures"]["books"], &school["badge"]["met"]), (&json!(books), &json!(false)));
        assert_eq!(nobody.get(&format!("{page}/certificate")).await.status, 409);
        let second = host.publish(event("book-swap", "再换一次", "2026-11-24T14:30")).await;
        host.organiser.post(&format!("/api/v1/events/{second}/close"), json!({})).await.expect(200);
        let school = nobody.get(&page).await.expect(200);
        assert_eq!((&school["badge"]["name"], &school["badge"]["met"]), (&json!("无废校园"), &json!(true)));
        let certificate = nobody.get(&format!("{page}/certificate")).await.expect(200);
        assert!(certificate.as_str().unwrap().contains("江源区第一小学"));
        let figures = nobody.get("/api/v1/events/figures").await.expect(200);
        assert_eq!(figures["total"]["books"], books);
        assert_eq!(figures["by_township"][0]["id"], "220605001");
    }

    async fn the_desk_takes_codes_and_no_names_learns_titles_and_answers_what_is_wrong(server: Server) {
        let host = Host::new(&server, "school", "江源区第一小学").await;
        let id = host.publish(event("book-swap", "换书日", "2026-11-24T14:00")).await;
        let nobody = server.resident();
        let name = json!({ "name": "13812345678" });
        assert_eq!(host.organiser.post(&format!("/api/v1/events/{id}/devices"), name).await.fields(422), ["name"]);
        let one = host.device(&id, "一号桌").await;
        let two = host.device(&id, "二号桌").await;
        assert_eq!(nobody.get(&format!("/api/v1/events/{id}/day")).await.status, 403);
        assert_eq!(nobody.post(&format!("/api/v1/events/{id}/operations"), json!({ "operations": [] })).await.status, 403);
        assert_eq!(one.hand_in(&nobody, &[]).await.fields(422), ["operations"]);
        let mut tables = [one, two].map(|device| Table { number: 0, device, seq: 0, queue: VecDeque::new(), online: true });
        tables[1].number = 1;
        let results = async |table: &mut Table, actions: Vec<Value>| -> Vec<(String, Value)> {
            for action in actions {
                table.act(action);
            }
            let batch: Vec<Value> = table.queue.drain(..).collect();
            let answer = table.device.hand_in(&nobody, &batch).await.expect(200);
            assert_eq!(answer["arrived"], answer["highest_seq"]);
            answer["answers"].as_array().unwrap().iter()
                .map(|a| (a["result"].as_str().unwrap().to_owned(), a["reason"].clone())).collect()
        };
        let [first, second] = &mut tables;
        // Scanned at the second table before the first one's signal is back.
        let early = results(second, vec![json!({ "kind": "take", "book": book(1), "holder": "3年2班" })]).await;
        assert_eq!(early, [("pending".into(), json!("book_unknown"))]);
        let bring = |number: u32, more: Value| {
            let mut action = json!({ "kind": "bring", "book": book(number), "condition": "good", "holder": "1年1班" });
            for (key, value) in more.as_object().unwrap() {
                action[key] = value.clone();
            }
            action
        };
        let answered = results(first, vec![
            bring(1, json!({ "isbn": "7-02-000220-X", "title": "红楼梦", "author": "曹雪芹" })),
            bring(2, json!({ "isbn": "9787020002207" })),
            bring(3, json!({ "isbn": "9787020002208", "title": "校验位不对" })),
            bring(4, json!({ "holder": "王小明" })),
            bring(5, json!({ "title": "借书人电话13812345678" })),
            json!({ "kind": "take", "book": book(1), "holder": "2年1班" }),
            json!({ "kind": "reserve", "book": book(2), "holder": "3年2班" }),
            json!({ "kind": "take", "book": book(2), "holder": "2年1班" }),
        ]).await;
        let expected: Vec<(String, Value)> = [
            ("applied", json!(null)), ("applied", json!(null)), ("applied", json!("bad_isbn")), ("refused", json!("bad_holder")),
            ("applied", json!(null)), ("conflict", json!("already_taken")), ("applied", json!(null)), ("applied", json!("was_reserved")),
        ].map(|(result, reason)| (result.to_owned(), reason)).to_vec();
        assert_eq!(answered, expected);
        let day = first.device.get(&nobody, "/day").await.expect(200);
        let shelf: BTreeMap<&str, &Value> = day["books"].as_array().unwrap().iter().map(|b| (b["id"].as_str().unwrap(), b)).collect();
        assert_eq!(shelf[book(1).as_str()]["place_name"], "3年2班", "what waited was carried out when the book came");
        assert_eq!(shelf[book(2).as_str()]["title"], "红楼梦", "the catalogue knows it");
        assert_eq!(shelf[book(3).as_str()]["isbn"], Value::Null);
        assert!(!day.to_string().contains("13812345678"));
        let everything: Vec<(String,)> = server.app.db.sql("SELECT CAST(operation AS TEXT) FROM event_operations").all().await.unwrap();
        assert!(everything.iter().all(|(text,)| !text.contains("王小明") && !text.contains("13812345678")), "nothing personal is kept");
        // A class that owes too much is told, and the book is gone all the same.
        let takes = |numbers: std::ops::Range<u32>| numbers.map(|n| json!({ "kind": "take", "book": book(n), "holder": "A007" })).collect::<Vec<_>>();
        results(first, (10..17).map(|n| bring(n, json!({}))).collect()).await;
        let owed = results(second, takes(10..17)).await;
        assert_eq!(owed[4].1, Value::Null);
        assert_eq!(owed[5], ("applied".into(), json!("overdrawn")));
        // The same number for something else, and the same id.
        let again = json!({ "id": "00000000-0000-7000-8000-000000000001", "seq": 900, "at": "2026-11-24T06:00:00Z", "kind": "people", "count": 1 });
        let seq = json!({ "id": "00000000-0000-7000-8000-000000009999", "seq": 1, "at": "2026-11-24T06:00:00Z", "kind": "people", "count": 1 });
        let answer = first.device.hand_in(&nobody, &[again, seq]).await.expect(200);
        assert_eq!((&answer["answers"][0]["reason"], &answer["answers"][1]["reason"]), (&json!("id_reused"), &json!("seq_reused")));
        // Titles are corrected, labels printed, a device is taken back.
        let title = format!("/api/v1/events/{id}/titles/9787020002207");
        let right = json!({ "title": "红楼梦（上）", "author": "曹雪芹" });
        Person::send(host.organiser.request(Method::PUT, &title).json(&right)).await.expect(204);
        assert_eq!(first.device.get(&nobody, "/titles/702000220X").await.expect(200)["title"], "红楼梦（上）");
        assert_eq!(first.device.get(&nobody, "/titles/7020002201").await.fields(422), ["isbn"]);
        assert_eq!(first.device.get(&nobody, "/titles/9780306406157").await.status, 404);
        assert!(first.device.get(&nobody, "/labels?blank=24").await.expect(200).as_str().unwrap().matches("<svg x=").count() == 24);
        first.device.get(&nobody, &format!("/labels?book={}", book(1))).await.expect(200);
        assert_eq!(nobody.get(&format!("/api/v1/events/{id}/labels")).await.status, 403);
        let device = format!("/api/v1/events/{id}/devices/{}", first.device.id);
        Person::send(host.organiser.request(Method::DELETE, &device)).await.expect(204);
        assert_eq!(first.device.get(&nobody, "/day").await.status, 403);
        let counts = nobody.get(&format!("/api/v1/events/{id}/counts")).await.expect(200);
        assert_eq!((&counts["books_in"], &counts["books_out"]), (&json!(11), &json!(9)));
    }

    async fn a_label_lives_on_a_book_comes_in_again_on_another_day(server: Server) {
        let host = Host::new(&server, "school", "江源区第一小学").await;
        let rule = json!({ "recurrence": { "rule": "FREQ=WEEKLY;BYDAY=TU;COUNT=4" } });
        let id = host.publish(event_with("book-corner", "周二书角", "2026-11-24T14:00", rule)).await;
        let nobody = server.resident();
        let act = async |name: &str, number: u32, actions: Vec<Value>| -> Vec<Value> {
            let device = host.device(&id, name).await;
            let mut table = Table { device, number, seq: 0, queue: VecDeque::new(), online: true };
            for action in actions {
                table.act(action);
            }
            let batch: Vec<Value> = table.queue.drain(..).collect();
            let answer = table.device.hand_in(&nobody, &batch).await.expect(200);
            answer["answers"].as_array().unwrap().iter().map(|a| a["result"].clone()).collect()
        };
        let bring = |n: u32| json!({ "kind": "bring", "book": book(n), "condition": "good", "holder": "1年1班" });
        let take = |n: u32| json!({ "kind": "take", "book": book(n), "holder": "3年2班" });
        let first = act("第一周", 0, vec![bring(1), bring(2), take(1), json!({ "kind": "leave_rest" }), bring(1)]).await;
        assert_eq!(first, ["applied", "applied", "applied", "applied", "conflict"]);
        server.advance(TimeDelta::days(7));
        host.organiser.sign_in("organiser-school", "long enough words").await;
        let second = act("第二周", 1, vec![bring(1), take(2), json!({ "kind": "people", "count": 7 })]).await;
        assert_eq!(second, ["applied", "applied", "applied"]);
        let of = async |key: &str| host.organiser.get(&format!("/api/v1/events/{id}/counts?occurrence={key}")).await.expect(200);
        let (one, two) = (of("2026-11-24T14:00").await, of("2026-12-01T14:00").await);
        assert_eq!((&one["books_in"], &one["books_out"], &one["people"]), (&json!(2), &json!(1), &json!(0)));
        assert_eq!((&two["books_in"], &two["books_out"], &two["people"]), (&json!(1), &json!(1), &json!(7)));
        assert_eq!(number(&server, "SELECT CAST(SUM(credits) AS BIGINT) FROM swap_entries").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_orders_come_to_a_balance_too() {
    for seed in [1, 2] {
        let server = Server::start(wufei_tests::Database::postgres().await).await;
        let host = Host::new(&server, "school", "江源区第一小学").await;
        let id = host
            .publish(event("book-swap", "换书日", "2026-11-24T14:00"))
            .await;
        server.advance(TimeDelta::hours(6));
        let made = play(&server, &host, &id, seed).await;
        every_book_is_accounted_for(&server, &host, &id, made).await;
    }
}
