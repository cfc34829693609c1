//! Flea markets: a plan on a grid, booking, waiting, moving, the pass at the entrance, the rain plan.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wufei_tests::events::{Host, account, event};
use wufei_tests::{Person, both_databases};

/// Two ground pitches and a table around an entrance.
fn plan() -> Value {
    json!({
        "rows": 2, "columns": 3,
        "cells": [
            { "row": 0, "column": 0, "is": "stall", "stall_kind": "ground" },
            { "row": 0, "column": 1, "is": "entrance" },
            { "row": 0, "column": 2, "is": "stall", "stall_kind": "ground" },
            { "row": 1, "column": 0, "is": "stall", "stall_kind": "table" },
            { "row": 1, "column": 1, "is": "blocked" },
        ],
        "prices": { "table": 500 },
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "bodies are written in place with json!"
)]
fn wish(changes: Value) -> Value {
    let mut body = json!({
        "stall_kind": "ground", "rules_version": 1, "goods": "旧玩具和童书", "name": "王阿姨", "phone": "13812345678",
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn draw(host: &Host, id: &str, plan: Value) -> u16 {
    let request = host
        .organiser
        .request(Method::PUT, &format!("/api/v1/events/{id}/stalls"));
    Person::send(request.json(&plan)).await.status.as_u16()
}

fn id_of(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

both_databases! {
    async fn stalls_are_planned_booked_moved_waited_for_and_offered_in_turn(server: Server) {
        let host = Host::new(&server, "market", "江源市场").await;
        let id = host.publish(event("flea-market", "跳蚤市场", "2026-12-05T09:00")).await;
        let path = format!("/api/v1/events/{id}");
        let book = format!("{path}/stall-bookings");
        let one = account(&server, "one", None).await;
        assert_eq!(one.post(&book, wish(json!({}))).await.status, 409, "no plan yet");
        assert_eq!(draw(&host, &id, json!({ "rows": 2, "columns": 2, "cells": [{ "row": 5, "column": 0, "is": "blocked" }] })).await, 422);
        assert_eq!(draw(&host, &id, plan()).await, 204);
        let shown = server.resident().get(&format!("{path}/stalls")).await.expect(200);
        assert_eq!(shown["stalls"].as_array().unwrap().len(), 3);
        assert_eq!((&shown["kinds"][1]["id"], &shown["kinds"][1]["price_fen"]), (&json!("table"), &json!(500)));
        assert!(shown["rules"].as_array().unwrap().len() >= 3);
        // Rules, goods, and what is not there.
        assert_eq!(one.post(&book, wish(json!({ "rules_version": 0 }))).await.fields(422), ["rules_version"]);
        assert_eq!(one.post(&book, wish(json!({ "goods": "出售枪支弹药，仿真枪" }))).await.fields(422), ["goods"]);
        assert_eq!(one.post(&book, wish(json!({ "stall": "Z9" }))).await.fields(422), ["stall"]);
        let first = one.post_once("first-stall", &book, wish(json!({ "stall": "A1", "email": "one@example.org" }))).await.expect(201);
        let again = one.post_once("first-stall", &book, wish(json!({ "stall": "A1", "email": "one@example.org" }))).await.expect(201);
        assert_eq!((&first["id"], &first["stall"], &first["status"]), (&again["id"], &json!("A1"), &json!("booked")));
        let two = account(&server, "two", None).await;
        assert_eq!(two.post(&book, wish(json!({ "stall": "A1" }))).await.status, 409);
        assert_eq!(two.post(&book, wish(json!({}))).await.expect(201)["stall"], "A3");
        let mut waiting = Vec::new();
        for (turn, name) in ["three", "four"].into_iter().enumerate() {
            let person = account(&server, name, None).await;
            assert_eq!(person.post(&book, wish(json!({}))).await.status, 409);
            let made = person.post(&book, wish(json!({ "wait": true, "email": format!("{name}@example.org") }))).await.expect(201);
            assert_eq!((&made["status"], &made["position"]), (&json!("waiting"), &json!(turn + 1)));
            waiting.push((person, id_of(&made)));
        }
        // A move frees a stall, which is offered to the first who waits.
        let mine = format!("/api/v1/stall-bookings/{}", id_of(&first));
        assert_eq!(two.get(&mine).await.status, 404, "somebody else's");
        assert_eq!(one.post(&format!("{mine}/move"), json!({ "stall": "A3" })).await.status, 409);
        assert_eq!(one.post(&format!("{mine}/move"), json!({ "stall": "B1" })).await.expect(200)["price_fen"], 500);
        let offered = |at: usize| format!("/api/v1/stall-bookings/{}", waiting[at].1);
        assert_eq!(waiting[0].0.get(&offered(0)).await.expect(200)["status"], "offered");
        assert_eq!(waiting[1].0.get(&offered(1)).await.expect(200)["status"], "waiting");
        assert_eq!(two.post(&book, wish(json!({}))).await.status, 409, "what is offered is not free");
        // The offer lapses and goes to the next, who takes it.
        server.advance(TimeDelta::hours(13));
        wufei_api::lifecycle::sweep_once(&server.app).await.unwrap();
        for (at, name) in ["three", "four"].into_iter().enumerate() {
            waiting[at].0.sign_in(name, "long enough words").await;
        }
        assert_eq!(waiting[0].0.get(&offered(0)).await.expect(200)["status"], "expired");
        assert_eq!(waiting[0].0.post(&format!("{}/confirm", offered(0)), json!({})).await.status, 409);
        let taken = waiting[1].0.post(&format!("{}/confirm", offered(1)), json!({})).await.expect(200);
        assert_eq!((&taken["status"], &taken["stall"]), (&json!("booked"), &json!("A1")));
        // The plan may not lose what somebody has.
        host.organiser.sign_in("organiser-market", "long enough words").await;
        assert_eq!(draw(&host, &id, json!({ "rows": 2, "columns": 3, "cells": [] })).await, 409);
        let all = host.organiser.get(&book).await.expect(200);
        assert_eq!(all.as_array().unwrap().len(), 4);
        assert_eq!(waiting[1].0.get(&book).await.status, 403);
        server.deliver().await;
        assert_eq!(server.letters_to("one@example.org").len(), 2, "booked and moved");
        assert_eq!(server.letters_to("four@example.org").len(), 3, "queued, offered, booked");
    }

    async fn the_rain_plan_tells_every_stallholder_and_bookings_stay(server: Server) {
        let host = Host::new(&server, "market", "江源市场").await;
        let id = host.publish(event("flea-market", "跳蚤市场", "2026-12-05T09:00")).await;
        draw(&host, &id, plan()).await;
        let path = format!("/api/v1/events/{id}");
        let one = account(&server, "one", None).await;
        let made = one.post(&format!("{path}/stall-bookings"), wish(json!({ "email": "one@example.org" }))).await.expect(201);
        let seen = host.organiser.get(&path).await.expect(200);
        let change = json!({ "version": seen["version"], "starts": "2026-12-06T09:00" });
        assert_eq!(Person::send(host.organiser.request(Method::PATCH, &path).json(&change)).await.status, 409, "people count on it");
        host.organiser.post(&format!("{path}/postpone"), json!({ "to": "2026-12-06T09:00", "note": "有雨" })).await.expect(200);
        server.deliver().await;
        let letters = server.letters_to("one@example.org");
        assert_eq!(letters.len(), 2);
        assert!(letters.iter().any(|l| l.text.contains("有雨") && l.text.contains("2026-12-06 09:00")), "{letters:?}");
        let booking = one.get(&format!("/api/v1/stall-bookings/{}", id_of(&made))).await.expect(200);
        assert_eq!((&booking["status"], &booking["date"]["starts"]), (&json!("booked"), &json!("2026-12-06T09:00")));
        host.organiser.post(&format!("{path}/cancel"), json!({})).await.expect(200);
        assert_eq!(one.get(&format!("/api/v1/stall-bookings/{}", id_of(&made))).await.expect(200)["status"], "cancelled");
    }

    async fn the_pass_lets_in_without_a_signal_once_and_who_did_not_come_is_a_no_show(server: Server) {
        let host = Host::new(&server, "market", "江源市场").await;
        let id = host.publish(event("flea-market", "跳蚤市场", "2026-11-24T14:00")).await;
        draw(&host, &id, plan()).await;
        let path = format!("/api/v1/events/{id}");
        let (one, two) = (account(&server, "one", None).await, account(&server, "two", None).await);
        let first = id_of(&one.post(&format!("{path}/stall-bookings"), wish(json!({}))).await.expect(201));
        let second = id_of(&two.post(&format!("{path}/stall-bookings"), wish(json!({}))).await.expect(201));
        let svg = one.get(&format!("/api/v1/stall-bookings/{first}/pass")).await.expect(200);
        assert!(svg.as_str().unwrap().contains("<svg"));
        assert_eq!(two.get(&format!("/api/v1/stall-bookings/{first}/pass")).await.status, 404);
        let (pass,): (String,) = server.app.db.sql("SELECT pass FROM stall_bookings WHERE status = 'booked' AND id = $1")
            .bind(wufei_api::shared::id::StallBookingId(first.parse().unwrap())).one().await.unwrap();
        let (gate, back) = (host.device(&id, "入口").await, host.device(&id, "后门").await);
        let nobody = server.resident();
        let day = gate.get(&nobody, "/day").await.expect(200);
        let known = day["stalls"].as_array().unwrap().iter().find(|stall| stall["booking"] == first.as_str()).unwrap();
        let expected = wufei_api::shared::hex::hex(&Sha256::digest(pass.as_bytes()));
        assert_eq!((&known["pass_sha256"], &known["name"]), (&json!(expected), &json!("王**")));
        assert!(!day.to_string().contains(&pass) && !day.to_string().contains("13812345678"));
        assert_eq!(host.organiser.post(&format!("{path}/close"), json!({})).await.status, 409, "not begun");
        server.advance(TimeDelta::hours(6));
        let operation = |id: u32, seq: i64, action: Value| {
            let mut operation = json!({ "id": format!("00000000-0000-7000-8000-{id:012}"), "seq": seq, "at": "2026-11-24T06:10:00Z" });
            for (key, value) in action.as_object().unwrap() {
                operation[key] = value.clone();
            }
            operation
        };
        let results = |answer: Value| -> Vec<String> {
            answer["answers"].as_array().unwrap().iter().map(|a| a["result"].as_str().unwrap().to_owned()).collect()
        };
        // The back door, without a signal, took the first for a no-show; the gate let them in.
        let batch = [
            operation(1, 1, json!({ "kind": "no_show", "booking": first })),
            operation(2, 2, json!({ "kind": "check_in", "pass": "0123" })),
        ];
        assert_eq!(results(back.hand_in(&nobody, &batch).await.expect(200)), ["applied", "refused"]);
        let batch = [
            operation(3, 1, json!({ "kind": "check_in", "pass": pass })),
            operation(4, 2, json!({ "kind": "check_in", "booking": first })),
            operation(5, 3, json!({ "kind": "people", "count": 40 })),
            operation(6, 4, json!({ "kind": "things", "count": 12, "grams": 6500 })),
        ];
        for _ in 0..2 {
            assert_eq!(results(gate.hand_in(&nobody, &batch).await.expect(200)), ["applied", "superseded", "applied", "applied"]);
        }
        let kept: Vec<(String,)> = server.app.db.sql("SELECT CAST(operation AS TEXT) FROM event_operations").all().await.unwrap();
        assert!(kept.iter().all(|(text,)| !text.contains(&pass)), "the history prints no pass");
        let summary = host.organiser.post(&format!("{path}/close"), json!({})).await.expect(200);
        let counts = &summary["counts"];
        assert_eq!((&counts["people"], &counts["things"], &counts["kg"]), (&json!(41), &json!(12), &json!(6.5)));
        assert_eq!((&counts["stalls_attended"], &counts["stalls_no_show"]), (&json!(1), &json!(1)));
        assert_eq!(two.get(&format!("/api/v1/stall-bookings/{second}")).await.expect(200)["status"], "no_show");
        let figures = nobody.get("/api/v1/events/figures").await.expect(200);
        assert_eq!((&figures["total"]["events"], &figures["total"]["people"]), (&json!(1), &json!(41)));
        assert_eq!(figures["by_kind"][0]["id"], "flea-market");
        assert_eq!(nobody.get(&path).await.expect(200)["state"], "done");
    }
}
