//! What stays fixed from the outside.

use serde_json::Value;
use wufei_tests::both_databases;

both_databases! {
    async fn the_service_says_that_it_lives_is_ready_and_how_it_does(server: Server) {
        let person = server.resident();
        assert_eq!(person.get("/healthz").await.expect(200), Value::String("ok".into()));
        let ready = person.get("/readyz").await.expect(200);
        assert_eq!((ready["status"].as_str(), ready["redis"].as_str(), ready["mail"].as_str()), (Some("ready"), Some("unset"), Some("files")));
        let metrics = person.get("/metrics").await.expect(200);
        assert!(metrics.as_str().unwrap().contains("wufei_http_requests_total"));
    }

    async fn the_document_is_openapi_3_1_and_describes_every_operation(server: Server) {
        let document = server.resident().get("/api/openapi.json").await.expect(200);
        assert_eq!(document["openapi"], "3.1.0");
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let title = operation["summary"].as_str().unwrap_or_default();
                assert!(!title.is_empty(), "{method} {path} has no summary");
                assert!(operation["tags"][0].is_string(), "{method} {path} has no tag");
            }
        }
    }

    async fn the_district_is_described_as_the_contract_says(server: Server) {
        let district = server.resident().get("/api/v1/district").await.expect(200);
        assert_eq!(district["townships"].as_array().unwrap().len(), 10);
        let communities: usize =
            district["townships"].as_array().unwrap().iter().map(|t| t["communities"].as_array().unwrap().len()).sum();
        assert_eq!(communities, 91);
        assert!(district["categories"].as_array().unwrap().len() >= 16);
        let neighbours = district["neighbours"].as_array().unwrap();
        assert_eq!(neighbours.len(), 8);
        assert!(neighbours.iter().any(|n| n["code"] == "220602" && n["name"] == "浑江区"), "{neighbours:?}");
        assert_eq!(district["bbox"].as_array().unwrap().len(), 4);
        assert!(district["outline"]["coordinates"].is_array());
        for key in ["id", "name", "urgent", "clause", "questions"] {
            assert!(!district["categories"][0][key].is_null(), "{key}");
        }
        let english = server.resident().request(reqwest::Method::GET, "/api/v1/district").header("accept-language", "en");
        let english = wufei_tests::Person::send(english).await.expect(200);
        assert!(english["name"].as_str().unwrap().is_ascii(), "{}", english["name"]);
    }

    async fn errors_of_the_router_itself_are_problems_too(server: Server) {
        let person = server.resident();
        for (method, path, status) in [
            (reqwest::Method::GET, "/api/v1/nothing", 404),
            (reqwest::Method::PUT, "/api/v1/reports", 405),
            (reqwest::Method::GET, "/api/v1/reports/12", 404),
        ] {
            let answer = wufei_tests::Person::send(person.request(method, path)).await;
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
            let problem = answer.expect(status);
            assert_eq!(problem["status"], status);
            assert!(problem["detail"].as_str().unwrap().chars().any(|c| c as u32 > 0x4e00), "{problem}");
        }
        let plain = person.request(reqwest::Method::POST, "/api/v1/reports").header("content-type", "text/plain").body("{}");
        assert_eq!(wufei_tests::Person::send(plain).await.status, 415);
        let broken = person.request(reqwest::Method::POST, "/api/v1/reports").header("content-type", "application/json").body("{");
        assert_eq!(wufei_tests::Person::send(broken).await.status, 400);
        let huge = person.request(reqwest::Method::POST, "/api/v1/reports").header("content-type", "application/json").body(vec![b' '; 70_000]);
        assert_eq!(wufei_tests::Person::send(huge).await.status, 413);
    }

    async fn every_answer_carries_the_security_headers(server: Server) {
        for path in ["/", "/api/v1/district", "/api/v1/nothing", "/r/123456789"] {
            let answer = server.resident().get(path).await;
            let policy = answer.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        }
    }
}
