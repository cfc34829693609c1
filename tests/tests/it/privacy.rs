//! What must never reach the public.

use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_tests::person::report_with;
use wufei_tests::{Person, both_databases};

fn contact() -> Value {
    json!({ "name": "王大爷", "phone": "13812345678", "email": "wang@example.org" })
}

async fn every_public_answer(person: &Person, code: &str) -> String {
    let mut all = String::new();
    for path in [
        format!("/api/v1/reports/{code}"),
        "/api/v1/reports".into(),
        "/api/v1/reports.geojson".into(),
        "/api/v1/reports/similar?category=construction&lng=126.58564&lat=42.05636".into(),
        "/metrics".into(),
        "/readyz".into(),
    ] {
        all.push_str(&person.get(&path).await.expect(200).to_string());
    }
    all
}

both_databases! {
    async fn a_contact_is_seen_by_its_owner_and_the_office_that_leads_only(server: Server) {
        let resident = server.resident();
        let (code, secret) = resident
            .file(report_with(json!({ "contact": contact(), "description": "我的电话13987654321，身份证11010519491231002X" })))
            .await;
        let public = every_public_answer(&server.resident(), &code).await;
        for private in ["王大爷", "13812345678", "wang@example.org", "13987654321", "11010519491231002X", secret.as_str()] {
            assert!(!public.contains(private), "{private} is public");
        }
        let own = resident.own_view(&code, &secret).await.expect(200);
        assert_eq!(own["own"]["contact"], contact());
        assert!(own["description"].as_str().unwrap().contains("13987654321"));
        let path = format!("/api/v1/desk/cases/{code}");
        for (name, role, office, sees) in [
            ("lead1", Role::Handler, Some("housing"), true),
            ("assist1", Role::Handler, Some("ecology"), false),
            ("coord1", Role::Coordinator, None, true),
            ("verify1", Role::Verifier, Some("agriculture"), false),
            ("moder1", Role::Moderator, None, false),
        ] {
            let case = server.staff(name, role, office).await.get(&path).await.expect(200);
            assert_eq!(case["contact"] == contact(), sees, "{name}");
            assert_eq!(case["contact"].is_null(), !sees, "{name}");
        }
    }

    async fn an_anonymous_reporter_is_unknown_to_every_office_but_still_gets_letters(server: Server) {
        let (code, _) = server
            .resident()
            .file(report_with(json!({ "contact": contact(), "anonymous": true })))
            .await;
        for (name, role, office) in [
            ("lead2", Role::Handler, Some("housing")),
            ("coord2", Role::Coordinator, None),
            ("admin2", Role::Administrator, None),
        ] {
            let case = server.staff(name, role, office).await.get(&format!("/api/v1/desk/cases/{code}")).await;
            let case = case.expect(200);
            assert_eq!(case["contact"], Value::Null);
            assert!(!case.to_string().contains("13812345678"), "{name}");
        }
        server.deliver().await;
        assert!(server.letters().iter().any(|letter| letter.to == "wang@example.org"));
    }

    async fn a_private_report_shows_no_doorstep_no_photo_and_no_address(server: Server) {
        let resident = server.resident();
        let photo = resident.photo(1).await;
        let (lng, lat) = (126.58564, 42.05636);
        let (code, secret) = resident
            .file(report_with(json!({
                "private": true, "photo_ids": [photo], "address": "永安胡同3号", "lng": lng, "lat": lat,
            })))
            .await;
        let stranger = server.resident();
        let seen = stranger.get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert_eq!((&seen["photos"], &seen["address"], &seen["location_approximate"]), (&json!([]), &Value::Null, &json!(true)));
        let place = wufei_api::shared::geo::Point::new(
            seen["location"]["lng"].as_f64().unwrap(), seen["location"]["lat"].as_f64().unwrap()).unwrap();
        let home = wufei_api::shared::geo::Point::new(lng, lat).unwrap();
        assert!(home.distance_m(place) > 5.0 && home.distance_m(place) < 1000.0);
        assert!(!every_public_answer(&stranger, &code).await.contains("永安胡同"));
        assert_eq!(stranger.get(&format!("/api/v1/photos/{photo}")).await.status, 404);
        // Asking for ever smaller boxes around the real place finds nothing; around the blurred one, it does.
        let boxed = async |p: wufei_api::shared::geo::Point| {
            let (w, s, e, n) = (p.lng() - 1e-4, p.lat() - 1e-4, p.lng() + 1e-4, p.lat() + 1e-4);
            let list = stranger.get(&format!("/api/v1/reports?bbox={w},{s},{e},{n}")).await.expect(200);
            list["items"].as_array().unwrap().len()
        };
        assert_eq!((boxed(home).await, boxed(place).await), (0, 1));
        let similar = stranger.get(&format!("/api/v1/reports/similar?category=construction&lng={lng}&lat={lat}")).await;
        assert_eq!(similar.expect(200)["items"], json!([]));
        // Its reporter sees everything.
        let own = resident.own_view(&code, &secret).await.expect(200);
        assert_eq!(own["location"], json!({ "lng": lng, "lat": lat }));
        assert_eq!(own["photos"].as_array().unwrap().len(), 1);
        let request = resident.request(reqwest::Method::GET, &format!("/api/v1/photos/{photo}"));
        assert_eq!(Person::send(request.header("X-Report-Secret", &secret)).await.status, 200);
    }

    async fn a_wrong_secret_opens_nothing_and_many_are_slowed_down(server: Server) {
        let (code, _) = server.resident().file(report_with(json!({}))).await;
        let (other, other_secret) = server.resident().file(report_with(json!({}))).await;
        let person = server.resident();
        assert_eq!(person.own_view(&code, &other_secret).await.status, 403);
        assert_eq!(person.own_view(&other, &other_secret).await.status, 200);
        let mut last = 0;
        for _ in 0..70 {
            let request = person
                .request(reqwest::Method::GET, &format!("/api/v1/reports/{code}"))
                .header("X-Forwarded-For", "203.0.113.7")
                .header("X-Report-Secret", "guess");
            last = Person::send(request).await.status.as_u16();
        }
        assert_eq!(last, 429);
    }

    async fn a_hidden_photo_is_gone_for_the_public_and_stays_for_the_desk(server: Server) {
        let resident = server.resident();
        let photo = resident.photo(1).await;
        let (code, _) = resident.file(report_with(json!({ "photo_ids": [photo] }))).await;
        let moderator = server.staff("moder2", Role::Moderator, None).await;
        let path = format!("/api/v1/photos/{photo}");
        assert_eq!(resident.get(&path).await.status, 200);
        moderator.act(&code, "hide-photo", json!({ "photo_id": photo })).await.expect(200);
        assert_eq!(resident.get(&path).await.status, 404);
        let page = resident.get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert_eq!(page["photos"], json!([]));
        assert_eq!(moderator.get(&path).await.status, 200);
        moderator.act(&code, "show-photo", json!({ "photo_id": photo })).await.expect(200);
        assert_eq!(resident.get(&path).await.status, 200);
    }
}
