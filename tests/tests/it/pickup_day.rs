//! The crew's day, with and without a signal, and the chain of custody.
#![expect(
    clippy::needless_pass_by_value,
    reason = "bodies are written in place with json!"
)]

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_tests::pickup::{Booked, book, pickup_with};
use wufei_tests::{Person, Server, both_databases};

const WEDNESDAY: &str = "bulky.city.2026-11-25.am";
/// Tuesday 1 December: the hazardous round of the city.
const HAZARDOUS: &str = "hazardous.city.2026-12-01.am";

/// An id as a phone makes them.
fn id(number: u32) -> String {
    format!("0197b3c0-0000-7000-8000-{number:012}")
}

fn operation(number: u32, booked: &Booked, kind: &str, more: Value) -> Value {
    let mut operation = json!({
        "id": id(number), "ref": booked.code, "kind": kind, "at": format!("2026-11-25T01:00:{:02}Z", number % 60),
    });
    for (key, value) in more.as_object().unwrap() {
        operation[key] = value.clone();
    }
    operation
}

async fn sync(crew: &Person, operations: Value) -> Vec<Value> {
    let answer = crew
        .post(
            "/api/v1/desk/pickups/operations",
            json!({ "operations": operations }),
        )
        .await;
    answer.expect(200)["items"].as_array().unwrap().clone()
}

fn results(answers: &[Value]) -> Vec<&str> {
    answers
        .iter()
        .map(|answer| answer["result"].as_str().unwrap())
        .collect()
}

/// From Tuesday morning to Wednesday morning, 09:30 in the district.
fn next_morning(server: &Server) {
    server.advance(TimeDelta::minutes(24 * 60 + 30));
}

fn door(number: u32, changes: Value) -> Value {
    pickup_with(WEDNESDAY, number, changes)
}

both_databases! {
    async fn a_crew_sees_its_stops_in_a_sensible_order_and_no_other_offices(server: Server) {
        let person = server.neighbour("resident").await;
        for (number, lng) in [(1, 126.60), (2, 126.58), (3, 126.61), (4, 126.59)] {
            let place = json!({ "township": "220605001", "address": format!("江南路{number}号"), "lng": lng, "lat": 42.02 });
            book(&person, door(number, json!({ "place": place }))).await;
        }
        book(&person, door(5, json!({}))).await;
        next_morning(&server);
        let crew = server.staff("crew", Role::Handler, Some("housing")).await;
        let day = crew.get("/api/v1/desk/pickups/day").await.expect(200);
        assert_eq!((&day["day"], day["rounds"].as_array().unwrap().len()), (&json!("2026-11-25"), 1));
        let stops = day["rounds"][0]["stops"].as_array().unwrap();
        let order: Vec<f64> = stops.iter().filter(|s| s["located"] == true).map(|s| s["lng"].as_f64().unwrap()).collect();
        let mut sorted = order.clone();
        sorted.sort_by(f64::total_cmp);
        let reversed: Vec<f64> = sorted.iter().rev().copied().collect();
        assert!(order == sorted || order == reversed, "along the road: {order:?}");
        assert_eq!(stops.len(), 5);
        assert_eq!(stops[0]["pickup"]["contact"]["phone"], "13812345678", "the crew may call");
        let elsewhere = server.staff("elsewhere", Role::Handler, Some("ecology")).await;
        assert_eq!(elsewhere.get("/api/v1/desk/pickups/day").await.expect(200)["rounds"], json!([]));
        assert_eq!(elsewhere.get("/api/v1/desk/pickups/day?collector=bulky").await.status, 403);
        let code = stops[0]["pickup"]["ref"].as_str().unwrap();
        assert_eq!(elsewhere.get(&format!("/api/v1/desk/pickups/{code}")).await.status, 403);
        assert!(!elsewhere.get("/api/v1/desk/pickups").await.expect(200).to_string().contains("13812345678"));
    }

    async fn every_outcome_of_a_stop_reaches_the_resident(server: Server) {
        let person = server.neighbour("resident").await;
        let two = json!({ "items": [{ "item": "sofa", "count": 1 }, { "item": "chair", "count": 4 }] });
        let mut all = Vec::new();
        for number in 1..=4 {
            all.push(book(&person, door(number, two.clone())).await);
        }
        next_morning(&server);
        let crew = server.staff("crew", Role::Handler, Some("housing")).await;
        let photo = crew.photo(7).await;
        let answers = sync(&crew, json!([
            operation(1, &all[0], "collected", json!({ "weight_kg": 61.5, "photo_ids": [photo] })),
            operation(2, &all[1], "partly", json!({ "taken": [{ "item": "chair", "count": 3 }], "reason": "沙发还没清空" })),
            operation(3, &all[2], "refused", json!({ "reason": "混有装修垃圾" })),
            operation(4, &all[3], "collected", json!({ "extra": [{ "item": "table", "count": 1 }], "extra_consent": true })),
        ])).await;
        assert_eq!(results(&answers), ["applied"; 4], "{answers:?}");

        let view = all[0].view(&person).await;
        assert_eq!((&view["status"], &view["weight_kg"], &view["price"]["total_fen"]), (&json!("collected"), &json!(61.5), &json!(4200)));
        assert_eq!((&view["photos"][0]["by_crew"], &view["photos"][0]["id"]), (&json!(true), &json!(photo)));
        let seen = person.request(Method::GET, &format!("/api/v1/photos/{photo}")).header("X-Pickup-Secret", &all[0].secret);
        assert_eq!(Person::send(seen).await.status, 200);
        let view = all[1].view(&person).await;
        assert_eq!((&view["status"], &view["price"]["total_fen"], &view["outcome_note"]), (&json!("partly"), &json!(900), &json!("沙发还没清空")));
        let view = all[2].view(&person).await;
        assert_eq!((&view["status"], &view["price"]["total_fen"]), (&json!("refused"), &json!(0)));
        let view = all[3].view(&person).await;
        assert_eq!((&view["items"][2]["extra"], &view["price"]["total_fen"]), (&json!(true), &json!(5200)));
        server.deliver().await;
        let letters = server.letters_to("wang@example.org");
        for words in ["已收走", "收走了一部分", "这次没有收"] {
            assert!(letters.iter().any(|l| l.subject.contains(words)), "{words}");
        }
        assert_eq!(all[0].cancel(&person, Some("x")).await.status, 409);
        assert_eq!(all[0].change(&person, json!({ "note": "x" })).await.status, 409);
    }

    async fn nobody_home_is_booked_again_once_for_free(server: Server) {
        let person = server.neighbour("resident").await;
        let booked = book(&person, door(1, json!({}))).await;
        next_morning(&server);
        let crew = server.staff("crew", Role::Handler, Some("housing")).await;
        let answers = sync(&crew, json!([operation(1, &booked, "nobody_home", json!({ "reason": "敲门无人应" }))])).await;
        assert_eq!((&answers[0]["result"], &answers[0]["status"], &answers[0]["slot"]), (&json!("applied"), &json!("booked"), &json!("bulky.city.2026-11-26.am")));
        let view = booked.view(&person).await;
        assert_eq!((&view["status"], &view["missed"], &view["price"]["total_fen"]), (&json!("booked"), &json!(1), &json!(3000)));
        server.deliver().await;
        assert!(server.letters_to("wang@example.org").iter().any(|l| l.subject.contains("已免费改约一次")));
        // The resident may choose another half-day until the cut-off.
        booked.change(&person, json!({ "slot": "bulky.city.2026-11-27.am" })).await.expect(200);
        server.advance(TimeDelta::days(2));
        crew.sign_in("crew", wufei_tests::server::PASSWORD).await;
        let mut again = operation(2, &booked, "nobody_home", json!({}));
        again["at"] = json!("2026-11-27T01:00:00Z");
        let answers = sync(&crew, json!([again])).await;
        assert_eq!((&answers[0]["result"], &answers[0]["status"]), (&json!("applied"), &json!("missed")));
        assert_eq!(booked.change(&person, json!({ "slot": "bulky.city.2026-11-30.am" })).await.status, 409, "one retry");
    }

    async fn nobody_home_with_no_round_left_lets_the_resident_choose(server: Server) {
        let person = server.neighbour("resident").await;
        let booked = book(&person, door(1, json!({}))).await;
        let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
        let closed = json!({ "collector": "bulky", "first_day": "2026-11-26", "last_day": "2027-01-31", "reason": "车辆检修" });
        let closed = coordinator.post("/api/v1/desk/pickups/blackouts", closed).await.expect(201);
        next_morning(&server);
        let crew = server.staff("crew", Role::Handler, Some("housing")).await;
        let answers = sync(&crew, json!([operation(1, &booked, "nobody_home", json!({}))])).await;
        assert_eq!(answers[0]["status"], "missed");
        coordinator.sign_in("coordinator", wufei_tests::server::PASSWORD).await;
        let path = format!("/api/v1/desk/pickups/blackouts/{}", closed["id"].as_str().unwrap());
        Person::send(coordinator.request(Method::DELETE, &path)).await.expect(204);
        let changed = booked.change(&person, json!({ "slot": "bulky.city.2026-11-30.pm" })).await.expect(200);
        assert_eq!((&changed["pickup"]["status"], &changed["pickup"]["slot"]["id"]), (&json!("booked"), &json!("bulky.city.2026-11-30.pm")));
    }

    async fn work_without_a_signal_is_synced_once_in_order_and_never_overwrites(server: Server) {
        let person = server.neighbour("resident").await;
        let mut all = Vec::new();
        for number in 1..=3 {
            all.push(book(&person, door(number, json!({}))).await);
        }
        next_morning(&server);
        let crew = server.staff("crew", Role::Handler, Some("housing")).await;
        // Sent in the wrong order, with the same stop twice: what happened first counts.
        let batch = json!([
            operation(9, &all[0], "refused", json!({ "reason": "第二台手机" })),
            operation(1, &all[0], "collected", json!({})),
            operation(2, &all[1], "nobody_home", json!({})),
            operation(3, &all[1], "collected", json!({})),
        ]);
        let first = sync(&crew, batch.clone()).await;
        assert_eq!(results(&first), ["conflict", "applied", "applied", "conflict"], "{first:?}");
        assert_eq!((&first[0]["status"], &first[3]["slot"]), (&json!("collected"), &json!("bulky.city.2026-11-26.am")));
        assert!(first[3]["detail"].as_str().unwrap().contains("2026-11-26"), "the stop was moved by then");
        // The answer got lost: the same again changes nothing, on any device.
        let again = sync(&crew, batch).await;
        assert_eq!(results(&again), results(&first));
        assert_eq!((&again[1]["repeated"], &again[2]["repeated"]), (&json!(true), &json!(true)));
        let history = all[0].view(&person).await["history"].as_array().unwrap().len();
        assert_eq!(history, 3, "held, confirmed, collected");
        assert_eq!(all[1].view(&person).await["missed"], 1, "counted once");

        // What is wrong in itself is named, and the rest of the batch goes on.
        let stranger = json!({ "id": id(20), "ref": "123456789", "kind": "collected", "at": "2026-11-25T01:00:00Z" });
        let answers = sync(&crew, json!([
            stranger,
            operation(1, &all[2], "collected", json!({})),
            operation(21, &all[2], "refused", json!({})),
            operation(22, &all[2], "partly", json!({ "taken": [{ "item": "sofa", "count": 2 }] })),
            operation(23, &all[2], "partly", json!({ "taken": [{ "item": "sofa", "count": 0 }] })),
            operation(24, &all[2], "collected", json!({ "extra": [{ "item": "chair", "count": 1 }] })),
            operation(25, &all[2], "collected", json!({ "extra": [{ "item": "fridge", "count": 1 }], "extra_consent": true })),
            operation(26, &all[2], "collected", json!({ "weight_kg": -1 })),
            operation(27, &all[2], "collected", json!({ "photo_ids": ["00000000-0000-7000-8000-000000000000"] })),
            operation(28, &all[2], "collected", json!({})),
        ])).await;
        let fields: Vec<&str> = answers.iter().map(|a| a["errors"][0]["field"].as_str().unwrap_or_default()).collect();
        assert_eq!(fields, ["ref", "id", "reason", "taken[0]", "taken", "extra_consent", "extra[0].item", "weight_kg", "photo_ids[0]", ""]);
        assert_eq!(results(&answers)[9], "applied");
        // A photo that a weak signal let through only later.
        let photo = crew.photo(3).await;
        let late = sync(&crew, json!([operation(30, &all[2], "photos", json!({ "photo_ids": [photo] }))])).await;
        assert_eq!(results(&late), ["applied"]);
        assert_eq!(all[2].view(&person).await["photos"][0]["id"], photo.as_str());
        // A phone whose clock runs ahead cannot write the future.
        let elsewhere = server.staff("elsewhere", Role::Handler, Some("ecology")).await;
        let answers = sync(&elsewhere, json!([operation(40, &all[2], "collected", json!({}))])).await;
        assert_eq!((results(&answers)[0], &answers[0]["status"]), ("refused", &Value::Null), "not their round");
        let too_many: Vec<Value> = (0..101).map(|n| operation(n, &all[2], "collected", json!({}))).collect();
        let answer = crew.post("/api/v1/desk/pickups/operations", json!({ "operations": too_many })).await;
        assert_eq!(answer.fields(422), ["operations"]);
    }

    async fn custody_goes_from_the_school_laboratory_to_treatment(server: Server) {
        let school = server.neighbour("school").await;
        let booked = book(&school, pickup_with(HAZARDOUS, 1, json!({
            "party": "small-source",
            "items": [{ "item": "lab-waste", "count": 3 }],
            "place": { "township": "220605001", "address": "江源区第一中学实验楼" },
            "contact": { "name": "江源区第一中学", "phone": "0439-3725000", "email": "school@example.org" },
        }))).await;
        assert_eq!(booked.view(&school).await["custody"], true);
        server.advance(TimeDelta::days(7));
        let carrier = server.staff("carrier", Role::Handler, Some("ecology")).await;
        let at = |operation: Value| { let mut o = operation; o["at"] = json!("2026-12-01T01:00:00Z"); json!([o]) };
        let unweighed = sync(&carrier, at(operation(1, &booked, "collected", json!({})))).await;
        assert_eq!(unweighed[0]["errors"][0]["field"], "weight_kg", "what is traced is weighed");
        let taken = sync(&carrier, at(operation(2, &booked, "collected", json!({ "weight_kg": 42.0 })))).await;
        assert_eq!(results(&taken), ["applied"]);

        // The label's code finds the consignment; only the office that runs the round may go on.
        let label = booked.get(&school, "/label").await.expect(200);
        assert!(label.as_str().unwrap().contains("<path"));
        let (token,): (String,) = server.app.db.sql("SELECT scan_token FROM pickups").one().await.unwrap();
        let scan = format!("/api/v1/desk/pickups/scan/{token}");
        let scanned = carrier.get(&scan).await.expect(200);
        assert_eq!((&scanned["pickup"]["ref"], &scanned["next_stages"]), (&json!(booked.code), &json!(["stored"])));
        let elsewhere = server.staff("elsewhere", Role::Handler, Some("housing")).await;
        assert_eq!(elsewhere.get(&scan).await.status, 403);
        assert_eq!(school.get(&scan).await.status, 403);
        assert_eq!(carrier.get("/api/v1/desk/pickups/scan/nonsense").await.status, 404);

        let handovers = format!("{scan}/handovers");
        let step = |stage: &str, kg: f64, by: &str| json!({ "stage": stage, "place": "暂存库（待定）", "weight_kg": kg, "received_by": by });
        assert_eq!(carrier.post(&handovers, step("treated", 42.0, "甲")).await.status, 409, "nothing is skipped");
        assert_eq!(elsewhere.post(&handovers, step("stored", 42.0, "甲")).await.status, 403);
        for (body, field) in [
            (step("stored", 0.0, "甲"), "weight_kg"),
            (step("stored", 42.0, " "), "received_by"),
            (json!({ "stage": "stored", "place": "", "weight_kg": 1.0, "received_by": "甲" }), "place"),
            (json!({ "stage": "stored", "place": "库", "weight_kg": 1.0, "received_by": "甲", "at": "2026-11-01T00:00:00Z" }), "at"),
            (json!({ "stage": "stored", "place": "库", "weight_kg": 1.0, "received_by": "甲", "lng": 999.0, "lat": 1.0 }), "lng"),
        ] {
            assert_eq!(carrier.post(&handovers, body.clone()).await.fields(422), [field], "{body}");
        }
        let stored = carrier.post_once("one-scan", &handovers, step("stored", 41.8, "库管员 李")).await.expect(201);
        assert_eq!((&stored["flagged"], &stored["difference_kg"]), (&json!(false), &json!(-0.2)));
        assert_eq!(carrier.post_once("one-scan", &handovers, step("stored", 41.8, "库管员 李")).await.expect(201), stored);
        server.advance(TimeDelta::hours(1));
        let moved = carrier.post(&handovers, step("transferred", 35.0, "运输 张")).await.expect(201);
        assert_eq!((&moved["flagged"], &moved["difference_kg"], &moved["given_by"]), (&json!(true), &json!(-6.8), &json!("库管员 李")));
        let record = booked.get(&school, "/custody").await.expect(200);
        assert_eq!((&record["complete"], &record["flagged"]), (&json!(false), &json!(true)));
        carrier.post(&handovers, step("treated", 35.1, "处置单位（待定）")).await.expect(201);
        assert_eq!(carrier.post(&handovers, step("treated", 35.0, "甲")).await.status, 409, "it is over");

        let record = booked.get(&school, "/custody").await.expect(200);
        let stages: Vec<&str> = record["handovers"].as_array().unwrap().iter().map(|h| h["stage"].as_str().unwrap()).collect();
        assert_eq!(stages, ["collected", "stored", "transferred", "treated"]);
        assert_eq!((&record["complete"], &record["source"], &record["items"][0]["count"]), (&json!(true), &json!("江源区第一中学"), &json!(3)));
        assert!(record["collector"]["licence"].as_str().unwrap().contains("经营许可证"));
        assert!(!record.to_string().contains("3725000"), "a printed record shows no phone number");
        assert_eq!(server.resident().get(&format!("{}/custody", booked.path())).await.status, 403);
        let flagged = carrier.get("/api/v1/desk/pickups?flagged=true").await.expect(200);
        assert_eq!(flagged["items"][0]["ref"], booked.code.as_str());
        let db = &server.app.db;
        assert!(db.sql("UPDATE pickup_handovers SET weight_g = 1").run().await.is_err(), "a chain is append-only");
        assert!(db.sql("DELETE FROM pickup_events").run().await.is_err());
    }
}
