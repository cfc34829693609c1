//! The figures counted anew from the raw histories, by their published definitions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::acts::Case;
use super::calendar::{Pace, local_date};
use super::pack::Pack;
use super::town::Town;
use super::walk::Walked;

/// What one report counts as.
struct Counted<'a> {
    office: &'a str,
    township: &'a str,
    category: &'a str,
    month: String,
    status: &'a str,
    in_time: bool,
    handled: bool,
    rework: bool,
    extended: bool,
    disputed: bool,
    returned_by: Option<&'a str>,
    recurred: bool,
    first_action: Option<i64>,
    close: Option<i64>,
    scores: Vec<i64>,
}

/// Metres between two places, on a sphere.
fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (east, north) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
    let half = (north / 2.0).sin().powi(2)
        + a.1.to_radians().cos() * b.1.to_radians().cos() * (east / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * half.sqrt().asin()
}

/// Places on a grid of some hundred metres, so that not everything is compared with everything.
struct Spots<'a>(BTreeMap<(i64, i64), Vec<&'a Walked>>);

#[expect(clippy::cast_possible_truncation, reason = "degrees times a thousand")]
fn cell(place: (f64, f64)) -> (i64, i64) {
    (
        (place.0 * 1000.0).floor() as i64,
        (place.1 * 1000.0).floor() as i64,
    )
}

impl<'a> Spots<'a> {
    fn of(walked: &'a [Walked]) -> Self {
        let mut spots: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for case in walked {
            spots.entry(cell(case.record.place)).or_default().push(case);
        }
        Self(spots)
    }

    /// Whether another report within 50 m was closed in the 60 days before this one came.
    fn recurs(&self, case: &Walked) -> bool {
        let came = case.record.created_at;
        let (x, y) = cell(case.record.place);
        let near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        let near = near.filter_map(|cell| self.0.get(&cell)).flatten();
        near.filter(|other| other.record.code != case.record.code)
            .filter(|other| metres(other.record.place, case.record.place) <= 50.0)
            .any(|other| {
                let closed = |event: &super::story::Event| {
                    event.kind == "closed"
                        && event.at <= came
                        && came - event.at <= chrono::TimeDelta::days(60)
                };
                other.record.created_at <= came && other.record.events.iter().any(closed)
            })
    }
}

const ACTIONS: &[&str] = &[
    "accepted",
    "returned",
    "dispatched",
    "handled",
    "extended",
    "suspended",
    "rejected",
    "merged",
];

fn counted<'a>(pack: &Pack, walked: &'a Walked, recurs: bool, scores: Vec<i64>) -> Counted<'a> {
    let record = &walked.record;
    let events = &record.events;
    let status = walked.states.last().unwrap().status.as_str();
    let any = |kind: &str| events.iter().any(|event| event.kind == kind);
    let first = |kind: &str| events.iter().position(|event| event.kind == kind);
    let minutes = |at| pack.calendar.between(Pace::Working, record.created_at, at) / 60;
    let undone = |event: &super::story::Event| {
        matches!(
            event.kind.as_str(),
            "reopened" | "disputed" | "verification_failed"
        )
    };
    let acted = events
        .iter()
        .find(|event| event.actor.is_some() && ACTIONS.contains(&event.kind.as_str()));
    let closed = events.iter().rev().find(|event| event.kind == "closed");
    let closed = closed.filter(|_| status == "closed");
    Counted {
        office: &record.lead,
        township: &record.township,
        category: &record.category,
        month: local_date(record.created_at).format("%Y-%m").to_string(),
        status,
        in_time: closed.is_some() && walked.in_time,
        handled: any("handled"),
        rework: first("handled").is_some_and(|first| events[first..].iter().any(undone)),
        extended: any("extended"),
        disputed: any("disputed"),
        returned_by: first("returned").map(|at| events[at].office.as_deref().unwrap_or_default()),
        recurred: recurs && status != "merged",
        first_action: acted.map(|event| minutes(event.at)),
        close: closed.map(|event| minutes(event.at)),
        scores,
    }
}

fn share(part: i64, whole: i64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "counts of a month")]
    let share = |part: i64, whole: i64| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0;
    if whole > 0 {
        json!(share(part, whole))
    } else {
        Value::Null
    }
}

/// The least value that at least so many percent do not exceed.
fn nearest_rank(values: &mut [i64], percent: usize) -> Value {
    values.sort_unstable();
    let enough = |at: usize| (at + 1) * 100 >= percent * values.len();
    let rank = (0..values.len()).find(|at| enough(*at));
    rank.map_or(Value::Null, |at| json!(values[at]))
}

fn time_taken(mut values: Vec<i64>) -> Value {
    let cases = values.len();
    json!({ "median": nearest_rank(&mut values, 50), "p90": nearest_rank(&mut values, 90), "cases": cases })
}

fn count(cases: &[&Counted<'_>], is: impl Fn(&Counted<'_>) -> bool) -> i64 {
    i64::try_from(cases.iter().filter(|case| is(case)).count()).unwrap()
}

/// The figures of some reports; `sent_back` where they are an office's.
fn figures(cases: &[&Counted<'_>], sent_back: Option<i64>) -> Value {
    let n = |is: &dyn Fn(&Counted<'_>) -> bool| count(cases, is);
    let (received, closed) = (n(&|_| true), n(&|c| c.status == "closed"));
    let (rejected, merged) = (n(&|c| c.status == "rejected"), n(&|c| c.status == "merged"));
    let (in_time, handled, rework) = (n(&|c| c.in_time), n(&|c| c.handled), n(&|c| c.rework));
    let (extended, disputed, recurred) =
        (n(&|c| c.extended), n(&|c| c.disputed), n(&|c| c.recurred));
    let returned = sent_back.unwrap_or_else(|| n(&|c| c.returned_by.is_some()));
    let scores: Vec<i64> = cases.iter().flat_map(|case| case.scores.clone()).collect();
    let number = i64::try_from(scores.len()).unwrap();
    let taken = |of: fn(&Counted<'_>) -> Option<i64>| {
        time_taken(cases.iter().filter_map(|c| of(c)).collect())
    };
    json!({
        "received": received, "open": received - closed - rejected - merged, "closed": closed,
        "rejected": rejected, "merged": merged, "closed_in_time": in_time, "handled": handled,
        "rework": rework, "extended": extended, "returned": returned, "disputed": disputed,
        "recurred": recurred, "first_action": taken(|c| c.first_action), "close": taken(|c| c.close),
        "satisfaction": { "average": share(scores.iter().sum(), number), "scores": number },
        "rates": {
            "closed": share(closed, received - rejected - merged),
            "closed_in_time": share(in_time, closed), "rework": share(rework, handled),
            "extended": share(extended, received),
            "returned": if sent_back.is_some() { Value::Null } else { share(returned, received) },
            "disputed": share(disputed, handled), "recurred": share(recurred, received - merged),
        },
    })
}

/// Each group with its reports.
fn groups<'a>(all: &'a [Counted<'a>], by: &str) -> BTreeMap<String, Vec<&'a Counted<'a>>> {
    let mut groups: BTreeMap<String, Vec<&Counted<'_>>> = BTreeMap::new();
    for case in all {
        let id = match by {
            "office" => case.office,
            "township" => case.township,
            "category" => case.category,
            _ => &case.month,
        };
        groups.entry(id.to_owned()).or_default().push(case);
    }
    if by == "office" {
        for office in all.iter().filter_map(|case| case.returned_by) {
            groups.entry(office.to_owned()).or_default();
        }
    }
    groups
}

struct Check<'a> {
    all: &'a [Counted<'a>],
    small: i64,
    wrong: Vec<String>,
}

impl Check<'_> {
    fn same(&mut self, what: &str, said: &Value, ours: &Value) {
        if said != ours {
            self.wrong
                .push(format!("{what}: said {said}, counted {ours}"));
        }
    }

    fn sent_back(&self, by: &str, id: &str) -> Option<i64> {
        let all: Vec<&Counted<'_>> = self.all.iter().collect();
        (by == "office").then(|| count(&all, |case| case.returned_by == Some(id)))
    }

    fn staff(&mut self, by: &str, table: &Value) {
        let all: Vec<&Counted<'_>> = self.all.iter().collect();
        self.same("complete", &table["complete"], &json!(true));
        self.same(
            &format!("total by {by}"),
            &table["total"],
            &figures(&all, None),
        );
        let mut groups = groups(self.all, by);
        for row in table["rows"].as_array().unwrap() {
            let id = row["id"].as_str().unwrap();
            let cases = groups.remove(id).unwrap_or_default();
            let ours = figures(&cases, self.sent_back(by, id));
            self.same(&format!("{by} {id}"), &row["figures"], &ours);
        }
        self.same(
            &format!("left out by {by}"),
            &json!(groups.keys().collect::<Vec<_>>()),
            &json!([]),
        );
    }

    /// Without what small counts would give away.
    fn shown(&self, mut figures: Value, satisfaction: bool) -> Value {
        for time in ["first_action", "close"] {
            if figures[time]["cases"].as_i64().unwrap() < self.small {
                figures[time]["median"] = Value::Null;
                figures[time]["p90"] = Value::Null;
            }
        }
        if !satisfaction {
            figures["satisfaction"] = json!({ "average": null, "scores": 0 });
        }
        figures
    }

    fn public(&mut self, by: &str, table: &Value) {
        let all: Vec<&Counted<'_>> = self.all.iter().collect();
        let groups = groups(self.all, by);
        let rows = table["rows"].as_array().unwrap();
        let hidden: BTreeSet<&str> = rows
            .iter()
            .filter(|row| row["figures"].is_null())
            .map(|row| row["id"].as_str().unwrap())
            .collect();
        let together: Vec<&Counted<'_>> = hidden
            .iter()
            .filter_map(|id| groups.get(*id))
            .flatten()
            .copied()
            .collect();
        // What is hidden: all that is small, never one alone, never so few that they can be told.
        let size = |cases: &[&Counted<'_>]| i64::try_from(cases.len()).unwrap();
        for (id, cases) in &groups {
            if size(cases) < self.small && !hidden.contains(id.as_str()) {
                self.wrong
                    .push(format!("{by} {id} shows {} cases", cases.len()));
            }
        }
        if !hidden.is_empty() && (hidden.len() < 2 || size(&together) < 2 * self.small - 1) {
            self.wrong
                .push(format!("too few are hidden by {by}: {hidden:?}"));
        }
        let scores =
            |cases: &[&Counted<'_>]| -> usize { cases.iter().map(|case| case.scores.len()).sum() };
        let few = |cases: &[&Counted<'_>]| {
            (1..self.small).contains(&i64::try_from(scores(cases)).unwrap())
        };
        let shown = groups
            .iter()
            .filter(|(id, _)| !hidden.contains(id.as_str()));
        let satisfaction = !shown
            .map(|(_, cases)| cases.as_slice())
            .chain([together.as_slice()])
            .any(few);
        for row in rows.iter().filter(|row| !row["figures"].is_null()) {
            let id = row["id"].as_str().unwrap();
            let ours = figures(&groups[id], self.sent_back(by, id));
            let ours = self.shown(ours, satisfaction);
            self.same(&format!("public {by} {id}"), &row["figures"], &ours);
        }
        let mut ours = figures(&together, None);
        if by == "office" {
            // What the hidden offices sent back, whoever leads it now.
            let sent = hidden
                .iter()
                .filter_map(|id| self.sent_back(by, id))
                .sum::<i64>();
            ours["returned"] = json!(sent);
            ours["rates"]["returned"] = share(sent, size(&together));
        }
        let ours = if hidden.is_empty() {
            Value::Null
        } else {
            self.shown(ours, satisfaction)
        };
        self.same(&format!("hidden by {by}"), &table["hidden"], &ours);
        let ours = self.shown(figures(&all, None), true);
        self.same(&format!("public total by {by}"), &table["total"], &ours);
    }

    fn scorecard(&mut self, card: &Value, by_office: &Value) {
        let line = |id: &Value, name: &Value, figures: &Value| {
            json!({
                "id": id, "name": name, "received": figures["received"],
                "closed": figures["rates"]["closed"],
                "closed_in_time": figures["rates"]["closed_in_time"],
                "rework": figures["rates"]["rework"], "disputed": figures["rates"]["disputed"],
                "recurred": figures["rates"]["recurred"],
                "first_action_minutes": figures["first_action"]["median"],
                "close_minutes": figures["close"]["median"],
                "satisfaction": figures["satisfaction"]["average"],
            })
        };
        // The rows of the table have been compared with the test's own count.
        let rows = by_office["rows"].as_array().unwrap().iter();
        let (shown, hidden): (Vec<&Value>, Vec<&Value>) =
            rows.partition(|row| !row["figures"].is_null());
        let shown: Vec<Value> = shown
            .iter()
            .map(|row| line(&row["id"], &row["name"], &row["figures"]))
            .collect();
        let hidden: Vec<Value> = hidden
            .iter()
            .map(|row| json!({ "id": row["id"], "name": row["name"] }))
            .collect();
        self.same("scorecard", &card["offices"], &json!(shown));
        self.same("not on the scorecard", &card["not_shown"], &json!(hidden));
        let district = line(&json!(""), &card["district"]["name"], &by_office["total"]);
        self.same("the district's card", &card["district"], &district);
    }
}

/// Compares what staff and the public read with what the histories say.
pub async fn check(town: &Town, cases: &[Case], walked: &[Walked]) -> Vec<String> {
    let spots = Spots::of(walked);
    // A score is of the work on the case that a report has been merged into.
    let mut scores: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (case, walked) in cases.iter().zip(walked) {
        let master = walked.record.view["merged_into"]
            .as_str()
            .unwrap_or(&case.code);
        scores
            .entry(master)
            .or_default()
            .extend(case.scores.values());
    }
    let all: Vec<Counted<'_>> = walked
        .iter()
        .map(|case| {
            let scores = scores
                .get(case.record.code.as_str())
                .cloned()
                .unwrap_or_default();
            counted(&town.pack, case, spots.recurs(case), scores)
        })
        .collect();
    let mut check = Check {
        all: &all,
        small: town.pack.small_count,
        wrong: Vec::new(),
    };
    town.server.count().await.unwrap();
    let mut by_office = Value::Null;
    for by in ["office", "township", "category", "month"] {
        let path = format!("/api/v1/desk/figures?from=2026-09-01&to=2026-10-31&by={by}");
        let table = town
            .get(super::town::COORDINATORS[0], &path)
            .await
            .expect(200);
        check.staff(by, &table);
        let table = town.read(&format!("/api/v1/figures?by={by}")).await;
        check.public(by, &table);
        if by == "office" {
            by_office = table;
        }
    }
    let card = town.read("/api/v1/figures/scorecard").await;
    check.scorecard(&card, &by_office);
    check.wrong
}
