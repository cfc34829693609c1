//! Filing and finding reports.

use serde_json::{Value, json};
use wufei_tests::both_databases;
use wufei_tests::person::{report, report_with};

/// Errors each wrong report must name.
fn wrong_reports() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "category": "nonsense" }), "category"),
        (json!({ "description": "字".repeat(2001) }), "description"),
        (json!({ "description": "  \u{0} " }), "description"),
        (json!({ "lng": 200.0 }), "lng"),
        (json!({ "lng": 2.35, "lat": 48.85 }), "lng"),
        (json!({ "lat": "north" }), "lat"),
        (json!({ "datum": "mars" }), "datum"),
        (json!({ "accuracy_m": -1.0 }), "accuracy_m"),
        (json!({ "accuracy_m": 100_001.0 }), "accuracy_m"),
        (json!({ "address": "路".repeat(201) }), "address"),
        (json!({ "township": "110101001" }), "township"),
        (json!({ "community": "1" }), "community"),
        (json!({ "photo_ids": ["x"] }), "photo_ids[0]"),
        (json!({ "photo_ids": [uuid::Uuid::nil()] }), "photo_ids[0]"),
        (
            json!({ "photo_ids": vec![uuid::Uuid::nil(); 2] }),
            "photo_ids",
        ),
        (
            json!({ "contact": { "phone": "call me" } }),
            "contact.phone",
        ),
        (json!({ "contact": { "email": "nobody" } }), "contact.email"),
        (
            json!({ "contact": { "name": "名".repeat(41) } }),
            "contact.name",
        ),
        (
            json!({ "answers": { "nonsense": "yes" } }),
            "answers.nonsense",
        ),
        (json!({ "surprise": 1 }), "surprise"),
    ]
}

both_databases! {
    async fn a_report_goes_at_once_to_the_office_that_answers_for_it(server: Server) {
        let resident = server.resident();
        let filed = resident.post("/api/v1/reports", report()).await.expect(201);
        assert_eq!(filed["status"], "dispatched");
        assert_eq!(filed["routing"]["lead"]["id"], "housing");
        assert_eq!(filed["routing"]["clause"], "二（四）2");
        assert!(!filed["routing"]["reasons"].as_array().unwrap().is_empty());
        let code = filed["code"].as_str().unwrap();
        let seen = resident.get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert_eq!(seen["description"], "河边倒了一车砖头");
        assert_eq!(seen["own"], Value::Null);
        let kinds: Vec<&str> =
            seen["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["received", "dispatched"]);
        let spoken = format!("{}-{} {}", &code[..3], &code[3..6], &code[6..]);
        resident.get(&format!("/api/v1/reports/{}", spoken.replace(' ', "%20"))).await.expect(200);
    }

    async fn asking_beforehand_decides_as_filing_does(server: Server) {
        let resident = server.resident();
        for (category, township) in [("construction", ""), ("hazardous", "220605102"), ("straw", "220605103")] {
            let asked = resident
                .get(&format!("/api/v1/routing?category={category}&lng=126.6&lat=42.05&township={township}"))
                .await
                .expect(200);
            let mut body = report_with(json!({ "category": category, "lng": 126.6, "lat": 42.05 }));
            if !township.is_empty() {
                body["township"] = township.into();
            }
            let filed = resident.post("/api/v1/reports", body).await.expect(201);
            assert_eq!(filed["routing"], asked);
        }
    }

    async fn every_wrong_field_is_named_and_nothing_is_kept(server: Server) {
        let resident = server.resident();
        for (change, field) in wrong_reports() {
            let fields = resident.post("/api/v1/reports", report_with(change.clone())).await.fields(422);
            assert!(fields.iter().any(|named| named == field), "{change}: {fields:?}");
        }
        let list = resident.get("/api/v1/reports").await.expect(200);
        assert_eq!(list["items"], json!([]));
    }

    async fn several_wrong_fields_are_named_together_in_the_callers_language(server: Server) {
        let resident = server.resident();
        let body = report_with(json!({ "accuracy_m": -1.0, "contact": { "phone": "x", "email": "y" } }));
        let ask = |lang: &'static str| {
            resident.request(reqwest::Method::POST, "/api/v1/reports").header("accept-language", lang).json(&body)
        };
        let answer = wufei_tests::Person::send(ask("en-GB,en;q=0.9")).await;
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        let problem = answer.expect(422);
        assert_eq!(problem["errors"].as_array().unwrap().len(), 3);
        assert_eq!(problem["detail"], "Some fields need correcting.");
        let problem = wufei_tests::Person::send(ask("ko")).await.expect(422);
        assert_eq!(problem["detail"], "수정해야 할 항목이 있습니다.");
    }

    async fn the_same_tap_twice_makes_one_report_and_another_body_is_refused(server: Server) {
        let resident = server.resident();
        let once = |body| resident.post_once("tap-1234567", "/api/v1/reports", body);
        let first = once(report()).await.expect(201);
        let again = once(report()).await.expect(201);
        assert_eq!(first, again);
        assert_eq!(once(report_with(json!({ "description": "别的" }))).await.fields(422), ["Idempotency-Key"]);
        let list = resident.get("/api/v1/reports").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(resident.post_once("short", "/api/v1/reports", report()).await.status.as_u16(), 400);
    }

    async fn a_place_may_be_given_in_any_datum(server: Server) {
        let resident = server.resident();
        // Tiananmen's flagpole, as published in the three datums, must be one place to half a metre.
        let here = wufei_api::shared::geo::Point::new(126.58564, 42.05636).unwrap();
        let (gcj, bd) = (here.to_gcj02(), here.to_bd09());
        for (datum, (lng, lat)) in [("gcj02", gcj), ("bd09", bd)] {
            let (code, _) = resident.file(report_with(json!({ "lng": lng, "lat": lat, "datum": datum }))).await;
            let place = resident.get(&format!("/api/v1/reports/{code}")).await.expect(200)["location"].clone();
            let stored = wufei_api::shared::geo::Point::new(
                place["lng"].as_f64().unwrap(),
                place["lat"].as_f64().unwrap(),
            )
            .unwrap();
            assert!(here.distance_m(stored) < 0.5, "{datum}: {}", here.distance_m(stored));
        }
    }

    async fn outside_the_district_the_neighbour_answers_by_name(server: Server) {
        let resident = server.resident();
        let filed = resident
            .post("/api/v1/reports", report_with(json!({ "lng": 126.42, "lat": 41.93 })))
            .await
            .expect(201);
        assert_eq!(filed["routing"]["lead"]["id"], "neighbour");
        assert_eq!(filed["routing"]["border"], "outside");
        assert_eq!(filed["routing"]["lead"]["name"], "浑江区");
    }

    async fn lists_are_read_page_by_page_and_narrowed(server: Server) {
        let resident = server.resident();
        let mut codes = Vec::new();
        for number in 0..5 {
            let category = if number % 2 == 0 { "construction" } else { "straw" };
            codes.push(resident.file(report_with(json!({ "category": category }))).await.0);
            server.advance(chrono::TimeDelta::minutes(1));
        }
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = resident.get(&format!("/api/v1/reports?limit=2&cursor={cursor}")).await.expect(200);
            seen.extend(page["items"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        codes.reverse();
        assert_eq!(seen, codes);
        let count = async |query: &str| {
            let page = resident.get(&format!("/api/v1/reports?{query}")).await.expect(200);
            page["items"].as_array().unwrap().len()
        };
        assert_eq!(count("category=straw").await, 2);
        assert_eq!(count("status=dispatched,closed").await, 5);
        assert_eq!(count("status=closed").await, 0);
        assert_eq!(count("bbox=126.5,42,126.7,42.1").await, 5);
        assert_eq!(count("bbox=126.7,42,126.8,42.1").await, 0);
        assert_eq!(count("since=2026-11-24T01:02:30Z").await, 2);
        let map = resident.get("/api/v1/reports.geojson?category=straw").await.expect(200);
        assert_eq!(map["features"].as_array().unwrap().len(), 2);
        for (query, field) in [
            ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("status=gone", "status"),
            ("bbox=1,2,3", "bbox"), ("cursor=zzz", "cursor"), ("category=gone", "category"), ("since=now", "since"),
        ] {
            assert_eq!(resident.get(&format!("/api/v1/reports?{query}")).await.fields(422), [field], "{query}");
        }
    }

    async fn what_was_reported_nearby_lately_or_with_the_same_picture_is_shown_before_sending(server: Server) {
        let resident = server.resident();
        let photo = resident.photo(1).await;
        let (code, _) = resident.file(report_with(json!({ "photo_ids": [photo] }))).await;
        let similar = async |query: String| {
            let answer = resident.get(&format!("/api/v1/reports/similar?{query}")).await.expect(200);
            answer["items"].as_array().unwrap().clone()
        };
        let near = similar("category=construction&lng=126.5860&lat=42.0566".into()).await;
        assert_eq!(near[0]["code"], code.as_str());
        assert_eq!(near[0]["same_picture"], false);
        assert!(near[0]["distance_m"].as_i64().unwrap() <= 100);
        assert!(similar("category=straw&lng=126.5860&lat=42.0566".into()).await.is_empty());
        assert!(similar("category=construction&lng=126.5880&lat=42.0566".into()).await.is_empty());
        let twin = resident.photo(1).await;
        let far = similar(format!("category=straw&lng=126.7&lat=42.05&photo_ids={twin}")).await;
        assert_eq!((far[0]["code"].as_str(), far[0]["same_picture"].as_bool()), (Some(code.as_str()), Some(true)));
        let other = resident.photo(2).await;
        assert!(similar(format!("category=straw&lng=126.7&lat=42.05&photo_ids={other}")).await.is_empty());
        server.advance(chrono::TimeDelta::days(31));
        assert!(similar("category=construction&lng=126.5860&lat=42.0566".into()).await.is_empty());
    }
}
