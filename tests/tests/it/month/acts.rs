//! What people do to a case at random. They mostly do what is lawful, as far as they know; sometimes
//! they try what is not.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use chrono::{DateTime, TimeDelta, Utc};

use super::town::{COORDINATORS, OFFICES, Town, VERIFIERS};

/// Somebody who follows a case, as the test knows them.
#[derive(Debug)]
pub struct Follower {
    pub email: Option<String>,
    pub lang: &'static str,
    pub joined_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
    secret: String,
}

/// The deadline of a case as the desk said it at some time.
#[derive(Clone, Debug)]
pub struct Observation {
    pub at: DateTime<Utc>,
    /// How many steps the history had.
    pub steps: usize,
    pub view: Value,
}

/// What people know of a case: the last page they saw.
#[derive(Debug)]
struct Seen {
    version: i64,
    status: String,
    lead: String,
    category: String,
    asked: bool,
    extension_asked: bool,
    verified: bool,
    handled_office: String,
}

/// A case as the test follows it.
pub struct Case {
    pub code: String,
    /// The routing as it was filed.
    pub routing: Value,
    pub category: String,
    pub followers: Vec<Follower>,
    /// The last score of each follower.
    pub scores: std::collections::BTreeMap<usize, i64>,
    pub observations: Vec<Observation>,
    pub reclassified: bool,
    seen: Option<Seen>,
    rng: StdRng,
    /// How likely somebody does something, in percent, each time there is time for it.
    pace: u32,
    /// Acts left once it is over.
    epilogue: u32,
    number: usize,
    said: usize,
}

const LANGS: [&str; 3] = ["zh-CN", "en", "ko"];

/// Somewhere in the district, one in eight at a spot where others were, a few outside.
fn place(rng: &mut StdRng) -> (f64, f64) {
    const SEATS: [(f64, f64); 8] = [
        (126.58513, 42.01707),
        (126.58564, 42.05636),
        (126.60028, 42.08167),
        (126.91583, 42.05972),
        (127.10722, 42.04361),
        (126.55772, 42.00323),
        (126.56594, 41.96298),
        (126.54694, 41.9335),
    ];
    let chance = rng.random_range(0..100);
    if chance == 0 {
        return (126.42, 41.93);
    }
    let (lng, lat) = SEATS[rng.random_range(0..SEATS.len())];
    if chance <= 12 {
        let spot = f64::from(rng.random_range(0..40_u32)) * 0.002;
        let off = f64::from(rng.random_range(0..8_u32)) * 0.000_1;
        return (lng + spot, lat + off);
    }
    let off = |rng: &mut StdRng| f64::from(rng.random_range(-15_000..15_000)) / 1e6;
    (lng + off(rng), lat + off(rng))
}

impl Case {
    /// A resident reports something.
    pub async fn file(town: &Town, seed: u64, number: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ (number as u64).wrapping_mul(0x9e37_79b9));
        let categories = town.pack.category_ids();
        let category = categories[rng.random_range(0..categories.len())].clone();
        let (lng, lat) = place(&mut rng);
        let mut answers = serde_json::Map::new();
        for (question, options) in town.pack.questions(&category) {
            if rng.random_range(0..100) < 40 {
                let option = &options[rng.random_range(0..options.len())];
                answers.insert(question, option.as_str().into());
            }
        }
        let lang = LANGS[rng.random_range(0..LANGS.len())];
        let email = (rng.random_range(0..100) < 40).then(|| format!("r{number}@example.org"));
        let mut body = json!({
            "category": category, "description": format!("第{number}处，路边有东西没人收"),
            "lng": lng, "lat": lat, "accuracy_m": 20.0, "datum": "wgs84", "photo_ids": [],
            "answers": answers, "anonymous": rng.random_range(0..100) < 20,
            "private": rng.random_range(0..100) < 10,
        });
        if let Some(email) = &email {
            body["contact"] = json!({ "email": email });
        }
        let key = format!("month-{seed}-{number}");
        let filed = town
            .say(&key, lang, "/api/v1/reports", &body)
            .await
            .expect(201);
        let text = |key: &str| filed[key].as_str().unwrap().to_owned();
        let urgent = filed["routing"]["urgent"] == true;
        let pace = match rng.random_range(0..100) {
            0..15 => 3,
            _ if urgent => 55,
            _ => 25,
        };
        Self {
            code: text("code"),
            routing: filed["routing"].clone(),
            category,
            followers: vec![Follower {
                email,
                lang,
                joined_at: town.now(),
                left_at: None,
                secret: text("secret"),
            }],
            scores: std::collections::BTreeMap::new(),
            observations: Vec::new(),
            reclassified: false,
            seen: None,
            pace,
            epilogue: rng.random_range(0..3),
            rng,
            number,
            said: 0,
        }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn one<'a>(&mut self, weighted: &[(u32, &'a str)]) -> &'a str {
        let mut at = self
            .rng
            .random_range(0..weighted.iter().map(|(weight, _)| weight).sum());
        for (weight, what) in weighted {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return what,
            }
        }
        "note"
    }

    /// Whether anybody may still do something with it.
    pub fn is_alive(&self) -> bool {
        self.epilogue > 0 || self.seen.as_ref().is_none_or(|seen| !is_over(&seen.status))
    }

    /// Notes what the desk says of it.
    pub fn look(&mut self, view: &Value, now: DateTime<Utc>) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.seen = Some(Seen {
            version: view["version"].as_i64().unwrap(),
            status: text(&view["status"]),
            lead: text(&view["lead"]["id"]),
            category: text(&view["category"]["id"]),
            asked: !view["question"].is_null(),
            extension_asked: !view["extension_asked_hours"].is_null(),
            verified: !view["verified_at"].is_null(),
            handled_office: text(&view["handled_office"]["id"]),
        });
        let kept = [
            "status",
            "due_at",
            "deadline",
            "paused",
            "escalation",
            "overdue",
            "deadline_minutes",
        ];
        let kept = kept.map(|key| (key.to_owned(), view[key].clone()));
        let history = view["history"].as_array().unwrap();
        self.reclassified |= history.iter().any(|step| step["kind"] == "reclassified");
        self.observations.push(Observation {
            at: now,
            steps: history.len(),
            view: Value::Object(kept.into_iter().collect()),
        });
    }

    /// Somebody may do something. `staff_work` says whether offices do now, for urgent cases or all.
    pub async fn turn(&mut self, town: &Town, staff_work: (bool, bool), others: &[String]) {
        let works = if self.routing["urgent"] == true {
            staff_work.0
        } else {
            staff_work.1
        };
        let pace = self.pace;
        if !self.is_alive() || !self.chance(pace) {
            return;
        }
        if self.seen.is_none() {
            let view = town.case(&self.code).await;
            self.look(&view, town.now());
        }
        let Some(seen) = &self.seen else { return };
        if is_over(&seen.status) {
            let Some(left) = self.epilogue.checked_sub(1) else {
                return;
            };
            self.epilogue = left;
        }
        let what = self.choose(works);
        match what {
            "wait" => {}
            "withdraw" | "join" | "answer" | "confirm" | "score" | "dispute" => {
                self.resident(town, what).await;
            }
            _ if !works => {}
            _ => self.staff(town, what, others).await,
        }
    }

    #[rustfmt::skip]
    fn choose(&mut self, works: bool) -> &'static str {
        let Some(seen) = &self.seen else { return "wait" };
        let (status, asked, verified) = (seen.status.clone(), seen.asked, seen.verified);
        let extension_asked = seen.extension_asked;
        if self.chance(2) {
            const ALL: [&str; 18] = [
                "accept", "return", "hand-over", "handle", "verify", "close", "dispatch", "reject",
                "extend", "suspend", "resume", "merge", "reopen", "urge", "ask-extension",
                "ask-resident", "refuse-extension", "reclassify",
            ];
            return ALL[self.rng.random_range(0..ALL.len())];
        }
        if asked && self.chance(if works { 25 } else { 10 }) {
            return "answer";
        }
        match status.as_str() {
            "dispatched" | "reopened" => self.one(&[
                (54, "accept"), (9, "return"), (4, "hand-over"), (6, "ask-resident"), (3, "note"),
                (3, "dispatch"), (2, "suspend"), (2, "reject"), (3, "merge"), (3, "reclassify"),
                (2, "urge"), (2, "withdraw"), (7, "join"),
            ]),
            "accepted" | "extended" if extension_asked && self.chance(60) => {
                self.one(&[(60, "extend"), (40, "refuse-extension")])
            }
            "accepted" | "extended" => self.one(&[
                (48, "handle"), (4, "hand-over"), (8, "ask-resident"), (9, "ask-extension"),
                (4, "extend"), (4, "suspend"), (2, "return"), (1, "dispatch"), (2, "reclassify"),
                (2, "merge"), (1, "reject"), (2, "urge"), (2, "withdraw"), (6, "join"), (3, "note"),
            ]),
            "handled" if verified => self.one(&[(75, "close"), (10, "score"), (5, "dispute"), (2, "reopen"), (3, "urge")]),
            "handled" => self.one(&[
                (46, "verify"), (10, "fail"), (14, "confirm"), (5, "dispute"), (3, "reopen"),
                (6, "score"), (2, "urge"), (3, "note"), (5, "join"),
            ]),
            "returned" => self.one(&[(70, "dispatch"), (8, "reject"), (8, "reclassify"), (6, "merge"), (4, "withdraw"), (4, "urge")]),
            "suspended" => self.one(&[(70, "wait"), (6, "resume"), (3, "dispatch"), (4, "withdraw"), (8, "join"), (4, "note")]),
            "closed" => self.one(&[(40, "wait"), (35, "score"), (12, "dispute"), (5, "reopen"), (3, "note")]),
            "rejected" => self.one(&[(80, "wait"), (12, "reopen"), (5, "note")]),
            _ => self.one(&[(50, "wait"), (50, "score")]),
        }
    }

    async fn resident(&mut self, town: &Town, what: &str) {
        self.said += 1;
        let key = format!("month-{}-said-{}", self.number, self.said);
        if what == "join" {
            return self.join(town, &key).await;
        }
        let there: Vec<usize> = (0..self.followers.len())
            .filter(|who| self.followers[*who].left_at.is_none())
            .collect();
        if there.is_empty() {
            return;
        }
        let who = there[self.rng.random_range(0..there.len())];
        let secret = self.followers[who].secret.clone();
        let score = self.rng.random_range(1..=5);
        let (path, body) = match what {
            "confirm" => (
                "feedback",
                json!({ "secret": secret, "resolved": true, "score": score }),
            ),
            "score" => ("feedback", json!({ "secret": secret, "score": score })),
            "withdraw" => ("withdraw", json!({ "secret": secret, "reason": "看错了" })),
            other => (
                other,
                json!({ "secret": secret, "reason": format!("第{}次说明", self.said), "photo_ids": [] }),
            ),
        };
        let url = format!("/api/v1/reports/{}/{path}", self.code);
        let answer = town.say(&key, self.followers[who].lang, &url, &body).await;
        self.seen = None;
        match (path, answer.status.as_u16()) {
            ("feedback", 200) => drop(self.scores.insert(who, score)),
            // Withdrawn for good when nobody else is there; otherwise only this one has left. A
            // request that has to be sent again finds the secret gone.
            ("withdraw", 200) if answer.body["status"] == "rejected" => {}
            ("withdraw", 200 | 403) => {
                self.followers[who].left_at = Some(town.now());
            }
            _ => {}
        }
    }

    async fn join(&mut self, town: &Town, key: &str) {
        let lang = LANGS[self.rng.random_range(0..LANGS.len())];
        let email = self
            .chance(40)
            .then(|| format!("j{}.{}@example.org", self.number, self.said));
        let mut body = json!({ "anonymous": false });
        if let Some(email) = &email {
            body["contact"] = json!({ "email": email });
        }
        let url = format!("/api/v1/reports/{}/join", self.code);
        let answer = town.say(key, lang, &url, &body).await;
        self.seen = None;
        if answer.status == 201 {
            let text = |key: &str| answer.body[key].as_str().unwrap().to_owned();
            let (joined_at, secret) = (town.now(), text("secret"));
            let follower = Follower {
                email,
                lang,
                joined_at,
                left_at: None,
                secret,
            };
            if text("code") == self.code {
                self.followers.push(follower);
            } else {
                // It was merged meanwhile: they follow the master case.
                town.strays.lock().unwrap().push((text("code"), follower));
            }
        }
    }

    /// Who would do it, by the test's own idea of whose it is.
    fn actor(&mut self, town: &Town, what: &str) -> Option<String> {
        let seen = self.seen.as_ref()?;
        let (lead, handled) = (seen.lead.clone(), seen.handled_office.clone());
        let number = self.rng.random_range(1..=2_u32);
        let coordinator = COORDINATORS[number as usize - 1].to_owned();
        Some(match what {
            "accept" | "return" | "hand-over" | "handle" | "ask-extension" | "ask-resident"
            | "note" => {
                if self.chance(2) {
                    let office = self.rng.random_range(0..OFFICES);
                    return town.handler(&town.pack.offices[office].id.clone(), number);
                }
                town.handler(&lead, number).unwrap_or(coordinator)
            }
            "verify" | "fail" | "close" => {
                let (verifier, office) = VERIFIERS[number as usize - 1];
                match (
                    self.chance(20),
                    office == Some(&handled) && !self.chance(10),
                ) {
                    (false, false) => verifier.to_owned(),
                    _ => coordinator,
                }
            }
            _ => coordinator,
        })
    }

    async fn staff(&mut self, town: &Town, what: &str, others: &[String]) {
        let Some(actor) = self.actor(town, what) else {
            return;
        };
        let Some(body) = self.body(town, what, &actor, others).await else {
            return;
        };
        let path = if what == "fail" { "verify" } else { what };
        let answer = town.act(&actor, &self.code, path, &body).await;
        if answer.status == 200 {
            self.look(&answer.body, town.now());
        } else {
            // Somebody or something was faster, or it is not lawful: look again.
            self.seen = None;
        }
    }

    async fn body(
        &mut self,
        town: &Town,
        what: &str,
        actor: &str,
        others: &[String],
    ) -> Option<Value> {
        let seen = self.seen.as_ref()?;
        let (version, lead, category) = (seen.version, seen.lead.clone(), seen.category.clone());
        let mut body = json!({ "version": version });
        let mut reason = format!("情况说明{}", self.number);
        match what {
            "accept" | "close" => return Some(body),
            "return" | "dispatch" => {
                let office = self.rng.random_range(0..OFFICES);
                body["office"] = town.pack.offices[office].id.clone().into();
                // Places outside are the coordinators', who send them on instead.
                if what == "return" && lead == "neighbour" {
                    return None;
                }
                if what == "dispatch" && self.chance(20) {
                    body["final"] = true.into();
                    reason += " final";
                }
            }
            "hand-over" => {
                let number = self.rng.random_range(1..=2);
                let colleague = town.handler(&lead, number)?;
                body["staff_id"] = town.id_of(&colleague).clone();
                return Some(body);
            }
            "note" => {
                body["public"] = self.chance(50).into();
                body["note"] = reason.into();
                return Some(body);
            }
            "handle" => {
                let seed = self.rng.random_range(0..50);
                body["photo_ids"] = json!([town.photo(actor, seed).await]);
                body["note"] = reason.into();
                return Some(body);
            }
            "verify" | "fail" => {
                body["passed"] = (what == "verify").into();
                body["note"] = reason.into();
                return Some(body);
            }
            "extend" | "ask-extension" => {
                let hours = self.rng.random_range(1..=24);
                body["hours"] = hours.into();
                reason = format!("{reason} hours={hours}");
            }
            "suspend" => {
                let until = town.now() + TimeDelta::minutes(self.rng.random_range(300..8000));
                let until = until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
                reason = format!("{reason} until={until}");
                body["until"] = until.into();
            }
            "merge" => {
                let into = &others[self.rng.random_range(0..others.len())];
                body["into"] = into.clone().into();
            }
            "reclassify" => {
                // Once at most: the desk's page shows the last routing only.
                let categories = town.pack.category_ids();
                let to = &categories[self.rng.random_range(0..categories.len())];
                if self.reclassified || *to == category {
                    return None;
                }
                body["category"] = to.clone().into();
            }
            _ => {}
        }
        body["reason"] = reason.into();
        Some(body)
    }
}

fn is_over(status: &str) -> bool {
    matches!(status, "closed" | "rejected" | "merged")
}
