//! The settings of the pack, read from its files by the test itself.

use std::collections::HashMap;

use super::calendar::{Calendar, Pace};

/// Hours of a step or rung: working hours, and clock hours for urgent cases.
#[derive(Clone, Copy, Debug)]
pub struct Hours {
    working: i64,
    plain: i64,
}

impl Hours {
    fn read(value: &toml::Value) -> Self {
        Self {
            working: value["hours"].as_integer().unwrap(),
            plain: value["urgent_hours"].as_integer().unwrap(),
        }
    }

    pub fn seconds(self, pace: Pace) -> i64 {
        3600 * match pace {
            Pace::Working => self.working,
            Pace::Plain => self.plain,
        }
    }
}

/// What a case may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Decide,
    Accept,
    Handle,
    Verify,
}

impl Step {
    pub fn word(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Accept => "accept",
            Self::Handle => "handle",
            Self::Verify => "verify",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Office {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
}

pub struct Pack {
    pub calendar: Calendar,
    pub offices: Vec<Office>,
    /// Names and addresses of the districts around.
    neighbours: HashMap<String, String>,
    categories: HashMap<String, toml::Value>,
    rules: HashMap<String, toml::Value>,
    follow_up: toml::Table,
    pub small_count: i64,
}

fn file(name: &str) -> String {
    let folder = wufei_tests::services::workspace().join("infra/districts/jiangyuan");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn by_id(text: &str, key: &str) -> HashMap<String, toml::Value> {
    let table: toml::Table = text.parse().unwrap();
    let entries = table[key].as_array().unwrap().iter();
    entries
        .map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry.clone()))
        .collect()
}

fn offices(table: &toml::Table) -> Vec<Office> {
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let mut offices: Vec<Office> = table["office"]
        .as_array()
        .unwrap()
        .iter()
        .map(|office| Office {
            id: text(&office["id"]),
            name: text(&office["name"]["zh"]),
            email: office.get("email").map(text),
        })
        .collect();
    for line in file("townships.csv").lines().skip(1) {
        let line: Vec<&str> = line.split(',').collect();
        offices.push(Office {
            id: format!("township-{}", line[0]),
            name: line[1].to_owned(),
            email: table["email_of"].get(line[0]).map(text),
        });
    }
    offices
}

/// By their names in every language, as whoever reports reads them.
fn neighbours(table: &toml::Table) -> HashMap<String, String> {
    let around: serde_json::Value = serde_json::from_str(&file("neighbours.geojson")).unwrap();
    let features = around["features"].as_array().unwrap().iter();
    features
        .map(|feature| &feature["properties"])
        .flat_map(|district| {
            let email = table["email_of"][district["code"].as_str().unwrap()].as_str();
            ["name_zh", "name_en", "name_ko"].map(|name| {
                let name = district[name].as_str().unwrap();
                (name.to_owned(), email.unwrap().to_owned())
            })
        })
        .collect()
}

impl Pack {
    pub fn read() -> Self {
        let table: toml::Table = file("offices.toml").parse().unwrap();
        let figures: toml::Table = file("figures/service.toml").parse().unwrap();
        Self {
            calendar: Calendar::read(&file("calendar.toml"), &file("holidays.csv")),
            offices: offices(&table),
            neighbours: neighbours(&table),
            categories: by_id(&file("categories.toml"), "category"),
            rules: by_id(&file("routing.toml"), "rule"),
            follow_up: file("follow_up.toml").parse().unwrap(),
            small_count: figures["small_count"].as_integer().unwrap(),
        }
    }

    pub fn category_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.categories.keys().cloned().collect();
        ids.sort();
        ids
    }

    pub fn category_name(&self, category: &str) -> &str {
        self.categories[category]["name"]["zh"].as_str().unwrap()
    }

    /// The options of a category's questions: question, then its answers.
    pub fn questions(&self, category: &str) -> Vec<(String, Vec<String>)> {
        let id = |value: &toml::Value| value["id"].as_str().unwrap().to_owned();
        let questions = self.categories[category].get("question");
        let questions = questions
            .and_then(|list| list.as_array())
            .into_iter()
            .flatten();
        questions
            .map(|question| {
                let options = question["options"].as_array().unwrap().iter().map(id);
                (id(question), options.collect())
            })
            .collect()
    }

    /// How long a case of this category has by the rule that routed it, in seconds, and how they count.
    pub fn deadline(&self, category: &str, rule: &str) -> (i64, Pace) {
        let (category, rule) = (&self.categories[category], &self.rules[rule]);
        let set = |key: &str| rule.get(key).or_else(|| category.get(key));
        let plain = set("around_the_clock").is_some_and(|set| set.as_bool().unwrap());
        let pace = if plain { Pace::Plain } else { Pace::Working };
        let hours = set("deadline_hours").unwrap().as_integer().unwrap();
        (hours * 3600, pace)
    }

    /// How long a step has; dealing with a case has no time beside the case's own.
    pub fn step_seconds(&self, step: Step, category: &str, pace: Pace) -> Option<i64> {
        if step == Step::Handle {
            return None;
        }
        let own = self.follow_up["category"].as_array().unwrap().iter();
        let own = own
            .filter(|entry| entry["id"].as_str() == Some(category))
            .find_map(|entry| entry.get(step.word()));
        let hours = own.unwrap_or(&self.follow_up[step.word()]);
        Some(Hours::read(hours).seconds(pace))
    }

    /// How long after a deadline each rung of the ladder is climbed.
    pub fn ladder(&self, pace: Pace) -> [i64; 4] {
        let ladder = &self.follow_up["ladder"];
        ["urge", "supervise", "head", "lead"].map(|rung| Hours::read(&ladder[rung]).seconds(pace))
    }

    fn number(&self, key: &str) -> i64 {
        self.follow_up[key].as_integer().unwrap()
    }

    pub fn amber_percent(&self) -> i64 {
        self.number("amber_percent")
    }

    pub fn answer_seconds(&self) -> i64 {
        self.number("answer_hours") * 3600
    }

    pub fn max_extensions(&self) -> usize {
        usize::try_from(self.number("max_extensions")).unwrap()
    }

    pub fn office(&self, id: &str) -> Option<&Office> {
        self.offices.iter().find(|office| office.id == id)
    }

    /// The head of an office has an address of their own, or is written to at the office's.
    pub fn head_email(&self, office: &str) -> Option<String> {
        let own = self.follow_up["head_email"].get(office);
        own.map(|email| email.as_str().unwrap().to_owned())
            .or_else(|| self.office(office)?.email.clone())
    }

    pub fn lead_email(&self) -> String {
        self.follow_up["lead_office"]["email"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub fn neighbour_email(&self, name: &str) -> Option<&String> {
        self.neighbours.get(name)
    }
}
