//! The office: load, rounds, exceptions, prices, exports, figures, and codes read out.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_tests::pickup::{Booked, book, hold, pickup, pickup_with};
use wufei_tests::{Database, Person, both_databases};

const WEDNESDAY: &str = "bulky.city.2026-11-25.am";
const THURSDAY: &str = "bulky.city.2026-11-26.am";

async fn put(person: &Person, path: &str, body: Value) -> wufei_tests::Answer {
    Person::send(
        person
            .request(Method::PUT, &format!("/api/v1/desk/pickups/{path}"))
            .json(&body),
    )
    .await
}

async fn load(person: &Person, slot: &str) -> Value {
    let calendar = person
        .get("/api/v1/desk/pickups/calendar?from=2026-11-25&until=2026-11-27")
        .await
        .expect(200);
    let found = calendar["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == slot);
    found.cloned().unwrap_or_default()
}

both_databases! {
    async fn rounds_are_edited_by_their_own_office_and_hold_at_once(server: Server) {
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let ecology = server.staff("ecology", Role::Handler, Some("ecology")).await;
        let rounds = housing.get("/api/v1/desk/pickups/templates").await.expect(200);
        let rounds = rounds["items"].as_array().unwrap();
        assert!(rounds.iter().all(|round| round["collector"] == "bulky" && round["edited"] == false));
        let body = |items: i64, version: i64| json!({
            "collector": "bulky", "zone": "city", "days": ["wed", "make-up"], "half": "am", "items": items, "litres": 9000, "version": version,
        });
        assert_eq!(put(&ecology, "templates/bulky-city-am", body(1, 0)).await.status, 403);
        let edited = put(&housing, "templates/bulky-city-am", body(2, 0)).await.expect(200);
        assert_eq!((&edited["version"], &edited["edited"]), (&json!(1), &json!(true)));
        assert_eq!(put(&housing, "templates/bulky-city-am", body(3, 0)).await.status, 409, "somebody else was faster");
        put(&housing, "templates/bulky-city-am", body(2, 1)).await.expect(200);
        let person = server.neighbour("resident").await;
        let slots = person.get("/api/v1/pickups/slots?township=220605001&items=chair:1").await.expect(200);
        let slots = slots["items"].as_array().unwrap();
        assert_eq!((&slots[0]["id"], &slots[0]["left"]), (&json!(WEDNESDAY), &json!(2)));
        assert!(!slots.iter().any(|slot| slot["id"] == THURSDAY), "no longer on Thursdays");
        hold(&person, pickup(WEDNESDAY, 1)).await;
        hold(&person, pickup(WEDNESDAY, 2)).await;
        assert_eq!(person.post("/api/v1/pickups", pickup(WEDNESDAY, 3)).await.status, 409);
        assert_eq!(person.post("/api/v1/pickups", pickup(THURSDAY, 3)).await.fields(422), ["slot"]);
        // A round of its own.
        let sunday = json!({ "collector": "bulky", "zone": "city", "days": ["sun"], "half": "pm", "items": 4, "litres": 4000, "version": 0 });
        put(&housing, "templates/sunday-extra", sunday.clone()).await.expect(200);
        hold(&person, pickup("bulky.city.2026-11-29.pm", 4)).await;
        for (path, changes, field) in [
            ("templates/Sunday", json!({}), "id"),
            ("templates/x", json!({ "collector": "nobody" }), "collector"),
            ("templates/x", json!({ "zone": "moon" }), "zone"),
            ("templates/x", json!({ "items": -1 }), "items"),
            ("templates/x", json!({ "days": ["someday"] }), "days[0]"),
        ] {
            let mut body = sunday.clone();
            for (key, value) in changes.as_object().unwrap() {
                body[key] = value.clone();
            }
            assert_eq!(put(&housing, path, body).await.fields(422), [field], "{path} {changes}");
        }
    }

    async fn a_closed_time_takes_no_bookings_and_names_those_that_need_moving(server: Server) {
        let person = server.neighbour("resident").await;
        let booked = book(&person, pickup(WEDNESDAY, 1)).await;
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let all = json!({ "first_day": "2026-11-25", "last_day": "2026-11-25", "reason": "暴雪" });
        assert_eq!(housing.post("/api/v1/desk/pickups/blackouts", all.clone()).await.status, 403, "all collectors: coordinators");
        let mut own = all;
        own["collector"] = json!("bulky");
        let closed = housing.post_once("one-snowstorm", "/api/v1/desk/pickups/blackouts", own.clone()).await.expect(201);
        assert_eq!(housing.post_once("one-snowstorm", "/api/v1/desk/pickups/blackouts", own.clone()).await.expect(201), closed);
        assert_eq!(closed["affected"], json!([booked.code]));
        assert_eq!(person.post("/api/v1/pickups", pickup(WEDNESDAY, 2)).await.fields(422), ["slot"]);
        let at = load(&housing, WEDNESDAY).await;
        assert_eq!((&at["closed"], &at["over"], &at["booked"]), (&json!(true), &json!(true), &json!(1)));
        // After the cut-off, too, staff move it, and the resident reads so once.
        server.advance(TimeDelta::hours(8));
        let path = format!("/api/v1/desk/pickups/{}/move", booked.code);
        let moved = housing.post(&path, json!({ "slot": THURSDAY })).await.expect(200);
        assert_eq!(moved["slot"]["id"], THURSDAY);
        server.deliver().await;
        assert_eq!(server.letters_to("wang@example.org").iter().filter(|l| l.subject.contains("有调整")).count(), 1);
        let ecology = server.staff("ecology", Role::Handler, Some("ecology")).await;
        assert_eq!(ecology.post(&path, json!({ "slot": WEDNESDAY })).await.status, 403);
        assert_eq!(housing.post(&path, json!({ "slot": "bulky.city.2026-11-23.am" })).await.fields(422), ["slot"], "not into the past");
        let remove = format!("/api/v1/desk/pickups/blackouts/{}", closed["id"].as_str().unwrap());
        assert_eq!(Person::send(ecology.request(Method::DELETE, &remove)).await.status, 403);
        Person::send(housing.request(Method::DELETE, &remove)).await.expect(204);
        assert_eq!(Person::send(housing.request(Method::DELETE, &remove)).await.status, 404);
        assert_eq!(housing.get("/api/v1/desk/pickups/blackouts").await.expect(200)["items"], json!([]));
        for (changes, field) in [
            (json!({ "collector": "nobody" }), "collector"),
            (json!({ "zone": "moon" }), "zone"),
            (json!({ "last_day": "2026-11-24" }), "last_day"),
            (json!({ "reason": " " }), "reason"),
        ] {
            let mut body = own.clone();
            for (key, value) in changes.as_object().unwrap() {
                body[key] = value.clone();
            }
            assert_eq!(housing.post("/api/v1/desk/pickups/blackouts", body).await.fields(422), [field], "{changes}");
        }
        let reason = json!({ "reason": "车辆故障" });
        let cancel = format!("/api/v1/desk/pickups/{}/cancel", booked.code);
        assert_eq!(housing.post(&cancel, json!({ "reason": "" })).await.fields(422), ["reason"]);
        assert_eq!(housing.post(&cancel, reason).await.expect(200)["status"], "cancelled");
    }

    async fn an_exception_for_one_half_day_serves_who_waits(server: Server) {
        let person = server.neighbour("resident").await;
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let slot = format!("slots/{WEDNESDAY}");
        put(&housing, &slot, json!({ "items": 1, "litres": null })).await.expect(204);
        book(&person, pickup(WEDNESDAY, 1)).await;
        let waiting = Booked::of(person.post("/api/v1/pickups", pickup_with(WEDNESDAY, 2, json!({ "wait": true }))).await.expect(201));
        let at = load(&housing, WEDNESDAY).await;
        assert_eq!((&at["exception"], &at["items_limit"], &at["waiting"]), (&json!(true), &json!(1), &json!(1)));
        put(&housing, &slot, json!({ "items": 2, "litres": null })).await.expect(204);
        assert_eq!(waiting.status(&person).await, "offered");
        put(&housing, &slot, json!({ "items": null, "litres": null })).await.expect(204);
        assert_eq!(load(&housing, WEDNESDAY).await["items_limit"], 24);
        // An extra half-day where no round runs.
        put(&housing, "slots/bulky.city.2026-11-29.am", json!({ "items": 5, "litres": 5000 })).await.expect(204);
        let offers = person.get("/api/v1/pickups/slots?township=220605001&items=sofa:1").await.expect(200);
        assert!(offers["items"].as_array().unwrap().iter().any(|offer| offer["id"] == "bulky.city.2026-11-29.am" && offer["left"] == 5));
        book(&person, pickup("bulky.city.2026-11-29.am", 3)).await;
        let ecology = server.staff("ecology", Role::Handler, Some("ecology")).await;
        assert_eq!(put(&ecology, &slot, json!({ "items": 9, "litres": null })).await.status, 403);
        assert_eq!(put(&housing, "slots/nonsense", json!({ "items": 9, "litres": null })).await.status, 404);
        assert_eq!(put(&housing, &slot, json!({ "items": -9, "litres": null })).await.fields(422), ["items"]);
    }

    async fn a_price_holds_from_its_day_and_bookings_made_before_keep_theirs(server: Server) {
        let person = server.neighbour("resident").await;
        let booked = book(&person, pickup("bulky.city.2026-11-30.am", 1)).await;
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let price = |changes: Value| {
            let mut body = json!({ "item": "sofa", "from_day": "2026-11-28", "fen": 4500, "floor_fen": 1200 });
            for (key, value) in changes.as_object().unwrap() {
                body[key] = value.clone();
            }
            housing.post("/api/v1/desk/pickups/prices", body)
        };
        for (changes, field) in [
            (json!({ "item": "piano" }), "item"),
            (json!({ "collector": "e-waste" }), "collector"),
            (json!({ "from_day": "2026-11-24" }), "from_day"),
            (json!({ "fen": 100_000_000 }), "fen"),
            (json!({ "floor_fen": -1 }), "floor_fen"),
        ] {
            assert_eq!(price(changes.clone()).await.fields(422), [field], "{changes}");
        }
        assert_eq!(price(json!({ "item": "fridge" })).await.status, 403, "another office's");
        price(json!({})).await.expect(201);
        let quote = |day: &str| person.post("/api/v1/pickups/quote", json!({ "items": [{ "item": "sofa", "count": 1 }], "day": day, "floor": 2 }));
        assert_eq!(quote("2026-11-27").await.expect(200)["total_fen"], 4000);
        assert_eq!(quote("2026-11-28").await.expect(200)["total_fen"], 5700);
        assert_eq!(booked.view(&person).await["price"]["total_fen"], 3000, "what was told is kept");
        let list = housing.get("/api/v1/desk/pickups/prices").await.expect(200);
        let sofas: Vec<&Value> = list["items"].as_array().unwrap().iter().filter(|p| p["item"] == "sofa").collect();
        assert_eq!((sofas.len(), &sofas[1]["from_day"], &sofas[1]["edited"]), (2, &json!("2026-11-28"), &json!(true)));
    }

    async fn exports_and_figures_add_up_and_name_nobody(server: Server) {
        let person = server.neighbour("resident").await;
        let items = json!({ "items": [{ "item": "sofa", "count": 1 }, { "item": "textiles", "count": 2 }] });
        let mut all = Vec::new();
        for number in 1..=3 {
            all.push(book(&person, pickup_with(WEDNESDAY, number, items.clone())).await);
        }
        book(&person, pickup(WEDNESDAY, 9)).await.cancel(&person, None).await.expect(200);
        hold(&person, pickup(WEDNESDAY, 10)).await;
        server.advance(TimeDelta::minutes(24 * 60 + 30));
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let operation = |number: usize, kind: &str, more: Value| {
            let mut operation = json!({
                "id": format!("0197b3c0-0000-7000-8000-{number:012}"), "ref": all[number].code, "kind": kind, "at": "2026-11-25T01:00:00Z",
            });
            for (key, value) in more.as_object().unwrap() {
                operation[key] = value.clone();
            }
            operation
        };
        let operations = json!({ "operations": [
            operation(0, "collected", json!({ "weight_kg": 60.0 })),
            operation(1, "refused", json!({ "reason": "没有准备好" })),
            operation(2, "nobody_home", json!({})),
        ]});
        housing.post("/api/v1/desk/pickups/operations", operations).await.expect(200);
        let span = "from=2026-11-25&until=2026-11-27";
        let figures = housing.get(&format!("/api/v1/desk/pickups/figures?{span}")).await.expect(200);
        let cells = figures["items"].as_array().unwrap();
        assert_eq!(cells.len(), 2);
        assert_eq!((&cells[0]["month"], &cells[0]["township"], &cells[0]["group"], &cells[0]["pieces"]), (&json!("2026-11"), &json!("220605001"), &json!("furniture"), &json!(1)));
        let kg: f64 = cells.iter().map(|cell| cell["kg"].as_f64().unwrap()).sum();
        assert!((kg - 60.0).abs() < 0.01, "{kg}");
        let rates = &figures["rates"][0];
        assert_eq!((&rates["visits"], &rates["collected"], &rates["refused"], &rates["missed"], &rates["cancelled"]), (&json!(3), &json!(1), &json!(1), &json!(1), &json!(1)));
        assert!((rates["missed_rate"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9);

        let request = housing.request(Method::GET, &format!("/api/v1/desk/pickups/export.csv?{span}"));
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
        let csv = String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap();
        assert!(csv.starts_with("\u{feff}预约号,日期"), "{csv}");
        assert_eq!(csv.lines().count(), 1 + 3 * 2 + 1, "a line for each item, the cancelled one too, no held ones");
        for private in ["王大爷", "13812345678", "wang@example.org", "福源", all[0].secret.as_str()] {
            assert!(!csv.contains(private), "{private}");
        }
        let request = housing.request(Method::GET, &format!("/api/v1/desk/pickups/export.xlsx?{span}"));
        let bytes = request.send().await.unwrap().bytes().await.unwrap();
        assert!(bytes.starts_with(b"PK"), "a workbook is a ZIP file");
        // Another office's export is its own.
        let ecology = server.staff("ecology", Role::Handler, Some("ecology")).await;
        let theirs = ecology.get(&format!("/api/v1/desk/pickups/export.csv?{span}")).await.expect(200);
        assert_eq!(theirs.as_str().unwrap().lines().count(), 1);
        assert_eq!(ecology.get(&format!("/api/v1/desk/pickups/figures?{span}&collector=bulky")).await.status, 403);
        let backwards = "/api/v1/desk/pickups/figures?from=2026-11-27&until=2026-11-25";
        assert_eq!(housing.get(backwards).await.fields(422), ["until"]);
        let administrator = server.staff("admin", Role::Administrator, None).await;
        let all = administrator.get(&format!("/api/v1/desk/pickups/export.csv?{span}")).await.expect(200);
        assert_eq!(all.as_str().unwrap().lines().count(), 8);
        let list = housing.get("/api/v1/desk/pickups?status=collected,refused&from=2026-11-25&until=2026-11-25").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        assert_eq!(housing.get("/api/v1/desk/pickups?status=gone").await.fields(422), ["status"]);
    }

    async fn a_code_is_read_out_over_the_phone_where_there_is_no_address_for_it(server: Server) {
        let person = server.resident();
        let sent = person.post("/api/v1/pickups/codes", json!({ "phone": "0439-3725000" })).await.expect(202);
        assert_eq!(sent["channel"], "call");
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let codes = housing.get("/api/v1/desk/pickups/codes").await.expect(200);
        let code = &codes["items"][0];
        assert_eq!(code["phone"], "04393725000");
        let called = format!("/api/v1/desk/pickups/codes/{}/called", code["id"].as_str().unwrap());
        housing.post(&called, json!({})).await.expect(204);
        assert_eq!(housing.get("/api/v1/desk/pickups/codes").await.expect(200)["items"], json!([]));
        let (readable,): (i64,) = server.app.db.sql("SELECT COUNT(code) FROM pickup_codes").one().await.unwrap();
        assert_eq!(readable, 0, "the code itself is forgotten");
        let verify = json!({ "phone": "0439 3725000", "code": code["code"] });
        let token = person.post("/api/v1/pickups/codes/verify", verify).await.expect(200)["token"].clone();
        let body = pickup_with(WEDNESDAY, 1, json!({ "contact_token": token, "contact": { "name": "李奶奶", "phone": "04393725000" } }));
        book(&person, body).await;
        assert_eq!(housing.post(&called, json!({})).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_keeps_bookings_and_their_secrets() {
    for database in [Database::sqlite(), Database::postgres().await] {
        let data = tempfile::tempdir().unwrap();
        let binary = crate::binary();
        let add = [
            "staff",
            "add",
            "--username",
            "clerk",
            "--role",
            "handler",
            "--office",
            "housing",
            "--password-stdin",
        ];
        assert!(
            binary
                .run(data.path(), &database, &add, "long enough words")
                .0
        );
        let mut server = binary.serve(data.path(), &database);
        let clerk = server.person();
        clerk.sign_in("clerk", "long enough words").await;
        let offers = clerk
            .get("/api/v1/pickups/slots?township=220605001&items=sofa:1")
            .await
            .expect(200);
        let offers = offers["items"].as_array().unwrap();
        let free = offers
            .iter()
            .find(|offer| offer["availability"] == "free")
            .unwrap();
        let photo = clerk.photo(1).await;
        let body = pickup_with(
            free["id"].as_str().unwrap(),
            1,
            json!({ "photo_ids": [photo] }),
        );
        let booked = hold(&clerk, body).await;
        assert!(server.terminate());
        let file = data.path().join("backup.tar");
        let (made, output, error) = binary.run(
            data.path(),
            &database,
            &["backup", file.to_str().unwrap()],
            "",
        );
        assert!(made, "{output}{error}");
        let elsewhere = tempfile::tempdir().unwrap();
        let empty = match database {
            Database::Sqlite => Database::sqlite(),
            Database::Postgres { .. } => Database::postgres().await,
        };
        let (restored, output, error) = binary.run(
            elsewhere.path(),
            &empty,
            &["restore", file.to_str().unwrap()],
            "",
        );
        assert!(restored, "{output}{error}");
        let again = binary.serve(elsewhere.path(), &empty);
        let view = booked.view(&again.person()).await;
        assert_eq!(
            (&view["status"], &view["photos"][0]["id"]),
            (&json!("booked"), &json!(photo))
        );
    }
}
