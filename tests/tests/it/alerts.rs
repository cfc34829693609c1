//! Feeds that anybody reads, and letters about new reports to people without an account.

use std::io::Write;
use std::process::{Command, Stdio};

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::lifecycle::sweep_once;
use wufei_tests::person::{Letter, report, report_with};
use wufei_tests::services::{announced, workspace};
use wufei_tests::{Answer, Database, Person, Server, Settings, both_databases};

const ALERTS: &str = "/api/v1/alerts";
const FEED: &str = "/api/v1/feeds/reports.rss";
const PLACE: (f64, f64) = (126.58564, 42.05636);

/// What the package feedparser finds in a feed.
fn read(feed: &str) -> Value {
    let mut child = Command::new(announced("WUFEI_TEST_PYTHON"))
        .arg(workspace().join("tests/src/rss_reader.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(feed.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{feed}");
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn feed(person: &Person, query: &str) -> Value {
    let answer = person.get(&format!("{FEED}{query}")).await;
    assert_eq!(
        answer.headers["content-type"],
        "application/rss+xml; charset=utf-8"
    );
    read(answer.expect(200).as_str().unwrap())
}

async fn count(person: &Person, query: &str) -> usize {
    feed(person, query).await["items"].as_array().unwrap().len()
}

/// The last word of a letter's first line that is a link to `path`.
fn link(letter: &Letter, path: &str) -> String {
    let line = letter
        .text
        .lines()
        .find(|line| line.contains(path))
        .unwrap();
    line.rsplit_once(path).unwrap().1.to_owned()
}

/// Asks for an alert and says yes to the letter; gives the token.
async fn subscribe(server: &Server, email: &str, wish: Value) -> String {
    let person = server.resident();
    // Letters are sorted by when they were written.
    server.advance(TimeDelta::seconds(1));
    ask(&person, email, wish).await.expect(202);
    server.deliver().await;
    let letters = server.letters_to(email);
    let mut asked = letters
        .iter()
        .filter(|letter| letter.text.contains("/subscribe/confirm/"));
    let token = link(asked.next_back().unwrap(), "/subscribe/confirm/");
    let confirmed = person
        .post(&format!("{ALERTS}/confirm/{token}"), json!({}))
        .await
        .expect(200);
    assert_eq!(confirmed["alert"]["confirmed"], true);
    confirmed["token"].as_str().unwrap().to_owned()
}

async fn ask(person: &Person, email: &str, mut wish: Value) -> Answer {
    wish["email"] = email.into();
    if wish["frequency"].is_null() {
        wish["frequency"] = "instant".into();
    }
    person.post(ALERTS, wish).await
}

/// Time passes, and what waits goes out.
async fn work(server: &Server) {
    sweep_once(&server.app).await.unwrap();
    server.deliver().await;
}

/// Letters about reports to an address.
fn news(server: &Server, email: &str) -> Vec<Letter> {
    let mut letters = server.letters_to(email);
    letters.retain(|letter| letter.text.contains("/r/"));
    letters
}

fn circle(radius_m: u32) -> Value {
    json!({ "lng": PLACE.0, "lat": PLACE.1, "radius_m": radius_m })
}

both_databases! {
    async fn a_feed_holds_what_the_public_reads_and_an_independent_reader_takes_it(server: Server) {
        let resident = server.resident();
        let (code, _) = resident.file(report_with(json!({
            "description": "河边 <b>倒了</b> & 一车砖头，电话 13843912345",
            "contact": { "name": "张三", "email": "zhang@example.org" },
        }))).await;
        resident.file(report_with(json!({ "private": true, "category": "kitchen" }))).await;
        let all = feed(&resident, "").await;
        assert_eq!(all["language"], "zh-CN");
        let items = all["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        let open = items.iter().find(|item| item["id"].as_str().unwrap().starts_with(&code)).unwrap();
        assert!(open["link"].as_str().unwrap().ends_with(&format!("/r/{code}")));
        assert_eq!((open["lng"].as_f64(), open["lat"].as_f64()), (Some(PLACE.0), Some(PLACE.1)));
        assert!(open["text"].as_str().unwrap().contains("一车砖头"));
        assert_eq!(open["published"], json!([2026, 11, 24, 1, 0, 0]));
        let text = all.to_string();
        assert!(!text.contains("13843912345") && !text.contains("zhang@") && !text.contains("张三"));
        let private = items.iter().find(|item| *item != open).unwrap();
        assert_ne!((private["lng"].as_f64(), private["lat"].as_f64()), (Some(PLACE.0), Some(PLACE.1)));
        let english = feed(&resident, "?lang=en&category=construction").await;
        assert_eq!(english["language"], "en");
        assert!(english["itself"].as_str().unwrap().ends_with("/api/v1/feeds/reports.rss?lang=en&category=construction"));
    }

    async fn a_feed_is_narrowed_and_no_circle_finds_a_private_doorstep(server: Server) {
        let resident = server.resident();
        resident.file(report_with(json!({ "township": "220605001" }))).await;
        resident.file(report_with(json!({ "private": true, "township": "220605001" }))).await;
        let near = format!("?lng={}&lat={}", PLACE.0, PLACE.1);
        assert_eq!(count(&resident, &format!("{near}&radius_m=100")).await, 1, "the private one is not at its door");
        assert_eq!(count(&resident, &format!("{near}&radius_m=2000")).await, 2);
        assert_eq!(count(&resident, "?township=220605001").await, 2);
        assert_eq!(count(&resident, "?township=220605102").await, 0);
        assert_eq!(count(&resident, "?category=construction&status=dispatched,accepted").await, 2);
        assert_eq!(count(&resident, "?status=closed").await, 0);
        for (query, field) in [
            ("?lng=126", "lat"),
            ("?radius_m=500", "lng"),
            ("?lng=126&lat=42&radius_m=99", "radius_m"),
            ("?lng=126&lat=42&radius_m=20001", "radius_m"),
            ("?lng=1&lat=1&radius_m=500", "lng"),
            ("?township=1", "township"),
            ("?category=x", "category"),
            ("?status=x", "status"),
        ] {
            assert_eq!(resident.get(&format!("{FEED}{query}")).await.fields(422), [field], "{query}");
        }
    }

    async fn a_reader_that_has_the_feed_is_told_so_until_it_changes(server: Server) {
        let resident = server.resident();
        let (code, _) = resident.file(report()).await;
        let first = resident.get(FEED).await;
        assert_eq!(first.headers["cache-control"], "public, max-age=300");
        let header = |name: &str| first.headers[name].to_str().unwrap().to_owned();
        let (tag, date) = (header("etag"), header("last-modified"));
        assert_eq!(date, "Tue, 24 Nov 2026 01:00:00 GMT");
        let conditional = async |name: &str, value: &str| {
            let request = resident.request(Method::GET, FEED).header(name, value);
            Person::send(request).await
        };
        let again = conditional("if-none-match", &format!("\"other\", {tag}")).await;
        assert_eq!((again.status.as_u16(), again.body), (304, json!("")));
        assert_eq!(conditional("if-modified-since", &date).await.status, 304);
        server.advance(TimeDelta::minutes(1));
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        handler.act(&code, "accept", json!({})).await.expect(200);
        assert_eq!(conditional("if-none-match", &tag).await.status, 200);
        assert_eq!(conditional("if-modified-since", &date).await.status, 200);
    }

    async fn nothing_is_sent_before_the_address_says_yes_and_opening_the_link_is_not_yet_yes(server: Server) {
        let person = server.resident();
        ask(&person, "a@example.org", circle(500)).await.expect(202);
        server.deliver().await;
        let letters = server.letters_to("a@example.org");
        assert_eq!(letters.len(), 1);
        let token = link(&letters[0], "/subscribe/confirm/");
        let asked = person.get(&format!("{ALERTS}/confirm/{token}")).await.expect(200);
        assert_eq!((&asked["confirmed"], &asked["radius_m"]), (&json!(false), &json!(500)));
        assert!(!asked.to_string().contains("example.org"), "an address is in no answer");
        person.file(report()).await;
        work(&server).await;
        assert_eq!(news(&server, "a@example.org").len(), 0);
        let path = format!("{ALERTS}/confirm/{token}");
        let first = person.post(&path, json!({})).await.expect(200);
        assert_eq!(person.post(&path, json!({})).await.expect(200), first, "twice is once");
        person.file(report()).await;
        work(&server).await;
        assert_eq!(news(&server, "a@example.org").len(), 1);
        // What was not confirmed within a week is forgotten.
        ask(&person, "b@example.org", circle(500)).await.expect(202);
        server.deliver().await;
        let late = link(&server.letters_to("b@example.org")[0], "/subscribe/confirm/");
        server.advance(TimeDelta::days(8));
        assert_eq!(person.post(&format!("{ALERTS}/confirm/{late}"), json!({})).await.status, 404);
        work(&server).await;
        let (kept,): (i64,) = server.app.db.sql("SELECT COUNT(*) FROM alerts WHERE email LIKE 'b@%'").one().await.unwrap();
        assert_eq!(kept, 0);
    }

    async fn a_report_is_told_once_to_each_whom_it_concerns_and_to_no_one_else(server: Server) {
        for (email, wish) in [
            ("near@example.org", circle(300)),
            ("township@example.org", json!({ "township": "220605001" })),
            ("category@example.org", json!({ "category": "construction" })),
            ("all@example.org", json!({})),
            ("far@example.org", json!({ "lng": PLACE.0 + 0.1, "lat": PLACE.1, "radius_m": 2000 })),
            ("elsewhere@example.org", json!({ "township": "220605102" })),
            ("other@example.org", json!({ "category": "hazardous" })),
        ] {
            subscribe(&server, email, wish).await;
        }
        let (code, _) = server.resident().file(report_with(json!({
            "township": "220605001",
            "contact": { "name": "张三", "phone": "13843912345", "email": "zhang@example.org" },
        }))).await;
        for _ in 0..3 {
            work(&server).await;
        }
        for email in ["near@example.org", "township@example.org", "category@example.org", "all@example.org"] {
            let letters = news(&server, email);
            assert_eq!(letters.len(), 1, "{email}");
            assert!(letters[0].text.contains(&format!("/r/{code}")) && letters[0].text.contains("一车砖头"));
            assert!(!letters[0].text.contains("张三") && !letters[0].text.contains("13843912345"));
        }
        for email in ["far@example.org", "elsewhere@example.org", "other@example.org"] {
            assert_eq!(news(&server, email).len(), 0, "{email}");
        }
        // A private report is found by where the public sees it, not by its door.
        server.resident().file(report_with(json!({ "private": true, "description": "私密的话" }))).await;
        work(&server).await;
        assert_eq!(news(&server, "near@example.org").len(), 1);
        assert_eq!(news(&server, "all@example.org").len(), 2);
        // What was taken back before its turn is no news.
        let (code, secret) = server.resident().file(report()).await;
        let body = json!({ "secret": secret, "reason": "已经自己清走了" });
        server.resident().post(&format!("/api/v1/reports/{code}/withdraw"), body).await.expect(200);
        work(&server).await;
        assert_eq!(news(&server, "all@example.org").len(), 2);
    }

    async fn a_digest_comes_in_the_morning_with_what_was_found_before(server: Server) {
        subscribe(&server, "daily@example.org", json!({ "frequency": "daily" })).await;
        let mut codes = Vec::new();
        for number in 0..3 {
            codes.push(server.resident().file(report_with(json!({ "description": format!("第{number}处") }))).await.0);
        }
        work(&server).await;
        assert_eq!(news(&server, "daily@example.org").len(), 0);
        // 09:00 to 07:01 the next morning, in Beijing.
        server.advance(TimeDelta::minutes(22 * 60 + 1));
        for _ in 0..3 {
            work(&server).await;
        }
        let letters = news(&server, "daily@example.org");
        assert_eq!(letters.len(), 1);
        assert!(letters[0].subject.contains("3 件"), "{}", letters[0].subject);
        assert!(codes.iter().all(|code| letters[0].text.contains(code)));
        server.resident().file(report()).await;
        work(&server).await;
        assert_eq!(news(&server, "daily@example.org").len(), 1, "the next waits for the next morning");
        server.advance(TimeDelta::days(1));
        work(&server).await;
        assert_eq!(news(&server, "daily@example.org").len(), 2);
        server.advance(TimeDelta::days(1));
        work(&server).await;
        assert_eq!(news(&server, "daily@example.org").len(), 2, "no news, no letter");
    }

    async fn one_post_from_a_mail_program_or_one_tap_ends_it(server: Server) {
        let token = subscribe(&server, "a@example.org", json!({})).await;
        let other = subscribe(&server, "b@example.org", json!({})).await;
        server.resident().file(report()).await;
        work(&server).await;
        let raw = std::fs::read_dir(server.data.path().join("outbox")).unwrap()
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .find(|text| text.contains("To: a@example.org") && text.contains("List-Unsubscribe:"))
            .unwrap();
        let unfolded = raw.replace("\r\n ", "");
        assert!(unfolded.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        let url = unfolded.split("List-Unsubscribe: <").nth(1).unwrap().split('>').next().unwrap().trim();
        let path = url.split_once("/api/v1/").unwrap().1;
        let request = server.resident().request(Method::POST, &format!("/api/v1/{path}"));
        let form = request.header("content-type", "application/x-www-form-urlencoded").body("List-Unsubscribe=One-Click");
        assert_eq!(Person::send(form).await.status, 204);
        let person = server.resident();
        assert_eq!(person.get(&format!("{ALERTS}/{token}")).await.status, 404);
        let end = |token: &str| person.request(Method::DELETE, &format!("{ALERTS}/{token}"));
        assert_eq!(Person::send(end(&token)).await.status, 204, "ended twice is ended");
        assert_eq!(Person::send(end(&other)).await.status, 204);
        server.resident().file(report()).await;
        work(&server).await;
        assert_eq!(news(&server, "a@example.org").len(), 1);
        assert_eq!(news(&server, "b@example.org").len(), 1);
        let (kept,): (i64,) = server.app.db.sql("SELECT COUNT(*) FROM alerts").one().await.unwrap();
        assert_eq!(kept, 0, "no address is kept");
    }

    async fn after_a_year_it_ends_unless_it_is_renewed(server: Server) {
        let token = subscribe(&server, "a@example.org", json!({})).await;
        let person = server.resident();
        server.advance(TimeDelta::days(336));
        for _ in 0..2 {
            work(&server).await;
        }
        let letters = server.letters_to("a@example.org");
        let offers: Vec<&Letter> = letters.iter().filter(|letter| letter.subject.contains("到期")).collect();
        assert_eq!(offers.len(), 1);
        assert_eq!(link(offers[0], "/subscribe/"), token);
        person.post(&format!("{ALERTS}/{token}/renew"), json!({})).await.expect(200);
        server.advance(TimeDelta::days(100));
        person.get(&format!("{ALERTS}/{token}")).await.expect(200);
        server.advance(TimeDelta::days(266));
        assert_eq!(person.get(&format!("{ALERTS}/{token}")).await.status, 404);
        work(&server).await;
        let (kept,): (i64,) = server.app.db.sql("SELECT COUNT(*) FROM alerts").one().await.unwrap();
        assert_eq!(kept, 0);
    }

    async fn limits_hold_and_what_is_wrong_is_named(server: Server) {
        let person = server.resident();
        for (wish, email, field) in [
            (json!({}), "nobody", "email"),
            (json!({ "radius_m": 500 }), "a@example.org", "lng"),
            (json!({ "township": "1" }), "a@example.org", "township"),
            (json!({ "category": "x" }), "a@example.org", "category"),
            (json!({ "frequency": "hourly" }), "a@example.org", "frequency"),
        ] {
            assert_eq!(ask(&person, email, wish).await.fields(422), [field]);
        }
        for _ in 0..8 {
            ask(&person, "a@example.org", json!({})).await.expect(202);
        }
        server.deliver().await;
        assert_eq!(server.letters_to("a@example.org").len(), 5, "a stranger cannot flood a mailbox");
        let body = json!({ "email": "c@example.org", "frequency": "daily" });
        for _ in 0..2 {
            person.post_once("one-wish-only", ALERTS, body.clone()).await.expect(202);
        }
        server.deliver().await;
        assert_eq!(server.letters_to("c@example.org").len(), 1);
        for number in 0..20 {
            let sql = "INSERT INTO alerts (id, email, lang, frequency, token, confirmed_at, expires_at, created_at)
                       SELECT $1, 'd@example.org', lang, frequency, $2, created_at, expires_at, created_at
                       FROM alerts WHERE email = 'c@example.org'";
            let id = server.app.random.uuid(server.app.clock.now());
            server.app.db.sql(sql).bind(id).bind(format!("token-{number}")).run().await.unwrap();
        }
        ask(&person, "d@example.org", json!({})).await.expect(202);
        server.deliver().await;
        let letters = server.letters_to("d@example.org");
        assert_eq!(letters.len(), 1);
        assert!(letters[0].subject.contains("20") && !letters[0].text.contains("/subscribe/confirm/"));
        let from_one_place = async |number: u32| {
            let wish = json!({ "email": format!("e{number}@example.org"), "frequency": "daily" });
            let request = person.request(Method::POST, ALERTS).header("x-forwarded-for", "203.0.113.7");
            Person::send(request.json(&wish)).await.status
        };
        for number in 0..30 {
            assert_eq!(from_one_place(number).await, 202, "{number}");
        }
        assert_eq!(from_one_place(30).await, 429, "one place asks for thirty an hour");
    }

    async fn the_same_wish_twice_is_one(server: Server) {
        let first = subscribe(&server, "a@example.org", json!({ "township": "220605001" })).await;
        let second = subscribe(&server, "a@example.org", json!({ "township": "220605001", "frequency": "daily" })).await;
        let person = server.resident();
        assert_eq!(person.get(&format!("{ALERTS}/{first}")).await.status, 404);
        assert_eq!(person.get(&format!("{ALERTS}/{second}")).await.expect(200)["frequency"], "daily");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_tell_every_report_once() {
    let database = Database::postgres().await;
    let one = Server::start(database.clone()).await;
    let two = one.replica(database, Settings::default()).await;
    subscribe(&one, "a@example.org", json!({})).await;
    subscribe(&one, "b@example.org", json!({ "frequency": "daily" })).await;
    for _ in 0..30 {
        one.resident().file(report()).await;
    }
    for _ in 0..2 {
        let (a, b) = tokio::join!(sweep_once(&one.app), sweep_once(&two.app));
        a.unwrap();
        b.unwrap();
        tokio::join!(one.deliver(), two.deliver());
        one.advance(TimeDelta::days(1));
    }
    let (a, b) = tokio::join!(sweep_once(&one.app), sweep_once(&two.app));
    a.unwrap();
    b.unwrap();
    tokio::join!(one.deliver(), two.deliver());
    assert_eq!(news(&one, "a@example.org").len(), 30);
    assert_eq!(news(&one, "b@example.org").len(), 1);
}
