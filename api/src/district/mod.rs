//! The district pack: the facts of one district, loaded from plain files, validated, and asked
//! where a place lies and who handles what is reported there.
//!
//! A pack that loads can always route: its last rule matches everything and ends in the township.
//! Its file formats are described in `infra/districts/jiangyuan/README.md`.

pub(crate) use crate::shared::geo;

mod build;
mod calendar;
mod check;
pub mod events;
mod explain;
pub mod figures;
mod files;
mod finding;
mod follow_up;
pub mod market;
mod moderation;
pub mod pickups;
mod places;
mod raw;
mod routing;
mod shape;
pub mod sorting;
mod text;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

pub use calendar::{Calendar, DayKind, SpecialDay};
pub use check::check;
pub use finding::{Finding, PackError, Severity};
pub use follow_up::{FollowUp, Hours};

pub use moderation::Moderation;
pub use places::{
    Accuracy, Border, Community, CommunityKind, Ground, Neighbour, Place, Township, TownshipKind,
};
pub use routing::{
    Deadline, Decision, NEIGHBOUR, NeighbourRef, OfficeRef, RouteError, RouteQuery, TownshipRef,
};
pub use shape::Shape;
pub use text::{Lang, Text, UnknownLang};

use geo::{BBox, Point};

/// An office that answers for tasks of the programme, or a township in that part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub id: String,
    pub name: Text,
    pub short: Text,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// False for offices that only fund.
    pub receives_reports: bool,
}

/// What a resident can report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub id: String,
    pub name: Text,
    /// What a resident would see or say, in one line.
    pub words: Text,
    /// An emoji.
    pub icon: String,
    pub urgent: bool,
    /// Working hours, or clock hours with `around_the_clock`.
    pub deadline_hours: u32,
    pub around_the_clock: bool,
    /// The clause it rests on, as the programme numbers it.
    pub clause: String,
    pub questions: Vec<Question>,
    /// Other words to find it by, in any language.
    pub aliases: Vec<String>,
    /// Some rule for it depends on urban or village ground.
    pub asks_ground: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub id: String,
    pub text: Text,
    pub options: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub id: String,
    pub text: Text,
}

/// A clause of the programme with the offices of its bracket, in the text's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub id: String,
    pub title: Text,
    /// Office ids, and `township` for 各镇（街）.
    pub offices: Vec<String>,
}

#[derive(Debug)]
pub struct Pack {
    pub id: String,
    /// The official code (GB/T 2260).
    pub code: String,
    pub name: Text,
    /// The title of the programme that the clauses belong to.
    pub plan: Text,
    /// 审图号, which a published map needs.
    pub map_approval_number: Option<String>,
    offices: Vec<Office>,
    township_offices: Vec<Office>,
    office_by_id: HashMap<String, OfficeAt>,
    categories: Vec<Category>,
    category_by_id: HashMap<String, usize>,
    clauses: Vec<Clause>,
    rules: Vec<routing::Rule>,
    /// For each category the rules that may apply to it, in order.
    rules_of: Vec<Vec<usize>>,
    map: places::Map,
    community_by_code: HashMap<String, (usize, usize)>,
    fallback_office: usize,
    calendar: Calendar,
    follow_up: FollowUp,
    sorting: sorting::Sorting,
    moderation: Arc<Moderation>,
    pickups: Option<pickups::Pickups>,
    market: Option<market::Market>,
    events: Option<events::Events>,
    figures: figures::Figures,
}

#[derive(Debug, Clone, Copy)]
enum OfficeAt {
    Office(usize),
    Township(usize),
}

impl Pack {
    /// The pack of 江源区 that is part of the binary.
    pub fn builtin() -> Result<Self, PackError> {
        let mut found = Vec::new();
        let files = files::Files::builtin(&mut found);
        build::load(&files, found)
    }

    /// Reads a pack from a folder. Every error is reported, each with its file and line.
    pub fn load(dir: &Path) -> Result<Self, PackError> {
        let mut found = Vec::new();
        let files = files::Files::read(dir, &mut found)?;
        build::load(&files, found)
    }

    /// The offices of `offices.toml`, without the townships.
    pub fn offices(&self) -> &[Office] {
        &self.offices
    }

    /// Each township as an office, in the order of `townships`.
    pub fn township_offices(&self) -> &[Office] {
        &self.township_offices
    }

    /// An office by id; a township is `township-<code>`.
    pub fn office(&self, id: &str) -> Option<&Office> {
        match *self.office_by_id.get(id)? {
            OfficeAt::Office(i) => self.offices.get(i),
            OfficeAt::Township(i) => self.township_offices.get(i),
        }
    }

    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    pub fn category(&self, id: &str) -> Option<&Category> {
        self.categories.get(*self.category_by_id.get(id)?)
    }

    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    pub fn townships(&self) -> &[Township] {
        &self.map.townships
    }

    pub fn township(&self, code: &str) -> Option<&Township> {
        self.map
            .townships
            .iter()
            .find(|township| township.code == code)
    }

    /// A community or village with the township that it belongs to.
    pub fn community(&self, code: &str) -> Option<(&Township, &Community)> {
        let (township, community) = *self.community_by_code.get(code)?;
        let township = self.map.townships.get(township)?;
        Some((township, township.communities.get(community)?))
    }

    pub fn outline(&self) -> &Shape {
        &self.map.outline
    }

    pub fn bbox(&self) -> BBox {
        self.map.outline.bbox()
    }

    /// Within so many metres of the border both sides are told.
    pub fn border_margin_m(&self) -> f64 {
        self.map.margin_m
    }

    pub fn neighbours(&self) -> &[Neighbour] {
        &self.map.neighbours
    }

    pub fn neighbour(&self, code: &str) -> Option<&Neighbour> {
        self.neighbours()
            .iter()
            .find(|neighbour| neighbour.code == code)
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The time of every step of a case, and who hears of it when it is late.
    pub fn follow_up(&self) -> &FollowUp {
        &self.follow_up
    }

    /// What is held or refused before it is published.
    pub fn moderation(&self) -> &Arc<Moderation> {
        &self.moderation
    }

    /// The rules of the sorting look-up.
    pub fn sorting(&self) -> &sorting::Sorting {
        &self.sorting
    }

    /// What is picked up by appointment; `None` where the district offers no pickups.
    pub fn pickups(&self) -> Option<&pickups::Pickups> {
        self.pickups.as_ref()
    }

    /// How things find a second owner; `None` where the district offers no market.
    pub fn market(&self) -> Option<&market::Market> {
        self.market.as_ref()
    }

    /// Organisations and events; `None` where the district offers none.
    pub fn events(&self) -> Option<&events::Events> {
        self.events.as_ref()
    }

    /// How figures are counted and told, and the programme's targets.
    pub fn figures(&self) -> &figures::Figures {
        &self.figures
    }

    /// What the map alone says about a point, before the resident is asked.
    pub fn locate(&self, point: Point) -> Place<'_> {
        self.map.locate(point)
    }
}

/// The office id of a township.
pub fn township_office_id(code: &str) -> String {
    format!("township-{code}")
}
