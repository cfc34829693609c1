//! Many at once.

use futures::future::join_all;
use serde_json::json;
use wufei_api::auth::Role;
use wufei_tests::both_databases;
use wufei_tests::person::report;

both_databases! {
    async fn the_same_tap_sixteen_times_at_once_makes_one_report(server: Server) {
        let resident = server.resident();
        let taps = (0..16).map(|_| resident.post_once("sixteen-taps", "/api/v1/reports", report()));
        let answers: Vec<_> = join_all(taps).await.into_iter().map(|a| a.expect(201)).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        let list = resident.get("/api/v1/reports").await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }

    async fn of_twelve_who_accept_at_once_one_does(server: Server) {
        let (code, _) = server.resident().file(report()).await;
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        let path = format!("/api/v1/desk/cases/{code}");
        let version = handler.get(&path).await.expect(200)["version"].clone();
        let accept = format!("{path}/accept");
        let tries = (0..12).map(|_| handler.post(&accept, json!({ "version": version })));
        let mut statuses: Vec<u16> = join_all(tries).await.iter().map(|a| a.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [[200].as_slice(), &[409; 11]].concat());
    }

    async fn everyone_who_joins_at_once_is_counted(server: Server) {
        let resident = server.resident();
        let (code, _) = resident.file(report()).await;
        let path = format!("/api/v1/reports/{code}/join");
        let joins = (0..20).map(|_| resident.post(&path, json!({})));
        for answer in join_all(joins).await {
            answer.expect(201);
        }
        let seen = resident.get(&format!("/api/v1/reports/{code}")).await.expect(200);
        assert_eq!(seen["reporters"], 21);
        let joined = seen["history"].as_array().unwrap().iter().filter(|e| e["kind"] == "joined").count();
        assert_eq!(joined, 20);
    }

    async fn one_photo_wanted_by_ten_reports_at_once_goes_to_one(server: Server) {
        let resident = server.resident();
        let photo = resident.photo(1).await;
        let mut body = report();
        body["photo_ids"] = json!([photo]);
        let tries = (0..10).map(|_| resident.post("/api/v1/reports", body.clone()));
        let taken = join_all(tries).await.iter().filter(|a| a.status.as_u16() == 201).count();
        assert_eq!(taken, 1);
    }
}
