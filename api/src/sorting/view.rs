//! Answers as the interface shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::live::Snapshot;
use super::search::{Answer, Hit, Index, MatchedBy, Target};
use crate::auth::Named;
use crate::district::Lang;
use crate::district::sorting::{Area, Bin, DropPoint, Kind, Lead, Route, Subclass, Thing};
use crate::shared::geo::Point;

/// What to do with a thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct SortingResult {
    /// A thing's id, or the kind's where the answer was made from the parts of the name.
    pub id: String,
    pub name: String,
    /// Null where a route replaces the bin.
    pub category: Option<Bin>,
    pub subcategory: Option<Subclass>,
    /// A way besides, or in place of, the bin.
    pub route: Option<Route>,
    pub matched_by: MatchedBy,
    /// 0 to 1; below 0.6 there are candidates instead of results.
    pub confidence: f64,
    /// The name that matched.
    pub matched: Option<String>,
    pub why: String,
    pub prepare: String,
    /// The bin, point or treatment it goes to.
    pub goes_to: String,
    /// The standard's class, the catalogue's code or the plan's clause.
    pub source: String,
    /// The day the source took effect.
    pub effective: String,
    /// Where authorities disagree: who says what.
    pub differs: Option<String>,
    /// What is particular about this thing; in Chinese.
    pub note: Option<String>,
    pub kind: Named,
    pub lead: Option<Lead>,
}

/// A thing to choose.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidate {
    pub id: String,
    pub name: String,
}

/// The answer to a query: results, or candidates to choose from, or neither.
#[derive(Debug, Serialize, ToSchema)]
pub struct SortingAnswer {
    pub query: String,
    pub area: Area,
    /// Best first. Several only where one text names several things of the same bin.
    pub results: Vec<SortingResult>,
    /// Names it may be, without their bins: not sure enough to answer.
    pub candidates: Vec<Candidate>,
}

impl SortingAnswer {
    pub fn of(
        snapshot: &Snapshot,
        query: String,
        area: Area,
        answer: &Answer,
        limit: usize,
        lang: Lang,
    ) -> Self {
        let index = &snapshot.index;
        let results = answer.hits.iter().take(limit);
        let candidates = answer.candidates.iter().take(limit);
        Self {
            query,
            area,
            results: results
                .map(|hit| SortingResult::of(index, hit, area, lang))
                .collect(),
            candidates: candidates
                .map(|at| Candidate::of(index.thing(*at), lang))
                .collect(),
        }
    }
}

impl Candidate {
    pub fn of(thing: &Thing, lang: Lang) -> Self {
        Self {
            id: thing.id.clone(),
            name: thing_name(thing, lang).to_owned(),
        }
    }
}

impl SortingResult {
    pub fn of(index: &Index, hit: &Hit, area: Area, lang: Lang) -> Self {
        let kind = index.kind(hit.kind);
        let thing = match hit.target {
            Target::Thing(at) => Some(index.thing(at)),
            Target::Kind => None,
        };
        let matched = hit.entry.map(|i| index.entry(i).written.clone());
        Self::about(
            kind,
            thing,
            hit.matched_by,
            hit.confidence,
            matched,
            area,
            lang,
        )
    }

    /// A thing or a kind that was named by its id.
    pub fn by_id(kind: &Kind, thing: Option<&Thing>, area: Area, lang: Lang) -> Self {
        Self::about(kind, thing, MatchedBy::Exact, 100, None, area, lang)
    }

    fn about(
        kind: &Kind,
        thing: Option<&Thing>,
        matched_by: MatchedBy,
        confidence: u8,
        matched: Option<String>,
        area: Area,
        lang: Lang,
    ) -> Self {
        let ruling = kind.ruling(area);
        // A state can turn a thing into another kind, of which its own note says nothing.
        let own = thing.filter(|thing| thing.kind == kind.id);
        Self {
            id: thing.map_or(&kind.id, |thing| &thing.id).clone(),
            name: thing
                .map_or_else(|| kind.name.get(lang), |thing| thing_name(thing, lang))
                .to_owned(),
            category: ruling.category,
            subcategory: ruling.subcategory,
            route: ruling.route,
            matched_by,
            confidence: f64::from(confidence) / 100.0,
            matched,
            why: ruling.why.get(lang).to_owned(),
            prepare: ruling.prepare.get(lang).to_owned(),
            goes_to: ruling.goes_to.get(lang).to_owned(),
            source: ruling.source.clone(),
            effective: ruling.effective.clone(),
            differs: kind.differs.as_ref().map(|text| text.get(lang).to_owned()),
            note: own
                .filter(|_| lang == Lang::Zh)
                .and_then(|thing| thing.note.clone()),
            kind: Named {
                id: kind.id.clone(),
                name: kind.name.get(lang).to_owned(),
            },
            lead: kind.lead,
        }
    }
}

/// A thing's usual name in a language, in Chinese where it has none.
pub fn thing_name(thing: &Thing, lang: Lang) -> &str {
    let foreign = match lang {
        Lang::Zh => None,
        Lang::En => thing.en.first(),
        Lang::Ko => thing.ko.first(),
    };
    foreign.unwrap_or(&thing.name)
}

/// A place to bring things to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointView {
    pub id: String,
    pub name: String,
    pub lng: f64,
    pub lat: f64,
    pub address: String,
    pub hours: String,
    pub bins: Vec<Bin>,
    /// Nobody on the ground has confirmed place and hours yet.
    pub provisional: bool,
    /// From the place asked about, as the crow flies.
    pub distance_m: Option<f64>,
}

/// Points that take a kind, the nearest first.
pub fn points_for(
    points: &[DropPoint],
    kind: &Kind,
    area: Area,
    from: Option<Point>,
    lang: Lang,
) -> Vec<PointView> {
    let ruling = kind.ruling(area);
    let takes = |point: &&DropPoint| {
        point.kinds.contains(&kind.id)
            || (ruling.route != Some(Route::Special)
                && ruling.category.is_some_and(|bin| point.bins.contains(&bin)))
    };
    let mut views: Vec<PointView> = points
        .iter()
        .filter(takes)
        .map(|point| PointView {
            id: point.id.clone(),
            name: point.name.get(lang).to_owned(),
            lng: point.at.lng(),
            lat: point.at.lat(),
            address: point.address.get(lang).to_owned(),
            hours: point.hours.get(lang).to_owned(),
            bins: point.bins.clone(),
            provisional: point.provisional,
            distance_m: from.map(|from| from.distance_m(point.at).round()),
        })
        .collect();
    views.sort_by(|a, b| {
        let near = |view: &PointView| view.distance_m.unwrap_or_default();
        near(a).total_cmp(&near(b))
    });
    views
}
