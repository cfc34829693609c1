//! Booking a pickup: places taken once, changed in place, given away when not confirmed.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_api::lifecycle::sweep_once;
use wufei_tests::pickup::{Booked, book, hold, pickup, pickup_with};
use wufei_tests::{Person, Server, both_databases};

/// The tests begin on Tuesday 24 November 2026 at 09:00 in the district: Wednesday can be booked.
const WEDNESDAY: &str = "bulky.city.2026-11-25.am";
const THURSDAY: &str = "bulky.city.2026-11-26.am";
const FRIDAY: &str = "bulky.city.2026-11-27.am";

/// Eight chairs, a third of a morning's places.
fn chairs(slot: &str, door: u32, count: u32) -> Value {
    pickup_with(
        slot,
        door,
        json!({ "items": [{ "item": "chair", "count": count }] }),
    )
}

/// Takes every place of a morning, under three doors from `door` on.
async fn fill(person: &Person, slot: &str, door: u32) -> Vec<Booked> {
    let mut all = Vec::new();
    for number in 0..3 {
        all.push(book(person, chairs(slot, door + number, 8)).await);
    }
    all
}

async fn offer(person: &Person, slot: &str) -> Value {
    let offers = person
        .get("/api/v1/pickups/slots?township=220605001&items=chair:1")
        .await
        .expect(200);
    let found = offers["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|offer| offer["id"] == slot);
    found.cloned().unwrap_or_default()
}

fn waiting(slot: &str, door: u32) -> Value {
    let contact = json!({ "name": "等候", "phone": "13900000000", "email": format!("door{door}@example.org") });
    let mut body = chairs(slot, door, 1);
    body["wait"] = json!(true);
    body["contact"] = contact;
    body
}

both_databases! {
    async fn the_catalogue_and_the_half_days_say_what_when_by_whom_and_for_how_much(server: Server) {
        let person = server.resident();
        let catalogue = person.get("/api/v1/pickups/catalogue").await.expect(200);
        assert_eq!(catalogue["provisional"], true, "nobody has decided on the prices");
        let items = catalogue["items"].as_array().unwrap();
        assert_eq!(items.iter().filter(|item| item["statutory"] == true).count(), 14);
        let english = person.request(Method::GET, "/api/v1/pickups/catalogue").header("accept-language", "en");
        assert_eq!(Person::send(english).await.expect(200)["items"][0]["name"], "Refrigerator");

        let path = "/api/v1/pickups/slots?township=220605001&community=220605001001&items=sofa:2,chair:1&floor=5";
        let offers = person.get(path).await.expect(200);
        let first = &offers["items"][0];
        assert_eq!((first["id"].as_str(), first["availability"].as_str()), (Some(WEDNESDAY), Some("free")));
        assert_eq!((&first["starts_at"], &first["cut_off_at"]), (&json!("2026-11-25T00:30:00Z"), &json!("2026-11-24T08:00:00Z")));
        // Two sofas at 30 yuan and a chair at 3, each carried down four floors.
        let expected = 2 * (3000 + 4 * 1000) + 300 + 4 * 100;
        assert_eq!(first["price_fen"], expected);
        assert_eq!((&offers["first_day"], &offers["last_day"]), (&json!("2026-11-25"), &json!("2026-12-24")));
        let bill = json!({ "items": [{ "item": "sofa", "count": 2 }, { "item": "chair", "count": 1 }], "floor": 5 });
        assert_eq!(person.post("/api/v1/pickups/quote", bill.clone()).await.expect(200)["total_fen"], expected);
        let mut with_lift = bill;
        with_lift["lift"] = json!(true);
        assert_eq!(person.post("/api/v1/pickups/quote", with_lift).await.expect(200)["total_fen"], 6300);
        let paid = json!({ "items": [{ "item": "fridge", "count": 1 }] });
        assert_eq!(person.post("/api/v1/pickups/quote", paid).await.expect(200)["total_fen"], -3000);
        let traded = json!({ "items": [{ "item": "fridge", "count": 1 }], "collector": "trade-in" });
        assert_eq!(person.post("/api/v1/pickups/quote", traded).await.expect(200)["total_fen"], 0);
        server.advance(TimeDelta::hours(8));
        let later = person.get(path).await.expect(200);
        assert_eq!(later["items"][0]["availability"], "closed", "the cut-off has passed");
    }

    async fn a_place_is_held_for_ten_minutes_confirmed_and_read_back(server: Server) {
        let person = server.neighbour("resident").await;
        let photo = person.photo(1).await;
        let body = pickup_with(WEDNESDAY, 501, json!({ "photo_ids": [photo], "note": "在阳台" }));
        let answer = person.post_once("the-same-tap", "/api/v1/pickups", body.clone()).await.expect(201);
        assert_eq!((&answer["status"], &answer["held_until"]), (&json!("held"), &json!("2026-11-24T01:10:00Z")));
        assert_eq!(person.post_once("the-same-tap", "/api/v1/pickups", body).await.expect(201), answer);
        assert_eq!(offer(&person, WEDNESDAY).await["left"], 23, "one place, although tapped twice");
        let other = pickup(WEDNESDAY, 502);
        assert_eq!(person.post_once("the-same-tap", "/api/v1/pickups", other).await.status, 422);

        let booked = Booked::of(answer);
        let stranger = server.resident();
        let view = booked.confirm(&stranger).await.expect(200);
        assert_eq!((&view["status"], &view["price"]["total_fen"]), (&json!("booked"), &json!(3000)));
        booked.confirm(&stranger).await.expect(200);
        assert_eq!(view["can"], json!({ "confirm": false, "change": true, "annotate": true, "cancel": true, "cancel_needs_reason": false }));
        let kinds: Vec<&str> = view["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["held", "confirmed"]);
        server.deliver().await;
        assert_eq!(server.letters_to("wang@example.org").len(), 1, "one letter: confirmed");

        // The account it was made with needs no secret; anybody else does.
        assert_eq!(person.get(&booked.path()).await.expect(200)["note"], "在阳台");
        assert_eq!(person.get("/api/v1/me/pickups").await.expect(200)["items"][0]["ref"], booked.code.as_str());
        for path in [booked.path(), format!("{}.ics", booked.path()), format!("{}/label", booked.path())] {
            let refused = stranger.get(&path).await;
            assert_eq!(refused.status, 403, "{path}");
            assert!(!refused.body.to_string().contains("福源"), "{path}");
        }
        assert_eq!(stranger.get("/api/v1/pickups/123456789").await.status, 404);
        let picture = format!("/api/v1/photos/{photo}");
        assert_eq!(stranger.get(&picture).await.status, 404, "a home's photo is its owner's");
        assert_eq!(person.get(&picture).await.status, 200);
        let with_secret = stranger.request(Method::GET, &picture).header("X-Pickup-Secret", &booked.secret);
        assert_eq!(Person::send(with_secret).await.status, 200);
        server.advance(TimeDelta::days(8));
        sweep_once(&server.app).await.unwrap();
        let with_secret = stranger.request(Method::GET, &picture).header("X-Pickup-Secret", &booked.secret);
        assert_eq!(Person::send(with_secret).await.status, 200, "a booking keeps its photos");
    }

    async fn the_calendar_file_and_the_label_can_be_read_by_machines(server: Server) {
        let person = server.neighbour("resident").await;
        let booked = book(&person, pickup(WEDNESDAY, 501)).await;
        let file = booked.get(&person, ".ics").await;
        assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
        let text = file.expect(200).as_str().unwrap().replace("\r\n ", "");
        for line in [
            "BEGIN:VCALENDAR\r\n", "DTSTART:20261125T003000Z\r\n", "DTEND:20261125T040000Z\r\n",
            "DTSTAMP:20261124T010000Z\r\n", "STATUS:CONFIRMED\r\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(text.contains(&format!("UID:pickup-{}@jiangyuan", booked.code)), "{text}");
        let label = booked.get(&person, "/label").await;
        assert_eq!(label.headers["content-type"], "image/svg+xml");
        let svg = label.expect(200).as_str().unwrap().to_owned();
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>") && !svg.contains(&booked.secret));
        booked.cancel(&person, None).await.expect(200);
        let text = booked.get(&person, ".ics").await.expect(200);
        assert!(text.as_str().unwrap().contains("STATUS:CANCELLED"));
    }

    async fn every_wrong_field_is_named(server: Server) {
        let person = server.neighbour("resident").await;
        let place = |changes: Value| {
            let mut place = json!({ "township": "220605001", "address": "福源小区1-1-1", "floor": 1 });
            for (key, value) in changes.as_object().unwrap() {
                place[key] = value.clone();
            }
            json!({ "place": place })
        };
        let contact = |changes: Value| {
            let mut contact = json!({ "name": "王", "phone": "13812345678" });
            for (key, value) in changes.as_object().unwrap() {
                contact[key] = value.clone();
            }
            json!({ "contact": contact })
        };
        let item = |item: &str, count: u32| json!({ "items": [{ "item": item, "count": count }] });
        for (changes, field) in [
            (json!({ "items": [] }), "items"),
            (item("piano", 1), "items[0].item"),
            (item("sofa", 0), "items[0].count"),
            (item("sofa", 3), "items[0].count"),
            (item("waste-oil", 1), "items[0].item"),
            (item("farm-film", 1), "items[0].item"),
            (json!({ "items": [{ "item": "sofa", "count": 1 }, { "item": "sofa", "count": 1 }] }), "items[1].item"),
            (json!({ "items": [{ "item": "sofa", "count": 1 }, { "item": "fridge", "count": 1 }] }), "items"),
            (json!({ "slot": "tomorrow" }), "slot"),
            (json!({ "slot": "e-waste.city.2026-11-26.am" }), "slot"),
            (json!({ "slot": "bulky.east.2026-11-25.am" }), "slot"),
            (json!({ "slot": "bulky.city.2026-11-24.pm" }), "slot"),
            (json!({ "slot": "bulky.city.2026-11-29.am" }), "slot"),
            (json!({ "slot": "bulky.city.2026-12-25.am" }), "slot"),
            (place(json!({ "township": "110101001" })), "place.township"),
            (place(json!({ "community": "220605002001" })), "place.community"),
            (place(json!({ "address": " " })), "place.address"),
            (place(json!({ "floor": 99 })), "place.floor"),
            (place(json!({ "lng": 116.4, "lat": 39.9 })), "place.lng"),
            (place(json!({ "lng": 126.58 })), "place.lng"),
            (contact(json!({ "name": "" })), "contact.name"),
            (contact(json!({ "phone": "call me" })), "contact.phone"),
            (contact(json!({ "email": "nobody" })), "contact.email"),
            (json!({ "note": "长".repeat(301) }), "note"),
            (json!({ "photo_ids": ["00000000-0000-7000-8000-000000000000"] }), "photo_ids[0]"),
            (json!({ "surprise": true }), "surprise"),
        ] {
            let answer = person.post("/api/v1/pickups", pickup_with(WEDNESDAY, 1, changes.clone())).await;
            assert_eq!(answer.fields(422), [field], "{changes}");
        }
        assert_eq!(offer(&person, WEDNESDAY).await["left"], 24, "nothing was taken");
        for (query, field) in [
            ("township=220605001&items=sofa:x", "items"),
            ("township=999&items=sofa:1", "township"),
            ("township=220605001&items=sofa:9", "items[0].count"),
            ("township=220605001", "items"),
        ] {
            assert_eq!(person.get(&format!("/api/v1/pickups/slots?{query}")).await.fields(422), [field], "{query}");
        }
        let quote = json!({ "items": [{ "item": "sofa", "count": 1 }], "collector": "e-waste" });
        assert_eq!(person.post("/api/v1/pickups/quote", quote).await.fields(422), ["collector"]);
        // A farmer and a school book what is theirs.
        let farmer = pickup_with("farm.city.2026-11-30.am", 2, json!({ "party": "farmer", "items": [{ "item": "farm-film", "count": 30 }] }));
        person.post("/api/v1/pickups", farmer).await.expect(201);
        let school = pickup_with("hazardous.city.2026-12-01.am", 3, json!({ "party": "small-source", "items": [{ "item": "lab-waste", "count": 5 }] }));
        person.post("/api/v1/pickups", school).await.expect(201);
    }

    async fn a_household_has_its_limits_however_it_writes_its_address(server: Server) {
        let person = server.neighbour("resident").await;
        let at = |slot: &str, address: &str, item: &str, count: u32| {
            pickup_with(slot, 0, json!({
                "items": [{ "item": item, "count": count }],
                "place": { "township": "220605001", "address": address },
            }))
        };
        book(&person, at(WEDNESDAY, "福源小区3号楼2单元501室", "sofa", 2)).await;
        book(&person, at(THURSDAY, "福源小区3栋2单元501", "sofa", 2)).await;
        // Four sofas a year, whatever the half-day.
        let fifth = person.post("/api/v1/pickups", at(FRIDAY, "福源小区 3-2-501", "sofa", 1)).await;
        assert_eq!(fifth.status, 409, "{}", fifth.body);
        let third = book(&person, at(FRIDAY, "福源小区 3-2-501", "chair", 1)).await;
        let fourth = at(FRIDAY, "福源小区３－２－５０１", "table", 1);
        assert_eq!(person.post("/api/v1/pickups", fourth.clone()).await.status, 409, "three open bookings");
        third.cancel(&person, None).await.expect(200);
        person.post("/api/v1/pickups", fourth).await.expect(201);
        person.post("/api/v1/pickups", at(FRIDAY, "福源小区3-2-502", "sofa", 1)).await.expect(201);
    }

    async fn a_half_day_has_room_for_items_and_for_litres(server: Server) {
        let person = server.neighbour("resident").await;
        // 9,000 litres: five times two sofas of 900, then nothing that large.
        for door in 0..5 {
            hold(&person, pickup_with(WEDNESDAY, door, json!({ "items": [{ "item": "sofa", "count": 2 }] }))).await;
        }
        assert_eq!(person.post("/api/v1/pickups", pickup(WEDNESDAY, 9)).await.status, 409);
        // Twenty-four items: three times eight chairs.
        fill(&person, THURSDAY, 10).await;
        assert_eq!(person.post("/api/v1/pickups", chairs(THURSDAY, 20, 1)).await.status, 409);
        assert_eq!(offer(&person, THURSDAY).await["availability"], "full");
    }

    async fn a_hold_that_expires_is_given_away_at_once_and_by_the_sweep(server: Server) {
        let person = server.neighbour("resident").await;
        let mut held = Vec::new();
        for door in 0..3 {
            held.push(hold(&person, chairs(WEDNESDAY, door, 8)).await);
        }
        assert_eq!(person.post("/api/v1/pickups", chairs(WEDNESDAY, 10, 1)).await.status, 409);
        server.advance(TimeDelta::minutes(10));
        assert_eq!(offer(&person, WEDNESDAY).await["left"], 24, "free for whoever asks, before any sweep");
        assert_eq!(held[0].status(&person).await, "expired");
        assert_eq!(held[0].confirm(&person).await.status, 409);
        let taken = book(&person, chairs(WEDNESDAY, 10, 8)).await;
        assert_eq!(offer(&person, WEDNESDAY).await["left"], 16);
        sweep_once(&server.app).await.unwrap();
        assert_eq!(taken.status(&person).await, "booked");
        let expired = held[1].view(&person).await;
        assert_eq!((&expired["status"], &expired["contact"]["phone"]), (&json!("expired"), &json!("")), "nothing came of it, nothing is kept");
        let (items,): (i64,) = server.app.db.sql("SELECT CAST(SUM(items_taken) AS BIGINT) FROM pickup_slots").one().await.unwrap();
        assert_eq!(items, 8);
    }

    async fn a_freed_place_is_offered_in_turn_and_no_newcomer_passes(server: Server) {
        let person = server.neighbour("resident").await;
        let mut full = fill(&person, THURSDAY, 0).await;
        let mut queue = Vec::new();
        for door in 10..13 {
            let answer = person.post("/api/v1/pickups", waiting(THURSDAY, door)).await.expect(201);
            assert_eq!((&answer["status"], &answer["position"]), (&json!("waiting"), &json!(door - 9)));
            queue.push(Booked::of(answer));
            server.advance(TimeDelta::seconds(1));
        }
        // Nobody is served while nothing is free.
        sweep_once(&server.app).await.unwrap();
        assert_eq!(queue[0].status(&person).await, "waiting");
        full.remove(0).cancel(&person, None).await.expect(200);
        // Eight are free: three are offered, and five remain.
        for waiting in &queue {
            assert_eq!(waiting.status(&person).await, "offered");
        }
        assert_eq!(offer(&person, THURSDAY).await["left"], 5);
        hold(&person, chairs(THURSDAY, 20, 5)).await;
        let fourth = Booked::of(person.post("/api/v1/pickups", waiting(THURSDAY, 13)).await.expect(201));
        let fifth = Booked::of(person.post("/api/v1/pickups", waiting(THURSDAY, 14)).await.expect(201));
        assert_eq!(fifth.view(&person).await["position"], 2);
        queue[0].confirm(&person).await.expect(200);
        server.deliver().await;
        let letter = server.letters_to("door10@example.org").into_iter().find(|l| l.subject.contains("有空位了"));
        assert!(letter.is_some_and(|l| l.text.contains("2026-11-24 11:00")), "the letter says until when");
        // Two hours later the offers of the second and third, and the held places, lapse together.
        server.advance(TimeDelta::hours(2));
        // A newcomer who asks for all that is now free gets none of it before those who wait.
        assert_eq!(person.post("/api/v1/pickups", chairs(THURSDAY, 30, 7)).await.status, 409);
        assert_eq!(queue[1].confirm(&person).await.status, 409, "too late");
        sweep_once(&server.app).await.unwrap();
        assert_eq!(fourth.status(&person).await, "offered");
        assert_eq!(fifth.status(&person).await, "offered");
        fourth.confirm(&person).await.expect(200);
        server.deliver().await;
        assert!(server.letters_to("door11@example.org").iter().any(|l| l.text.contains("给了下一位")));
        // Who still waits when the half-day closes is told so.
        fill_rest(&person, THURSDAY).await;
        let last = Booked::of(person.post("/api/v1/pickups", waiting(THURSDAY, 15)).await.expect(201));
        server.advance(TimeDelta::hours(30));
        sweep_once(&server.app).await.unwrap();
        assert_eq!(last.status(&person).await, "expired");
        server.deliver().await;
        assert!(server.letters_to("door15@example.org").iter().any(|l| l.text.contains("没有空出来")));
    }

    async fn a_booking_is_changed_in_place_with_the_difference_both_ways(server: Server) {
        let person = server.neighbour("resident").await;
        let booked = book(&person, pickup(WEDNESDAY, 501)).await;
        server.deliver().await;
        let letters = || server.letters_to("wang@example.org");
        let before = letters().len();
        let more = json!({ "items": [{ "item": "sofa", "count": 2 }, { "item": "chair", "count": 1 }] });
        let changed = booked.change(&person, more).await.expect(200);
        assert_eq!((&changed["price_before_fen"], &changed["difference_fen"]), (&json!(3000), &json!(3300)));
        let less = json!({ "items": [{ "item": "chair", "count": 1 }], "note": "门铃坏了" });
        let changed = booked.change(&person, less).await.expect(200);
        assert_eq!((&changed["difference_fen"], &changed["pickup"]["price"]["total_fen"]), (&json!(-6000), &json!(300)));
        server.deliver().await;
        assert_eq!(letters().len(), before + 2, "one letter for each change");
        assert!(letters().iter().any(|l| l.text.contains("由“您付 63.00 元”变为“您付 3.00 元”")));

        // Half-day, floor and items at once.
        let moved = json!({
            "slot": FRIDAY,
            "place": { "township": "220605002", "address": "江北路5号", "floor": 3 },
        });
        let changed = booked.change(&person, moved).await.expect(200);
        assert_eq!(changed["pickup"]["slot"]["id"], FRIDAY);
        assert_eq!(changed["difference_fen"], 200, "two floors without a lift");
        assert_eq!((offer(&person, WEDNESDAY).await["left"].clone(), offer(&person, FRIDAY).await["left"].clone()), (json!(24), json!(23)));

        // What does not fit changes nothing.
        fill(&person, THURSDAY, 600).await;
        assert_eq!(booked.change(&person, json!({ "slot": THURSDAY })).await.status, 409);
        let view = booked.view(&person).await;
        assert_eq!(view["slot"]["id"], FRIDAY);
        for (change, field) in [
            (json!({ "place": { "township": "220605102", "address": "湾沟镇1号" } }), "slot"),
            (json!({ "items": [{ "item": "fridge", "count": 1 }] }), "slot"),
            (json!({ "items": [{ "item": "chair", "count": 99 }] }), "items[0].count"),
            (json!({ "slot": "bulky.city.2026-11-24.pm" }), "slot"),
            (json!({ "contact": { "name": "", "phone": "13812345678" } }), "contact.name"),
        ] {
            assert_eq!(booked.change(&person, change.clone()).await.fields(422), [field], "{change}");
        }
        assert_eq!(booked.view(&person).await["version"], view["version"]);

        // After the cut-off only words can change.
        server.advance(TimeDelta::hours(2 * 24 + 8));
        assert_eq!(booked.change(&person, json!({ "items": [{ "item": "chair", "count": 2 }] })).await.status, 409);
        let changed = booked.change(&person, json!({ "note": "放在门口" })).await.expect(200);
        assert_eq!((&changed["pickup"]["note"], &changed["pickup"]["can"]["change"]), (&json!("放在门口"), &json!(false)));
        let stranger = server.resident();
        let request = stranger.request(Method::PATCH, &booked.path()).json(&json!({ "note": "x" }));
        assert_eq!(Person::send(request).await.status, 403);
    }

    async fn cancelling_is_free_before_the_cut_off_and_needs_a_reason_after_it(server: Server) {
        let person = server.neighbour("resident").await;
        let early = book(&person, pickup(WEDNESDAY, 1)).await;
        assert_eq!(early.cancel(&person, None).await.expect(200)["status"], "cancelled");
        assert_eq!(early.cancel(&person, None).await.status, 409);
        assert_eq!(early.change(&person, json!({ "note": "x" })).await.status, 409);
        assert_eq!(offer(&person, WEDNESDAY).await["left"], 24);
        let late = book(&person, pickup(WEDNESDAY, 2)).await;
        server.advance(TimeDelta::hours(7));
        assert_eq!(late.cancel(&person, None).await.fields(422), ["reason"]);
        assert_eq!(late.view(&person).await["can"]["cancel_needs_reason"], true);
        let view = late.cancel(&person, Some("住院了")).await.expect(200);
        assert_eq!(view["history"].as_array().unwrap().last().unwrap()["note"], "住院了");
        let over = book(&person, pickup(THURSDAY, 3)).await;
        server.advance(TimeDelta::hours(48));
        assert_eq!(over.cancel(&person, Some("x")).await.status, 409, "the half-day is over");
    }

    async fn reminders_come_three_days_and_one_day_before_once_each(server: Server) {
        let person = server.neighbour("resident").await;
        let to = |door: u32, email: &str| {
            json!({ "contact": { "name": "王", "phone": format!("1380000{door:04}"), "email": email } })
        };
        let monday = "bulky.city.2026-11-30.am";
        book(&person, pickup_with(monday, 1, to(1, "monday@example.org"))).await;
        book(&person, pickup_with(THURSDAY, 2, to(2, "thursday@example.org"))).await;
        let cancelled = book(&person, pickup_with(monday, 3, to(3, "cancelled@example.org"))).await;
        cancelled.cancel(&person, None).await.expect(200);
        hold(&person, pickup_with(monday, 4, to(4, "held@example.org"))).await;
        let mut told = Vec::new();
        for _ in 0..7 * 24 {
            sweep_once(&server.app).await.unwrap();
            // Twice, as two replicas would.
            sweep_once(&server.app).await.unwrap();
            server.advance(TimeDelta::hours(1));
            server.deliver().await;
        }
        for letter in server.letters() {
            if letter.subject.contains("提醒") {
                told.push((letter.to.clone(), letter.subject.contains("三天")));
            }
        }
        told.sort();
        let expected = [("monday@example.org", false), ("monday@example.org", true), ("thursday@example.org", false)];
        assert_eq!(told, expected.map(|(to, three)| (to.to_owned(), three)));
    }

    async fn without_an_account_a_code_opens_booking_for_its_number(server: Server) {
        let person = server.resident();
        assert_eq!(person.post("/api/v1/pickups", pickup(WEDNESDAY, 1)).await.status, 403);
        let ask = json!({ "phone": "138 1234 5678", "email": "wang@example.org" });
        let sent = person.post("/api/v1/pickups/codes", ask).await.expect(202);
        assert_eq!(sent["channel"], "email");
        server.deliver().await;
        let letter = server.letters_to("wang@example.org").pop().unwrap();
        let code: String = letter.subject.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(code.len(), 6, "{}", letter.subject);
        let verify = |phone: &str, code: &str| json!({ "phone": phone, "code": code });
        let path = "/api/v1/pickups/codes/verify";
        assert_eq!(person.post(path, verify("13812345678", "000000x")).await.status, 403);
        assert_eq!(person.post(path, verify("13900000000", &code)).await.status, 403);
        let token = person.post(path, verify("+86 13812345678", &code)).await.expect(200)["token"].clone();
        assert_eq!(person.post(path, verify("13812345678", &code)).await.status, 403, "a code is good once");
        let with = |phone: &str| {
            pickup_with(WEDNESDAY, 1, json!({ "contact_token": token, "contact": { "name": "王", "phone": phone } }))
        };
        assert_eq!(person.post("/api/v1/pickups", with("13900000000")).await.status, 403, "for its own number only");
        let booked = hold(&person, with("138-1234-5678")).await;
        booked.confirm(&person).await.expect(200);
        server.advance(TimeDelta::days(31));
        assert_eq!(person.post("/api/v1/pickups", with("13812345678")).await.status, 403, "for thirty days");
    }

    async fn a_code_lapses_is_not_guessed_and_is_not_asked_for_without_end(server: Server) {
        let person = server.resident();
        let ask = json!({ "phone": "13812345678", "email": "wang@example.org" });
        person.post("/api/v1/pickups/codes", ask.clone()).await.expect(202);
        server.deliver().await;
        let code = |server: &Server| -> String {
            let letter = server.letters_to("wang@example.org").pop().unwrap();
            letter.subject.chars().filter(char::is_ascii_digit).collect()
        };
        let right = code(&server);
        for _ in 0..5 {
            let guess = json!({ "phone": "13812345678", "code": "no" });
            assert_eq!(person.post("/api/v1/pickups/codes/verify", guess).await.status, 403);
        }
        let late = json!({ "phone": "13812345678", "code": right });
        assert_eq!(person.post("/api/v1/pickups/codes/verify", late).await.status, 403, "five guesses, then no more");
        person.post("/api/v1/pickups/codes", ask.clone()).await.expect(202);
        server.deliver().await;
        let right = json!({ "phone": "13812345678", "code": code(&server) });
        server.advance(TimeDelta::minutes(15));
        assert_eq!(person.post("/api/v1/pickups/codes/verify", right).await.status, 403, "good for fifteen minutes");
        let mut last = 0;
        for _ in 0..6 {
            last = person.post("/api/v1/pickups/codes", ask.clone()).await.status.as_u16();
        }
        assert_eq!(last, 429);
        let wrong = json!({ "phone": "x" });
        assert_eq!(person.post("/api/v1/pickups/codes", wrong).await.fields(422), ["phone"]);
    }

    async fn staff_book_for_somebody_on_the_phone_at_once(server: Server) {
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        let answer = handler.post("/api/v1/pickups", pickup(WEDNESDAY, 1)).await.expect(201);
        assert_eq!((&answer["status"], &answer["held_until"]), (&json!("booked"), &Value::Null));
        server.deliver().await;
        assert_eq!(server.letters_to("wang@example.org").len(), 1);
    }
}

/// Takes what is left of a half-day, one household after the other.
async fn fill_rest(person: &Person, slot: &str) {
    let left = offer(person, slot).await["left"].as_u64().unwrap();
    for number in 0..u32::try_from(left).unwrap() {
        book(person, chairs(slot, 900 + number, 1)).await;
    }
}
