//! The raw history of a case as the desk shows it at the end, and what it says of the case at each step.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::pack::Pack;

/// One step of a history.
#[derive(Clone, Debug)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub status: String,
    pub note: String,
    pub text: String,
    /// The office of whoever did it.
    pub office: Option<String>,
    /// The member of staff who did it.
    pub actor: Option<String>,
    pub public: bool,
}

/// A case at the end.
pub struct Record {
    pub code: String,
    pub category: String,
    pub lead: String,
    pub township: String,
    pub place: (f64, f64),
    pub created_at: DateTime<Utc>,
    /// The routing of the last category.
    pub routing: Value,
    pub assisting: BTreeSet<String>,
    pub reporters: i64,
    pub view: Value,
    pub events: Vec<Event>,
}

impl Event {
    /// The case that a merger names.
    pub fn code_in_text(&self) -> String {
        self.text.chars().filter(char::is_ascii_digit).collect()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub fn time(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str().map(|text| text.parse().unwrap())
}

pub fn ids(list: &Value) -> BTreeSet<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["id"]))
        .collect()
}

impl Record {
    pub fn of(mut view: Value) -> Self {
        let some = |value: &Value| value.as_str().map(str::to_owned);
        let events = view["history"].as_array().unwrap().iter();
        let events = events
            .map(|event| Event {
                at: time(&event["at"]).unwrap(),
                kind: text(&event["kind"]),
                status: text(&event["status"]),
                note: text(&event["note"]),
                text: text(&event["text"]),
                office: some(&event["office"]["id"]),
                actor: some(&event["actor"]),
                public: event["public"] == true,
            })
            .collect();
        for bulky in ["history", "photos", "similar", "actions", "description"] {
            view[bulky] = Value::Null;
        }
        Self {
            code: text(&view["code"]),
            category: text(&view["category"]["id"]),
            lead: text(&view["lead"]["id"]),
            township: text(&view["township"]["code"]),
            place: (
                view["location"]["lng"].as_f64().unwrap(),
                view["location"]["lat"].as_f64().unwrap(),
            ),
            created_at: time(&view["created_at"]).unwrap(),
            routing: view["routing"].clone(),
            assisting: ids(&view["assisting"]),
            reporters: view["reporters"].as_i64().unwrap(),
            events,
            view,
        }
    }
}

/// What the history up to some step says of the case.
#[derive(Clone, Debug)]
pub struct State {
    pub status: String,
    pub category: String,
    pub routing: Value,
    pub lead: String,
    pub assisting: BTreeSet<String>,
    pub returns: usize,
    pub decided_for_good: bool,
    pub extensions: usize,
    pub extension_asked: bool,
    pub asked: bool,
    /// By whom and which office it was handled last.
    pub handled: Option<(String, String)>,
    pub verified: bool,
    pub closed_at: Option<DateTime<Utc>>,
    pub suspended_until: Option<DateTime<Utc>>,
    pub rung: usize,
    pub reporters: i64,
}

/// `hours=8` in a reason, in which the month's people write the figures they send.
pub fn said<'a>(note: &'a str, key: &str) -> Option<&'a str> {
    note.split(' ')
        .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
}

/// The name of the office that a step names last.
fn office_named(pack: &Pack, event: &Event) -> String {
    let name = ["建议转给", "已派给"]
        .iter()
        .find_map(|words| Some(event.text.split_once(words)?.1))
        .unwrap_or_else(|| panic!("no office in {}", event.text));
    let office = pack.offices.iter().find(|office| office.name == name);
    office
        .unwrap_or_else(|| panic!("no office is called {name}"))
        .id
        .clone()
}

impl State {
    /// As it is filed, before anything is written in its history.
    pub fn filed(category: &str, routing: &Value) -> Self {
        Self {
            status: "received".into(),
            category: category.into(),
            routing: routing.clone(),
            lead: text(&routing["lead"]["id"]),
            assisting: ids(&routing["assisting"]),
            returns: 0,
            decided_for_good: false,
            extensions: 0,
            extension_asked: false,
            asked: false,
            handled: None,
            verified: false,
            closed_at: None,
            suspended_until: None,
            rung: 0,
            reporters: 1,
        }
    }

    pub fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "closed" | "rejected" | "merged")
    }

    fn move_to(&mut self, office: String) {
        self.assisting.remove(&office);
        self.lead = office;
    }

    /// The state after a step, taken as the history tells it.
    pub fn follow(&mut self, pack: &Pack, event: &Event, record: &Record) {
        let before = std::mem::replace(&mut self.status, event.status.clone());
        match event.kind.as_str() {
            "dispatched" if event.actor.is_some() => {
                self.decided_for_good = self.returns >= 2 || event.note.ends_with(" final");
                self.move_to(office_named(pack, event));
            }
            "returned" => {
                self.returns += 1;
                if self.returns == 1 {
                    self.move_to(office_named(pack, event));
                }
            }
            "reclassified" => {
                self.category.clone_from(&record.category);
                self.routing = record.routing.clone();
                self.assisting = ids(&record.routing["assisting"]);
                self.move_to(text(&record.routing["lead"]["id"]));
                self.returns = 0;
                self.decided_for_good = false;
            }
            "handled" => {
                self.handled = Some((event.actor.clone().unwrap(), self.lead.clone()));
                self.verified = false;
            }
            "verified" | "confirmed" => self.verified = true,
            "verification_failed" | "disputed" | "reopened" => {
                self.verified = false;
                self.closed_at = None;
            }
            "closed" => self.closed_at = Some(event.at),
            "extended" => {
                self.extensions += 1;
                self.extension_asked = false;
            }
            "extension_asked" => self.extension_asked = true,
            "extension_refused" => self.extension_asked = false,
            "suspended" => {
                let until = said(&event.note, "until").unwrap();
                self.suspended_until = Some(until.parse().unwrap());
            }
            "resident_asked" => self.asked = true,
            "resident_answered" | "answer_lapsed" => self.asked = false,
            "joined" => self.reporters += 1,
            "left" => self.reporters -= 1,
            _ => {}
        }
        let started = matches!(
            event.kind.as_str(),
            "dispatched" | "returned" | "reclassified" | "reopened" | "disputed"
        );
        let dealt_with = matches!(self.status.as_str(), "accepted" | "extended");
        if started || (before != self.status && !dealt_with) {
            self.extension_asked = false;
            // A question ends where the case moves on; taking the case on is no answer.
            self.asked = false;
        }
        if before == "suspended" && self.status != "suspended" {
            self.suspended_until = None;
        }
    }
}
