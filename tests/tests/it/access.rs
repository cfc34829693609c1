//! Who may call what: every operation of the document against every role.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use wufei_api::auth::Role;
use wufei_tests::person::report;
use wufei_tests::{Person, Server, both_databases};

/// Who may call an operation: `everybody`, `signed-in`, or the roles by name.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/district", "everybody"),
    ("GET", "/routing", "everybody"),
    ("GET", "/sorting", "everybody"),
    ("GET", "/sorting/suggestions", "everybody"),
    ("GET", "/sorting/rulings/{id}", "everybody"),
    ("GET", "/sorting/kinds", "everybody"),
    ("GET", "/sorting/pack", "everybody"),
    ("POST", "/sorting/flags", "everybody"),
    ("POST", "/photos", "everybody"),
    ("GET", "/photos/{id}", "everybody"),
    ("GET", "/photos/{id}/thumbnail", "everybody"),
    ("POST", "/reports", "everybody"),
    ("GET", "/reports", "everybody"),
    ("GET", "/reports.geojson", "everybody"),
    ("GET", "/reports/similar", "everybody"),
    ("GET", "/reports/{code}", "everybody"),
    ("POST", "/reports/{code}/photos", "everybody"),
    ("POST", "/reports/{code}/join", "everybody"),
    ("POST", "/reports/{code}/dispute", "everybody"),
    ("POST", "/reports/{code}/answer", "everybody"),
    ("POST", "/reports/{code}/witness", "signed-in"),
    ("GET", "/case-links/{token}", "everybody"),
    ("POST", "/case-links/{token}/done", "everybody"),
    ("POST", "/case-links/{token}/opinion", "everybody"),
    ("POST", "/reports/{code}/feedback", "everybody"),
    ("POST", "/reports/{code}/withdraw", "everybody"),
    ("GET", "/feeds/reports.rss", "everybody"),
    // Whoever holds a letter's token: `alerts` tests that.
    ("POST", "/alerts", "everybody"),
    ("GET", "/alerts/confirm/{token}", "everybody"),
    ("POST", "/alerts/confirm/{token}", "everybody"),
    ("GET", "/alerts/{token}", "everybody"),
    ("DELETE", "/alerts/{token}", "everybody"),
    ("POST", "/alerts/{token}/unsubscribe", "everybody"),
    ("POST", "/alerts/{token}/renew", "everybody"),
    ("GET", "/pickups/catalogue", "everybody"),
    ("GET", "/pickups/slots", "everybody"),
    ("POST", "/pickups/quote", "everybody"),
    ("POST", "/pickups/codes", "everybody"),
    ("POST", "/pickups/codes/verify", "everybody"),
    // Whose booking it is decides, not the role: `pickups` tests that.
    ("POST", "/pickups", "everybody"),
    ("GET", "/pickups/{ref}", "everybody"),
    ("PATCH", "/pickups/{ref}", "everybody"),
    ("DELETE", "/pickups/{ref}", "everybody"),
    ("POST", "/pickups/{ref}/confirm", "everybody"),
    ("GET", "/pickups/{ref}.ics", "everybody"),
    ("GET", "/pickups/{ref}/label", "everybody"),
    ("GET", "/pickups/{ref}/custody", "everybody"),
    ("GET", "/me/pickups", "signed-in"),
    ("GET", "/desk/pickups/day", "handler"),
    ("POST", "/desk/pickups/operations", "handler"),
    ("GET", "/desk/pickups/scan/{token}", "handler"),
    ("POST", "/desk/pickups/scan/{token}/handovers", "handler"),
    ("GET", "/desk/pickups", "handler coordinator administrator"),
    ("GET", "/desk/pickups/{ref}", "handler coordinator administrator"),
    ("GET", "/desk/pickups/{ref}/custody", "handler coordinator administrator"),
    ("POST", "/desk/pickups/{ref}/move", "handler coordinator"),
    ("POST", "/desk/pickups/{ref}/cancel", "handler coordinator"),
    ("GET", "/desk/pickups/calendar", "handler coordinator administrator"),
    ("PUT", "/desk/pickups/slots/{id}", "handler coordinator"),
    ("GET", "/desk/pickups/templates", "handler coordinator administrator"),
    ("PUT", "/desk/pickups/templates/{id}", "handler coordinator"),
    ("GET", "/desk/pickups/blackouts", "handler coordinator administrator"),
    ("POST", "/desk/pickups/blackouts", "handler coordinator"),
    ("DELETE", "/desk/pickups/blackouts/{id}", "handler coordinator"),
    ("GET", "/desk/pickups/prices", "handler coordinator administrator"),
    ("POST", "/desk/pickups/prices", "handler coordinator"),
    ("GET", "/desk/pickups/codes", "handler coordinator"),
    ("POST", "/desk/pickups/codes/{id}/called", "handler coordinator"),
    ("GET", "/desk/pickups/figures", "handler coordinator administrator"),
    ("GET", "/desk/pickups/export.csv", "handler coordinator administrator"),
    ("GET", "/desk/pickups/export.xlsx", "handler coordinator administrator"),
    ("GET", "/figures", "everybody"),
    ("GET", "/figures/scorecard", "everybody"),
    ("GET", "/figures/targets", "everybody"),
    ("GET", "/figures/export", "everybody"),
    ("GET", "/figures/hotspots", "everybody"),
    ("GET", "/reports/export", "everybody"),
    ("GET", "/desk/figures/export", "handler coordinator administrator"),
    ("GET", "/desk/cases/export", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/hotspots", "handler coordinator administrator"),
    ("GET", "/desk/hotspots/proposals", "handler coordinator administrator"),
    ("POST", "/desk/hotspots/proposals", "handler coordinator"),
    ("POST", "/desk/hotspots/proposals/{id}/decide", "coordinator"),
    ("POST", "/desk/hotspots/proposals/{id}/done", "handler coordinator"),
    ("GET", "/desk/annual-summary/{year}", "handler coordinator administrator"),
    ("GET", "/me/digest", "handler coordinator verifier moderator editor administrator"),
    ("PUT", "/me/digest", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/figures", "handler coordinator administrator"),
    ("GET", "/desk/targets", "handler coordinator administrator"),
    ("GET", "/desk/targets/comparison", "handler coordinator administrator"),
    ("GET", "/desk/targets/{target}/{period}", "handler coordinator administrator"),
    ("PUT", "/desk/targets/{target}/{period}", "handler"),
    ("GET", "/moderation/cases", "signed-in"),
    // Whose submission it is decides, not the role: `moderation` tests that.
    ("GET", "/moderation/cases/{id}", "signed-in"),
    ("POST", "/moderation/cases/{id}/appeal", "signed-in"),
    ("GET", "/moderation/reports/{code}", "everybody"),
    ("POST", "/moderation/reports/{code}/appeal", "everybody"),
    ("POST", "/moderation/flags", "signed-in"),
    ("GET", "/moderation/bans", "signed-in"),
    ("POST", "/moderation/bans/{id}/appeal", "signed-in"),
    ("GET", "/moderation/figures", "everybody"),
    ("GET", "/desk/moderation/counts", "moderator administrator"),
    ("GET", "/desk/moderation/cases", "moderator administrator"),
    ("GET", "/desk/moderation/cases/{id}", "moderator administrator"),
    ("POST", "/desk/moderation/cases/{id}/approve", "moderator administrator"),
    ("POST", "/desk/moderation/cases/{id}/refuse", "moderator administrator"),
    ("POST", "/desk/moderation/cases/{id}/decide-appeal", "moderator administrator"),
    ("GET", "/desk/moderation/bans", "moderator administrator"),
    ("POST", "/desk/moderation/bans", "moderator administrator"),
    ("POST", "/desk/moderation/bans/{id}/confirm", "moderator administrator"),
    ("POST", "/desk/moderation/bans/{id}/lift", "moderator administrator"),
    ("POST", "/desk/moderation/bans/{id}/decide-appeal", "moderator administrator"),
    ("GET", "/desk/moderation/rules", "moderator administrator"),
    ("GET", "/desk/moderation/rules/{id}", "moderator administrator"),
    ("PUT", "/desk/moderation/rules/{id}", "moderator administrator"),
    ("DELETE", "/desk/moderation/rules/{id}", "moderator administrator"),
    ("POST", "/desk/moderation/dry-run", "moderator administrator"),
    ("GET", "/listings", "everybody"),
    ("POST", "/listings", "signed-in"),
    ("GET", "/listings/categories", "everybody"),
    ("GET", "/listings/figures", "everybody"),
    ("GET", "/listings/lead", "everybody"),
    ("GET", "/listings/{id}", "everybody"),
    ("PATCH", "/listings/{id}", "signed-in"),
    ("GET", "/listings/{id}/similar", "everybody"),
    ("POST", "/listings/{id}/publish", "signed-in"),
    // The letter's link needs no sign-in: `market` tests that it needs its token.
    ("POST", "/listings/{id}/renew", "everybody"),
    ("POST", "/listings/{id}/withdraw", "signed-in"),
    ("GET", "/listings/{id}/asks", "signed-in"),
    ("POST", "/listings/{id}/asks", "signed-in"),
    ("GET", "/me/listings", "signed-in"),
    ("GET", "/me/listings/{id}", "signed-in"),
    ("GET", "/me/asks", "signed-in"),
    ("GET", "/asks/{id}", "signed-in"),
    ("GET", "/asks/{id}.ics", "signed-in"),
    ("POST", "/asks/{id}/messages", "signed-in"),
    ("POST", "/asks/{id}/promise", "signed-in"),
    ("POST", "/asks/{id}/release", "signed-in"),
    ("POST", "/asks/{id}/handover", "signed-in"),
    ("POST", "/asks/{id}/handover/accept", "signed-in"),
    ("POST", "/asks/{id}/done", "signed-in"),
    ("POST", "/asks/{id}/returned", "signed-in"),
    ("POST", "/asks/{id}/no-show", "signed-in"),
    ("POST", "/asks/{id}/rate", "signed-in"),
    ("POST", "/asks/{id}/reply", "signed-in"),
    ("POST", "/asks/{id}/withdraw", "signed-in"),
    ("GET", "/me/blocks", "signed-in"),
    ("POST", "/me/blocks", "signed-in"),
    ("DELETE", "/me/blocks/{id}", "signed-in"),
    ("GET", "/me/searches", "signed-in"),
    ("POST", "/me/searches", "signed-in"),
    ("DELETE", "/me/searches/{id}", "signed-in"),
    ("POST", "/me/searches/{id}/seen", "signed-in"),
    ("GET", "/me/reputation", "signed-in"),
    ("GET", "/me/seller", "signed-in"),
    ("PUT", "/me/seller", "signed-in"),
    ("GET", "/sellers/{id}", "everybody"),
    // Handlers of the office that checks licences as well: `market` tests them.
    ("GET", "/desk/sellers", "administrator"),
    ("POST", "/desk/sellers/{id}/decide", "administrator"),
    ("GET", "/organisations", "everybody"),
    ("POST", "/organisations", "signed-in"),
    ("GET", "/organisations/{id}", "everybody"),
    ("PATCH", "/organisations/{id}", "signed-in"),
    ("GET", "/organisations/{id}/certificate", "everybody"),
    // Which role a member has decides, not the account's: `events` tests that.
    ("GET", "/organisations/{id}/members", "signed-in"),
    ("PUT", "/organisations/{id}/members/{account}", "signed-in"),
    ("DELETE", "/organisations/{id}/members/{account}", "signed-in"),
    ("GET", "/organisations/{id}/invitations", "signed-in"),
    ("POST", "/organisations/{id}/invitations", "signed-in"),
    ("DELETE", "/organisations/{id}/invitations/{invitation}", "signed-in"),
    ("POST", "/organisations/join", "signed-in"),
    ("GET", "/me/organisations", "signed-in"),
    ("GET", "/desk/organisations", "handler administrator"),
    ("POST", "/desk/organisations/{id}/decide", "handler administrator"),
    ("GET", "/events/catalogue", "everybody"),
    ("GET", "/events", "everybody"),
    ("GET", "/events/figures", "everybody"),
    ("GET", "/events/{id}", "everybody"),
    ("PATCH", "/events/{id}", "signed-in"),
    ("GET", "/organisations/{id}/events", "everybody"),
    ("POST", "/organisations/{id}/events", "signed-in"),
    ("POST", "/events/{id}/publish", "signed-in"),
    ("POST", "/events/{id}/postpone", "signed-in"),
    ("POST", "/events/{id}/cancel", "signed-in"),
    ("GET", "/events/{id}/poster", "everybody"),
    ("GET", "/events.ics", "everybody"),
    ("GET", "/event-feeds/{token}", "everybody"),
    ("POST", "/me/event-feed", "signed-in"),
    ("DELETE", "/me/event-feed", "signed-in"),
    ("POST", "/events/{id}/follow", "signed-in"),
    ("DELETE", "/events/{id}/follow", "signed-in"),
    ("GET", "/me/event-notices", "signed-in"),
    ("POST", "/me/event-notices", "signed-in"),
    ("DELETE", "/me/event-notices/{id}", "signed-in"),
    ("GET", "/events/{id}/stalls", "everybody"),
    ("PUT", "/events/{id}/stalls", "signed-in"),
    ("GET", "/events/{id}/stall-bookings", "signed-in"),
    ("POST", "/events/{id}/stall-bookings", "signed-in"),
    ("GET", "/stall-bookings/{id}", "signed-in"),
    ("POST", "/stall-bookings/{id}/confirm", "signed-in"),
    ("POST", "/stall-bookings/{id}/cancel", "signed-in"),
    ("POST", "/stall-bookings/{id}/move", "signed-in"),
    ("GET", "/stall-bookings/{id}/pass", "signed-in"),
    ("GET", "/me/stall-bookings", "signed-in"),
    ("GET", "/events/{id}/devices", "signed-in"),
    ("POST", "/events/{id}/devices", "signed-in"),
    ("DELETE", "/events/{id}/devices/{device}", "signed-in"),
    // A device's token opens these, or a member's session: `swap_day` tests that.
    ("GET", "/events/{id}/day", "everybody"),
    ("POST", "/events/{id}/operations", "everybody"),
    ("GET", "/events/{id}/labels", "everybody"),
    ("GET", "/events/{id}/titles/{isbn}", "everybody"),
    ("PUT", "/events/{id}/titles/{isbn}", "everybody"),
    ("GET", "/events/{id}/counts", "everybody"),
    ("POST", "/events/{id}/close", "signed-in"),
    ("GET", "/events/{id}/summary", "signed-in"),
    ("POST", "/accounts", "everybody"),
    ("POST", "/sessions", "everybody"),
    ("DELETE", "/sessions/current", "everybody"),
    ("GET", "/me", "signed-in"),
    ("PUT", "/me/email", "signed-in"),
    ("DELETE", "/me/email", "signed-in"),
    ("POST", "/me/email/confirm", "signed-in"),
    ("GET", "/me/reports", "signed-in"),
    ("GET", "/desk/cases", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/cases.geojson", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/cases/{code}/replies", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/cases/next", "handler"),
    ("GET", "/desk/workloads", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/filters", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/filters", "handler coordinator verifier moderator editor administrator"),
    ("PATCH", "/desk/filters/{id}", "handler coordinator verifier moderator editor administrator"),
    ("DELETE", "/desk/filters/{id}", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/live", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/bulk", "handler coordinator verifier"),
    ("POST", "/desk/bulk/{id}/undo", "handler coordinator verifier"),
    ("GET", "/desk/replies", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/replies", "handler coordinator administrator"),
    ("PATCH", "/desk/replies/{id}", "handler coordinator administrator"),
    ("DELETE", "/desk/replies/{id}", "handler coordinator administrator"),
    ("GET", "/desk/counts", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/cases/{code}", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/photos/{id}/original", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/cases/{code}/accept", "handler coordinator"),
    ("POST", "/desk/cases/{code}/return", "handler coordinator"),
    ("POST", "/desk/cases/{code}/hand-over", "handler coordinator"),
    ("POST", "/desk/cases/{code}/handle", "handler coordinator"),
    ("POST", "/desk/cases/{code}/note", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/cases/{code}/verify", "coordinator verifier"),
    ("POST", "/desk/cases/{code}/close", "coordinator verifier"),
    ("POST", "/desk/cases/{code}/dispatch", "coordinator"),
    ("POST", "/desk/cases/{code}/reject", "coordinator"),
    ("POST", "/desk/cases/{code}/extend", "coordinator"),
    ("POST", "/desk/cases/{code}/suspend", "coordinator"),
    ("POST", "/desk/cases/{code}/resume", "coordinator"),
    ("POST", "/desk/cases/{code}/merge", "coordinator"),
    ("POST", "/desk/cases/{code}/reopen", "coordinator"),
    ("POST", "/desk/cases/{code}/urge", "coordinator"),
    ("POST", "/desk/cases/{code}/ask-extension", "handler coordinator"),
    ("POST", "/desk/cases/{code}/refuse-extension", "coordinator"),
    ("POST", "/desk/cases/{code}/ask-resident", "handler coordinator"),
    ("POST", "/desk/cases/{code}/reclassify", "coordinator"),
    ("POST", "/desk/cases/{code}/parts", "coordinator"),
    ("POST", "/desk/cases/{code}/parts/{part}/done", "handler"),
    ("POST", "/desk/cases/{code}/parts/{part}/join", "coordinator"),
    ("POST", "/desk/cases/{code}/consultations", "handler coordinator"),
    ("POST", "/desk/cases/{code}/consultations/{consultation}/opinion", "handler"),
    ("POST", "/desk/cases/{code}/consultations/{consultation}/decide", "handler coordinator"),
    ("POST", "/desk/cases/{code}/links", "handler coordinator"),
    ("POST", "/desk/cases/{code}/links/{link}/revoke", "handler coordinator"),
    ("POST", "/desk/cases/{code}/hide-photo", "coordinator moderator administrator"),
    ("POST", "/desk/cases/{code}/show-photo", "coordinator moderator administrator"),
    ("POST", "/desk/cases/{code}/shield-photo", "coordinator moderator administrator"),
    ("GET", "/desk/sorting/waiting", "handler coordinator verifier moderator editor administrator"),
    ("GET", "/desk/sorting/misses", "editor administrator"),
    ("POST", "/desk/sorting/misses/{id}/settle", "editor administrator"),
    ("GET", "/desk/sorting/flags", "editor administrator"),
    ("POST", "/desk/sorting/flags/{id}/settle", "editor administrator"),
    ("GET", "/desk/sorting/changes", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/sorting/changes/{id}/decide", "editor administrator"),
    ("POST", "/desk/sorting/things", "editor administrator"),
    ("GET", "/desk/sorting/things/{id}", "handler coordinator verifier moderator editor administrator"),
    ("PUT", "/desk/sorting/things/{id}", "editor administrator"),
    ("DELETE", "/desk/sorting/things/{id}", "editor administrator"),
    ("GET", "/desk/sorting/things.csv", "editor administrator"),
    ("POST", "/desk/sorting/import", "editor administrator"),
    ("GET", "/desk/webhooks", "administrator"),
    ("POST", "/desk/webhooks", "administrator"),
    ("PATCH", "/desk/webhooks/{id}", "administrator"),
    ("DELETE", "/desk/webhooks/{id}", "administrator"),
    ("POST", "/desk/webhooks/{id}/secret", "administrator"),
    ("GET", "/desk/webhooks/{id}/deliveries", "administrator"),
    ("POST", "/desk/webhooks/{id}/deliveries/{delivery}/redeliver", "administrator"),
    ("GET", "/desk/staff", "handler coordinator verifier moderator editor administrator"),
    ("POST", "/desk/staff", "administrator"),
    ("PATCH", "/desk/staff/{id}", "administrator"),
    ("POST", "/desk/password", "handler coordinator verifier moderator editor administrator"),
];

/// Everyone who can knock: nobody signed in, a resident, and staff of each role.
async fn people(server: &Server) -> BTreeMap<&'static str, Person> {
    let resident = server.resident();
    let account =
        json!({ "username": "a-resident", "password": "long enough words", "name": "居民" });
    resident.post("/api/v1/accounts", account).await.expect(201);
    let mut people = BTreeMap::from([("nobody", server.resident()), ("resident", resident)]);
    for (name, role) in [
        ("handler", Role::Handler),
        ("coordinator", Role::Coordinator),
        ("verifier", Role::Verifier),
        ("moderator", Role::Moderator),
        ("editor", Role::Editor),
        ("administrator", Role::Administrator),
    ] {
        let office = (role == Role::Handler).then_some("housing");
        people.insert(name, server.staff(name, role, office).await);
    }
    people
}

both_databases! {
    async fn every_operation_opens_to_the_roles_of_the_table_and_to_nobody_else(server: Server) {
        let resident = server.resident();
        let photo = resident.photo(1).await;
        let mut body = report();
        body["photo_ids"] = json!([photo]);
        let (code, _) = resident.file(body).await;
        let people = people(&server).await;
        for (method, path, allowed) in TABLE {
            let path = path.replace("{code}", &code).replace("{id}", &photo);
            for (name, person) in &people {
                // A body that no handler accepts: it tells "may not" (401, 403) from "may, but not so".
                // Signing out and making accounts work without one and would spoil the table.
                if *method == "DELETE" {
                    continue;
                }
                let request = person.request(Method::from_bytes(method.as_bytes()).unwrap(), &format!("/api/v1{path}"));
                let request = if *method == "GET" { request } else { request.json(&json!({ "nonsense": true })) };
                // A stream has no end to wait for.
                let status = if path == "/desk/live" {
                    request.send().await.unwrap().status().as_u16()
                } else {
                    Person::send(request).await.status.as_u16()
                };
                let open = match *allowed {
                    "everybody" => true,
                    "signed-in" => *name != "nobody",
                    roles => roles.split(' ').any(|role| role == *name),
                };
                let refused = matches!(status, 401 | 403);
                assert_eq!(refused, !open, "{method} {path} by {name}: {status}");
                if !open {
                    assert_eq!(status == 401, *name == "nobody", "{method} {path} by {name}: {status}");
                }
            }
        }
    }

    async fn the_table_names_every_operation_of_the_document(server: Server) {
        let document = server.resident().get("/api/openapi.json").await.expect(200);
        let mut documented = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in ["get", "post", "patch", "put", "delete"] {
                if item.get(method).is_some() {
                    documented.push(format!("{} {}", method.to_uppercase(), path.replace("/api/v1", "")));
                }
            }
        }
        let mut listed: Vec<String> = TABLE.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        let ids = document["paths"].as_object().unwrap().values();
        let ids = ids.flat_map(|item| item.as_object().unwrap().values());
        let ids: Vec<&str> = ids.filter_map(|operation| operation["operationId"].as_str()).collect();
        assert_eq!(ids.len(), documented.len());
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
        documented.sort();
        listed.sort();
        assert_eq!(documented, listed);
    }

    async fn an_address_counts_once_its_code_has_come_back(server: Server) {
        let person = server.resident();
        let new = json!({ "username": "zhang", "password": "long enough words", "name": "张" });
        person.post("/api/v1/accounts", new).await.expect(201);
        let give = async |email: &str| {
            Person::send(person.request(Method::PUT, "/api/v1/me/email").json(&json!({ "email": email }))).await
        };
        assert_eq!(give("nonsense").await.fields(422), ["email"]);
        give("zhang@example.org").await.expect(202);
        assert_eq!(person.get("/api/v1/me").await.expect(200)["email"], serde_json::Value::Null);
        server.deliver().await;
        let letter = server.letters_to("zhang@example.org").pop().unwrap();
        let code: String = letter.text.chars().filter(char::is_ascii_digit).take(6).collect();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let confirm = async |code: &str| person.post("/api/v1/me/email/confirm", json!({ "code": code })).await;
        for _ in 0..5 {
            assert_eq!(confirm(wrong).await.fields(422), ["code"]);
        }
        assert_eq!(confirm(&code).await.fields(422), ["code"], "five tries");
        server.advance(chrono::TimeDelta::seconds(1));
        give("zhang@example.org").await.expect(202);
        server.deliver().await;
        let letter = server.letters_to("zhang@example.org").pop().unwrap();
        let code: String = letter.text.chars().filter(char::is_ascii_digit).take(6).collect();
        assert_eq!(confirm(&code).await.expect(200)["email"], "zhang@example.org");
        let me = Person::send(person.request(Method::DELETE, "/api/v1/me/email")).await.expect(200);
        assert_eq!(me["email"], serde_json::Value::Null);
    }

    async fn a_session_ends_when_it_is_signed_out_expires_or_the_account_is_disabled(server: Server) {
        let administrator = server.staff("admin", Role::Administrator, None).await;
        let handler = server.staff("handler", Role::Handler, Some("housing")).await;
        let copy = handler.clone();
        handler.get("/api/v1/me").await.expect(200);
        Person::send(handler.request(Method::DELETE, "/api/v1/sessions/current")).await.expect(204);
        assert_eq!(copy.get("/api/v1/me").await.status, 401);
        handler.sign_in("handler", wufei_tests::server::PASSWORD).await;
        server.advance(chrono::TimeDelta::hours(13));
        assert_eq!(handler.get("/api/v1/me").await.status, 401, "a clerk's session lasts a working day");
        handler.sign_in("HANDLER ", wufei_tests::server::PASSWORD).await;
        administrator.sign_in("admin", wufei_tests::server::PASSWORD).await;
        let id = handler.get("/api/v1/me").await.expect(200)["id"].as_str().unwrap().to_owned();
        let patch = |body| {
            Person::send(administrator.request(Method::PATCH, &format!("/api/v1/desk/staff/{id}")).json(&body))
        };
        patch(json!({ "disabled": true })).await.expect(200);
        assert_eq!(handler.get("/api/v1/me").await.status, 401);
        let body = json!({ "username": "handler", "password": wufei_tests::server::PASSWORD });
        assert_eq!(handler.post("/api/v1/sessions", body).await.status, 401);
    }

    async fn the_last_administrator_stays(server: Server) {
        let administrator = server.staff("admin", Role::Administrator, None).await;
        let id = administrator.get("/api/v1/me").await.expect(200)["id"].as_str().unwrap().to_owned();
        for change in [json!({ "disabled": true }), json!({ "role": "verifier" })] {
            let request = administrator.request(Method::PATCH, &format!("/api/v1/desk/staff/{id}"));
            assert_eq!(Person::send(request.json(&change)).await.status, 409, "{change}");
        }
        administrator.get("/api/v1/me").await.expect(200);
    }

    async fn passwords_are_checked_and_guessing_is_slowed_down(server: Server) {
        let person = server.staff("handler", Role::Handler, Some("housing")).await;
        let change = async |current: &str, new: &str| {
            person.post("/api/v1/desk/password", json!({ "current": current, "new": new })).await
        };
        let now = wufei_tests::server::PASSWORD;
        for weak in ["short", "aaaaaaaaaaaa", "my handler word"] {
            assert_eq!(change(now, weak).await.fields(422), ["new"], "{weak}");
        }
        assert_eq!(change("wrong wrong wrong", "a better pass phrase").await.fields(422), ["current"]);
        change(now, "a better pass phrase").await.expect(204);
        person.get("/api/v1/me").await.expect(200);
        let guess = async |password: &str| {
            let body = json!({ "username": "handler", "password": password });
            server.resident().post("/api/v1/sessions", body).await.status.as_u16()
        };
        let mut statuses = Vec::new();
        for number in 0..14 {
            statuses.push(guess(&format!("guess number {number}")).await);
        }
        assert_eq!((statuses[0], statuses[13]), (401, 429), "{statuses:?}");
    }

    async fn the_setup_link_makes_one_administrator_once(server: Server) {
        let token = wufei_api::auth::issue_setup_token(&server.app).await.unwrap().unwrap();
        let first = server.resident();
        let body = |name: &str| json!({ "username": name, "password": "long enough words", "name": name, "setup_token": token });
        assert_eq!(first.post("/api/v1/accounts", body("first-admin")).await.expect(201)["role"], "administrator");
        assert_eq!(server.resident().post("/api/v1/accounts", body("second-admin")).await.status, 403);
        assert!(wufei_api::auth::issue_setup_token(&server.app).await.unwrap().is_none());
        let added = first
            .post("/api/v1/desk/staff", json!({ "username": "clerk", "name": "李", "role": "handler", "office": "housing", "password": "long enough words" }))
            .await
            .expect(201);
        assert_eq!(added["office"]["id"], "housing");
        let wrong = json!({ "username": "x", "name": "", "role": "handler", "password": "long enough words" });
        assert_eq!(first.post("/api/v1/desk/staff", wrong).await.fields(422), ["username", "name", "office"]);
    }
}
