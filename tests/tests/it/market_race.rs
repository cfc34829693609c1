//! A thing is promised to one person, however many are promised it at once, and on however many
//! replicas.

use serde_json::json;
use wufei_tests::{Database, Person, Server, Settings, both_databases};

const PEOPLE: usize = 50;

async fn promises(server: &Server) -> (i64, i64, i64) {
    server
        .app
        .db
        .sql(
            "SELECT CAST(SUM(CASE WHEN state = 'promised' THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS BIGINT), COUNT(*)
             FROM asks",
        )
        .one()
        .await
        .unwrap()
}

/// Sends a step of every ask at once, each by whom the asks are owned, and gives how many went through.
async fn all_at_once(people: Vec<(Person, String)>, step: &'static str) -> usize {
    let mut sent = Vec::new();
    for (person, ask) in people {
        sent.push(tokio::spawn(async move {
            person.step(&ask, step, json!({})).await.status.as_u16()
        }));
    }
    let mut through = 0;
    for answer in sent {
        match answer.await.unwrap() {
            200 => through += 1,
            409 => {}
            other => panic!("{other}"),
        }
    }
    through
}

both_databases! {
    async fn fifty_ask_at_once_and_one_has_it(server: Server) {
        let owner = server.neighbour("owner").await;
        let id = owner.list("抢手的椅子", json!({})).await;
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            people.push(server.neighbour(&format!("person-{number}")).await);
        }
        let mut asking = Vec::new();
        for person in people.clone() {
            let id = id.clone();
            // Twice each: one ask comes of it.
            asking.push(tokio::spawn(async move {
                let path = format!("/api/v1/listings/{id}/asks");
                let (a, b) = tokio::join!(person.post(&path, json!({ "text": "还在吗" })), person.post(&path, json!({ "text": "还在吗" })));
                let mut statuses = [a.status.as_u16(), b.status.as_u16()];
                statuses.sort_unstable();
                assert_eq!(statuses, [201, 409]);
                let made = if a.status == 201 { a } else { b };
                made.body["id"].as_str().unwrap().to_owned()
            }));
        }
        let mut asks = Vec::new();
        for ask in asking {
            asks.push(ask.await.unwrap());
        }
        let promising = asks.iter().map(|ask| (owner.clone(), ask.clone())).collect();
        assert_eq!(all_at_once(promising, "promise").await, 1);
        assert_eq!(promises(&server).await, (1, 0, 50));
        // Everybody says at once that they have it; whoever it is promised to has.
        let done = people.into_iter().zip(asks).collect();
        assert_eq!(all_at_once(done, "done").await, 1);
        assert_eq!(promises(&server).await, (0, 1, 50));
        let (counted,): (i64,) = server.app.db.sql("SELECT COUNT(*) FROM market_handovers").one().await.unwrap();
        assert_eq!(counted, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_promise_one_thing_once_again_and_again() {
    let database = Database::postgres().await;
    let one = Server::start(database.clone()).await;
    let two = one.replica(database, Settings::default()).await;
    let owner = one.neighbour("owner").await;
    let id = owner.list("抢手的椅子", json!({})).await;
    let mut asks = Vec::new();
    for number in 0..8 {
        let person = one.neighbour(&format!("person-{number}")).await;
        asks.push((person.ask(&id, "还在吗").await, person));
    }
    for _ in 0..5 {
        let sent = asks.iter().enumerate().map(|(at, (ask, _))| {
            let base = if at % 2 == 0 {
                one.url("")
            } else {
                two.url("")
            };
            (owner.at(&base), ask.clone())
        });
        assert_eq!(all_at_once(sent.collect(), "promise").await, 1);
        assert_eq!(promises(&one).await, (1, 0, 8));
        let sent = asks.iter().enumerate().map(|(at, (ask, _))| {
            let base = if at % 2 == 0 {
                two.url("")
            } else {
                one.url("")
            };
            (owner.at(&base), ask.clone())
        });
        assert_eq!(all_at_once(sent.collect(), "release").await, 1);
    }
}
