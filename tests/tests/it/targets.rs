//! The programme's targets: who enters, what is checked, who is reminded, what the public reads.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use wufei_api::auth::Role;
use wufei_tests::server::{PASSWORD, start_of_tests};
use wufei_tests::{Answer, Person, Server, both_databases};

const TOWN: &str = "220605001";

async fn enter(person: &Person, target: &str, period: &str, body: Value) -> Answer {
    let path = format!("/api/v1/desk/targets/{target}/{period}");
    Person::send(person.request(Method::PUT, &path).json(&body)).await
}

fn figures(numerator: f64, denominator: f64, version: i64) -> Value {
    json!({ "numerator": numerator, "denominator": denominator, "version": version })
}

fn with(mut body: Value, changes: &Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

fn to(server: &Server, time: &str) {
    let time: DateTime<Utc> = time.parse().unwrap();
    server.advance(time - server.app.clock.now());
}

both_databases! {
    async fn an_office_and_a_township_enter_their_own_figures_and_nobody_elses(server: Server) {
        let agriculture = server.staff("agri", Role::Handler, Some("agriculture")).await;
        let town = server.staff("town", Role::Handler, Some("township-220605001")).await;
        let other = server.staff("other", Role::Handler, Some("township-220605002")).await;
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let page = town.get("/api/v1/desk/targets?period=2026Q4").await.expect(200);
        assert_eq!((page["due_on"].as_str(), page["is_over"].as_bool()), (Some("2027-01-15"), Some(false)));
        let film = |page: &Value| page["targets"].as_array().unwrap().iter().find(|t| t["id"] == "film").unwrap().clone();
        let parts = film(&page)["parts"].clone();
        assert_eq!(parts.as_array().unwrap().len(), 10);
        assert_eq!(parts.as_array().unwrap().iter().filter(|p| p["may_enter"] == true).count(), 1);
        enter(&town, "film", "2026Q4", figures(8.5, 10.0, 0)).await.expect(200);
        assert_eq!(enter(&other, "film", "2026Q4", with(figures(1.0, 2.0, 0), &json!({ "township": TOWN }))).await.status, 403);
        assert_eq!(enter(&housing, "film", "2026Q4", with(figures(1.0, 2.0, 0), &json!({ "township": TOWN }))).await.status, 403);
        assert_eq!(enter(&agriculture, "film", "2026Q4", figures(1.0, 2.0, 0)).await.fields(422), ["township"]);
        assert_eq!(enter(&housing, "sludge", "2026Q4", with(figures(1.0, 2.0, 0), &json!({ "township": TOWN }))).await.fields(422), ["township"]);
        // The office that answers may enter for a township without a computer.
        let done = enter(&agriculture, "film", "2026Q4", with(figures(0.2, 0.3, 0), &json!({ "township": "220605002", "note": "电话报来" }))).await.expect(200);
        assert_eq!(done["district"], json!({ "numerator": 8.7, "denominator": 10.3, "share": 0.8447, "met": false, "entered": 2, "expected": 10 }));
        assert_eq!(enter(&other, "film", "2026Q4", figures(0.1, 0.3, 0)).await.status, 409, "somebody else entered it");
        let coordinator = server.staff("coordinator", Role::Coordinator, None).await;
        assert_eq!(enter(&coordinator, "film", "2026Q4", figures(1.0, 2.0, 0)).await.status, 403);
        assert_eq!(enter(&agriculture, "nothing", "2026Q4", figures(1.0, 2.0, 0)).await.status, 404);
    }

    async fn what_is_entered_is_checked_and_every_state_is_kept(server: Server) {
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let put = async |period: &str, body: Value| enter(&housing, "sludge", period, body).await;
        assert_eq!(put("2027Q1", figures(1.0, 2.0, 0)).await.fields(422), ["period"]);
        assert_eq!(put("2026Q9", figures(1.0, 2.0, 0)).await.fields(422), ["period"]);
        assert_eq!(put("2026Q4", figures(3.0, 2.0, 0)).await.fields(422), ["numerator"]);
        assert_eq!(put("2026Q4", figures(-1.0, 1.2345, 0)).await.fields(422), ["numerator", "denominator"]);
        assert_eq!(put("2026Q4", with(figures(1.0, 2.0, 0), &json!({ "note": "字".repeat(501) }))).await.fields(422), ["note"]);
        put("2026Q3", figures(90.0, 100.0, 0)).await.expect(200);
        assert_eq!(put("2026Q4", figures(59.0, 100.0, 0)).await.fields(422), ["confirm"]);
        put("2026Q4", figures(60.0, 100.0, 0)).await.expect(200);
        put("2026Q4", with(figures(59.0, 100.0, 1), &json!({ "confirm": true }))).await.expect(200);
        assert_eq!(put("2026Q4", figures(60.0, 100.0, 1)).await.status, 409);
        // The third quarter's deadline is over: it was late, and a correction says why.
        assert_eq!(put("2026Q3", figures(91.0, 100.0, 1)).await.fields(422), ["reason"]);
        let fixed = put("2026Q3", with(figures(91.0, 100.0, 1), &json!({ "reason": "漏报一处污水厂" }))).await.expect(200);
        assert_eq!((fixed["parts"][0]["on_time"].as_bool(), fixed["parts"][0]["met"].as_bool()), (Some(false), Some(true)));
        let past = housing.get("/api/v1/desk/targets/sludge/2026Q3").await.expect(200);
        let items = past["items"].as_array().unwrap();
        assert_eq!((items.len(), items[0]["reason"].as_str(), items[1]["numerator"].as_f64()), (2, Some("漏报一处污水厂"), Some(90.0)));
        let compared = housing.get("/api/v1/desk/targets/comparison?period=2026Q4").await.expect(200);
        let offices = compared["offices"].as_array().unwrap();
        assert_eq!(offices.len(), 12, "two offices and ten townships");
        let own = offices.iter().find(|o| o["office"]["id"] == "housing").unwrap();
        assert_eq!((own["expected"].as_i64(), own["entered"].as_i64(), own["on_time"].as_i64(), own["met"].as_i64()), (Some(4), Some(1), Some(1), Some(0)));
        assert!(offices.iter().any(|o| o["is_township"] == true && o["expected"] == 2));
    }

    async fn the_public_reads_the_districts_sums_once_they_were_due(server: Server) {
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        let town = server.staff("town", Role::Handler, Some("township-220605001")).await;
        enter(&housing, "sludge", "2026Q3", figures(91.0, 100.0, 0)).await.expect(200);
        enter(&housing, "sludge", "2026Q4", figures(95.0, 100.0, 0)).await.expect(200);
        enter(&town, "film", "2026Q3", figures(1.0, 2.0, 0)).await.expect(200);
        let public = server.resident().get("/api/v1/figures/targets").await.expect(200);
        let target = |id: &str| public["targets"].as_array().unwrap().iter().find(|t| t["id"] == id).unwrap().clone();
        assert_eq!(public["targets"].as_array().unwrap().len(), 8);
        let sludge = target("sludge");
        assert_eq!((sludge["latest"]["period"].as_str(), sludge["latest"]["share"].as_f64()), (Some("2026Q3"), Some(0.91)));
        assert_eq!(sludge["trend"].as_array().unwrap().len(), 1, "the fourth quarter is not due yet");
        let film = target("film");
        assert_eq!((film["latest"].is_null(), film["trend"][0]["entered"].as_i64(), film["trend"][0]["complete"].as_bool()), (true, Some(1), Some(false)));
        assert!(film.get("parts").is_none());
    }

    async fn who_has_not_entered_is_reminded_once_before_and_once_after(server: Server) {
        let housing = server.staff("housing", Role::Handler, Some("housing")).await;
        server.give_email("housing").await;
        let sweep = async || {
            wufei_api::figures::sweep(&server.app).await.unwrap();
            server.deliver().await;
        };
        let about = |address: &str| -> Vec<String> {
            let letters = server.letters_to(address).into_iter();
            letters.filter(|l| l.subject.contains("目标数据")).map(|l| l.subject).collect()
        };
        assert!(start_of_tests() < "2027-01-07T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
        to(&server, "2027-01-07T23:29:00Z");
        sweep().await;
        assert!(about("housing@jiangyuan.example").is_empty(), "not before half past seven");
        housing.sign_in("housing", PASSWORD).await;
        for target in ["sludge", "incineration", "raw-landfill"] {
            enter(&housing, target, "2026Q4", figures(0.0, 100.0, 0)).await.expect(200);
        }
        server.advance(TimeDelta::minutes(1));
        sweep().await;
        sweep().await;
        let first = ["请在 2027-01-15 前填报 2026Q4 “无废城市”目标数据"];
        assert_eq!(about("housing@jiangyuan.example"), first);
        assert_eq!(about("housing@example.org"), first);
        assert_eq!(about("sunjiabuzi@jiangyuan.example"), first);
        let letter = server.letters_to("housing@example.org").into_iter().find(|l| l.subject == first[0]).unwrap();
        assert!(letter.text.contains("绿色建筑") && !letter.text.contains("污泥"), "{}", letter.text);
        to(&server, "2027-01-10T02:00:00Z");
        housing.sign_in("housing", PASSWORD).await;
        enter(&housing, "green-buildings", "2026Q4", figures(10.0, 10.0, 0)).await.expect(200);
        to(&server, "2027-01-22T00:00:00Z");
        let results = futures::future::join_all((0..4).map(|_| wufei_api::figures::sweep(&server.app))).await;
        assert!(results.iter().all(Result::is_ok));
        sweep().await;
        assert_eq!(about("housing@jiangyuan.example").len(), 1, "everything is entered");
        let town = about("sunjiabuzi@jiangyuan.example");
        assert_eq!(town.len(), 2, "{town:?}");
        assert!(town.iter().any(|subject| subject.starts_with("【逾期】")));
    }
}
