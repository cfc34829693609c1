//! From the files as written to a pack: ids are resolved, numbers are checked. Whatever refers to
//! nothing becomes a finding with its line.

mod calendar;
mod rule;

use std::collections::HashMap;
use std::sync::Arc;

use super::check;
use super::events;
use super::figures;
use super::files::{self, Files};
use super::finding::{At, Finding, PackError};
use super::geo::Point;
use super::market;
use super::pickups;
use super::places::{Accuracy, Community, Map, Neighbour, Township};
use super::raw::{Item, Raw, RawArea, RawTownship};
use super::routing::Rule;
use super::shape::Shape;
use super::{Category, Choice, Clause, Office, OfficeAt, Pack, Question, Text, township_office_id};

/// The whole way from files to a pack that can be served.
pub(crate) fn load(files: &Files, mut found: Vec<Finding>) -> Result<Pack, PackError> {
    let assembled = assemble(files, &mut found);
    if let Some((raw, pack)) = &assembled {
        check::errors(files, raw, pack, &mut found);
    }
    found.retain(Finding::is_error);
    match assembled {
        Some((_, pack)) if found.is_empty() => Ok(pack),
        _ => Err(PackError::Invalid(found)),
    }
}

/// The files and the pack made of them. Entries that refer to nothing are left out, and are
/// findings; `None` where there is too little to go on.
pub(crate) fn assemble(files: &Files, found: &mut Vec<Finding>) -> Option<(Raw, Pack)> {
    let raw = Raw::parse(files, found)?;
    let mut pack = Builder {
        files,
        raw: &raw,
        found,
    }
    .pack()?;
    let mut raw = raw;
    if let Some((raw_pickups, pickups)) = pickups::assemble(files, &pack, found) {
        raw.pickups = Some(raw_pickups);
        pack.pickups = Some(pickups);
    }
    if let Some((raw_market, market)) = market::assemble(files, found) {
        raw.market = Some(raw_market);
        pack.market = Some(market);
    }
    pack.events = events::assemble(files, &pack, found);
    pack.figures = figures::assemble(files, &pack, found);
    Some((raw, pack))
}

struct Builder<'a> {
    files: &'a Files,
    raw: &'a Raw,
    found: &'a mut Vec<Finding>,
}

impl Builder<'_> {
    fn pack(mut self) -> Option<Pack> {
        let raw = self.raw;
        let offices = self.offices();
        let office_index: HashMap<&str, usize> = offices
            .iter()
            .enumerate()
            .map(|(i, o)| (o.id.as_str(), i))
            .collect();
        let clauses = self.clauses(&office_index);
        let townships = self.townships();
        let calendar = self.calendar();
        let sorting = super::sorting::load(self.files, self.found);
        let moderation = super::moderation::load(self.files, self.found);
        let fallback_office = self.fallback(&office_index);
        let outline = self.shape(files::OUTLINE, &raw.outline);
        let neighbours = self.neighbours();
        let mut categories = self.categories(&clauses);
        let rules: Vec<Rule> = raw
            .rules
            .iter()
            .filter_map(|item| self.rule(item, &categories, &clauses, &office_index, &townships))
            .collect();
        for (i, category) in categories.iter_mut().enumerate() {
            let mut own = rules.iter().filter(|rule| rule.is_about(i));
            category.asks_ground = own.any(|rule| rule.ground.is_some());
        }
        let mut township_offices = Vec::new();
        let mut office_by_id: HashMap<String, OfficeAt> = offices
            .iter()
            .enumerate()
            .map(|(i, office)| (office.id.clone(), OfficeAt::Office(i)))
            .collect();
        let mut community_by_code = HashMap::new();
        for (i, township) in townships.iter().enumerate() {
            let id = township_office_id(&township.code);
            office_by_id.insert(id.clone(), OfficeAt::Township(i));
            township_offices.push(Office {
                email: self.raw.email_of.get(&township.code).cloned(),
                phone: None,
                id,
                name: township.name.clone(),
                short: township.name.clone(),
                receives_reports: true,
            });
            for (j, community) in township.communities.iter().enumerate() {
                community_by_code.insert(community.code.clone(), (i, j));
            }
        }
        let every_office: Vec<&Office> = offices.iter().chain(&township_offices).collect();
        let follow_up = super::follow_up::load(self.files, &categories, &every_office, self.found);
        let rules_of = (0..categories.len())
            .map(|category| {
                let own = rules
                    .iter()
                    .enumerate()
                    .filter(|(_, rule)| rule.is_about(category));
                own.map(|(i, _)| i).collect()
            })
            .collect();
        let by_id = categories
            .iter()
            .enumerate()
            .map(|(i, c)| (c.id.clone(), i))
            .collect();
        let district = &raw.district;
        let approval = district.map_approval_number.trim();
        let distances = [district.border_margin_m, district.community_wins_within_m];
        let urban = [
            district.ground.urban_within_m_of_subdistrict_seat,
            district.ground.urban_within_m_of_town_seat,
        ];
        let map = Map::new(outline?, townships, neighbours, distances, urban);
        Some(Pack {
            id: district.id.clone(),
            code: district.code.clone(),
            name: district.name.clone(),
            plan: district.plan.clone(),
            map_approval_number: (!approval.is_empty()).then(|| approval.to_owned()),
            offices,
            township_offices,
            office_by_id,
            category_by_id: by_id,
            categories,
            clauses,
            rules,
            rules_of,
            map,
            community_by_code,
            fallback_office: fallback_office?,
            calendar: calendar?,
            follow_up: follow_up?,
            sorting,
            moderation: Arc::new(moderation?),
            pickups: None,
            market: None,
            events: None,
            figures: figures::Figures::default(),
        })
    }

    fn offices(&self) -> Vec<Office> {
        let office = |item: &Item<super::raw::RawOffice>| {
            let raw = &item.value;
            Office {
                id: raw.id.clone(),
                name: raw.name.clone(),
                short: raw.short.clone(),
                email: raw.email.clone(),
                phone: raw.phone.clone(),
                receives_reports: raw.receives_reports,
            }
        };
        self.raw.offices.iter().map(office).collect()
    }

    fn clauses(&mut self, offices: &HashMap<&str, usize>) -> Vec<Clause> {
        let raw = self.raw;
        for item in &raw.clauses {
            for office in &item.value.offices {
                if office != "township" && !offices.contains_key(office.as_str()) {
                    let line = self.files.line_of_key(files::CLAUSES, item.line, "offices");
                    self.unknown(
                        files::CLAUSES,
                        line,
                        ("部门", "office"),
                        office,
                        files::OFFICES,
                    );
                }
            }
        }
        let clause = |item: &Item<super::raw::RawClause>| Clause {
            id: item.value.id.clone(),
            title: item.value.title.clone(),
            offices: item.value.offices.clone(),
        };
        raw.clauses.iter().map(clause).collect()
    }

    fn fallback(&mut self, offices: &HashMap<&str, usize>) -> Option<usize> {
        let id = &self.raw.district.fallback_office;
        let index = offices.get(id.as_str()).copied();
        if index.is_none() {
            let line = self
                .files
                .line_of_key(files::DISTRICT, 1, "fallback_office");
            self.unknown(
                files::DISTRICT,
                line,
                ("部门", "office"),
                id,
                files::OFFICES,
            );
        }
        index
    }

    fn categories(&mut self, clauses: &[Clause]) -> Vec<Category> {
        let raw = self.raw;
        for item in &raw.categories {
            let clause = &item.value.clause;
            if !clauses.iter().any(|known| known.id == *clause) {
                let line = self
                    .files
                    .line_of_key(files::CATEGORIES, item.line, "clause");
                self.unknown(
                    files::CATEGORIES,
                    line,
                    ("条款", "clause"),
                    clause,
                    files::CLAUSES,
                );
            }
        }
        let question = |raw: &super::raw::RawQuestion| Question {
            id: raw.id.clone(),
            text: raw.text.clone(),
            options: raw
                .options
                .iter()
                .map(|option| Choice {
                    id: option.id.clone(),
                    text: option.text.clone(),
                })
                .collect(),
        };
        let category = |item: &Item<super::raw::RawCategory>| {
            let raw = &item.value;
            Category {
                id: raw.id.clone(),
                name: raw.name.clone(),
                words: raw.words.clone(),
                icon: raw.icon.clone(),
                urgent: raw.urgent,
                deadline_hours: raw.deadline_hours,
                around_the_clock: raw.around_the_clock,
                clause: raw.clause.clone(),
                questions: raw.question.iter().map(question).collect(),
                aliases: raw.aliases.clone(),
                asks_ground: false,
            }
        };
        raw.categories.iter().map(category).collect()
    }

    fn townships(&mut self) -> Vec<Township> {
        let raw = self.raw;
        let mut townships: Vec<Township> = raw
            .townships
            .iter()
            .map(|item| Township {
                code: item.value.code.clone(),
                name: text(
                    &item.value.name_zh,
                    &item.value.name_en,
                    &item.value.name_ko,
                ),
                kind: item.value.kind,
                accuracy: item.value.accuracy,
                seat: self.seat(item),
                communities: Vec::new(),
                area: None,
            })
            .collect();
        for item in &raw.communities {
            let owner = townships.iter_mut().find(|t| t.code == item.value.township);
            let Some(owner) = owner else {
                let code = &item.value.township;
                let what = ("镇（街）", "township");
                self.unknown(files::COMMUNITIES, item.line, what, code, files::TOWNSHIPS);
                continue;
            };
            owner.communities.push(Community {
                code: item.value.code.clone(),
                name: text(
                    &item.value.name_zh,
                    &item.value.name_en,
                    &item.value.name_ko,
                ),
                kind: item.value.kind,
            });
        }
        for item in &raw.areas {
            let shape = self.shape(files::AREAS, item);
            let owner = townships.iter_mut().find(|t| t.code == item.value.code);
            let Some(owner) = owner else {
                let what = ("镇（街）", "township");
                self.unknown(
                    files::AREAS,
                    item.line,
                    what,
                    &item.value.code,
                    files::TOWNSHIPS,
                );
                continue;
            };
            owner.area = shape;
            // The area knows best: dropping in a surveyed file is all a district has to do.
            owner.accuracy = match item.value.accuracy.as_deref() {
                Some("surveyed") => Accuracy::Surveyed,
                _ => Accuracy::Approximate,
            };
        }
        townships
    }

    fn seat(&mut self, item: &Item<RawTownship>) -> Option<Point> {
        let at = At::line(files::TOWNSHIPS, item.line);
        let fix = (
            "写 WGS-84 的经度和纬度，两个都写或都空着",
            "write WGS-84 longitude and latitude, both or neither",
        );
        match (item.value.seat_lng, item.value.seat_lat) {
            (None, None) => None,
            (Some(lng), Some(lat)) => match Point::new(lng, lat) {
                Ok(point) => Some(point),
                Err(error) => {
                    let message = (
                        format!("驻地坐标不对：{error}"),
                        format!("bad seat: {error}"),
                    );
                    self.found.push(Finding::error("seat", at, message, fix));
                    None
                }
            },
            _ => {
                let message = ("驻地坐标只写了一半", "the seat has only one coordinate");
                self.found.push(Finding::error("seat", at, message, fix));
                None
            }
        }
    }

    fn shape(&mut self, file: &str, item: &Item<RawArea>) -> Option<Shape> {
        let shape = Shape::new(item.value.shape.clone());
        if shape.is_none() {
            self.found.push(Finding::error(
                "shape-empty",
                At::line(file, item.line),
                (
                    "图形没有面积，或坐标不在地球上",
                    "the area is empty or off the globe",
                ),
                (
                    "检查坐标，经度在前、纬度在后",
                    "check the coordinates: longitude first, then latitude",
                ),
            ));
        }
        shape
    }

    fn neighbours(&mut self) -> Vec<Neighbour> {
        let raw = self.raw;
        let mut neighbours = Vec::new();
        for code in raw.email_of.keys() {
            let township = raw.townships.iter().any(|t| t.value.code == *code);
            if !township && !raw.neighbours.iter().any(|n| n.value.code == *code) {
                let line = self
                    .files
                    .line_with(files::OFFICES, &format!("\"{code}\""))
                    .unwrap_or(1);
                let what = ("镇（街）或邻区", "township or neighbour");
                self.unknown(files::OFFICES, line, what, code, files::TOWNSHIPS);
            }
        }
        for item in &raw.neighbours {
            if let Some(area) = self.shape(files::NEIGHBOURS, item) {
                neighbours.push(Neighbour {
                    code: item.value.code.clone(),
                    name: item.value.name.clone(),
                    email: raw.email_of.get(&item.value.code).cloned(),
                    area,
                });
            }
        }
        neighbours
    }

    fn unknown(&mut self, file: &str, line: usize, what: (&str, &str), id: &str, list: &str) {
        let (zh, en) = what;
        let fix_zh = format!("改成 {list} 里有的，或在那里加上它");
        let fix_en = format!("use one from {list}, or add it there");
        self.found.push(Finding::error(
            "unknown-id",
            At::line(file, line),
            (format!("没有这个{zh}：{id}"), format!("unknown {en}: {id}")),
            (&fix_zh, &fix_en),
        ));
    }
}

fn text(zh: &str, en: &str, ko: &str) -> Text {
    let some = |words: &str| (!words.is_empty()).then(|| words.to_owned());
    Text {
        zh: zh.to_owned(),
        en: some(en),
        ko: some(ko),
    }
}
