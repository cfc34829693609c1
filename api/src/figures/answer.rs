//! Cells grouped into the rows of an answer, for staff and for the public.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::cells::{Cells, Key};
use super::definitions::{Definition, definitions};
use super::suppression;
use super::tally::{Figures, Satisfaction, Tally};
use super::window::Window;
use crate::app::App;
use crate::auth::Named;
use crate::district::{Lang, NEIGHBOUR};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::text_enum;

text_enum! {
    /// What figures are grouped by.
    #[schema(as = FigureGrouping)]
    By {
        Office = "office",
        Township = "township",
        Category = "category",
        Month = "month",
    }
}

impl By {
    pub fn parse(text: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|by| by.as_str() == text);
        found.copied().ok_or_else(|| {
            Error::field(
                "by",
                message!(
                    "分组须为 office、township、category 或 month。",
                    "One of office, township, category, month.",
                    "office, township, category, month 중 하나여야 합니다."
                ),
            )
        })
    }

    fn of(self, key: &Key) -> &str {
        match self {
            Self::Office => &key.office,
            Self::Township => &key.township,
            Self::Category => &key.category,
            Self::Month => &key.month,
        }
    }
}

/// A group with its figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FigureRow)]
pub struct Row {
    /// Of the office, township, category or month; empty where none is known.
    pub id: String,
    pub name: String,
    /// Null where too few cases would show.
    pub figures: Option<Figures>,
}

/// Figures with what they mean.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FigureTable)]
pub struct Table {
    #[serde(flatten)]
    pub window: Window,
    pub by: By,
    /// The office whose reports the rows are of; null for all.
    pub office: Option<Named>,
    pub rows: Vec<Row>,
    /// The rows that are not shown, together; public answers only.
    pub hidden: Option<Figures>,
    /// Of the whole district; null where too few cases would show.
    pub total: Option<Figures>,
    /// False while a long queue is still being counted: the figures lack the newest steps.
    pub complete: bool,
    /// Public figures over fewer cases are not shown; null for staff.
    pub small_count: Option<i64>,
    pub definitions: Vec<Definition>,
}

fn sum<'a>(tallies: impl Iterator<Item = &'a Tally>) -> Tally {
    let mut all = Tally::default();
    tallies.for_each(|tally| all.merge(tally));
    all
}

/// The groups, in the order of the pack or of time; of one office's reports where given.
fn groups(app: &App, cells: &Cells, by: By, office: Option<&str>) -> Vec<(String, Tally)> {
    let mut groups: BTreeMap<String, Tally> = BTreeMap::new();
    for (key, tally) in cells {
        if office.is_none_or(|office| by == By::Office || key.office == office) {
            groups
                .entry(by.of(key).to_owned())
                .or_default()
                .merge(tally);
        }
    }
    if by == By::Office {
        // What an office sent back is its own, whoever leads it now.
        let returned = sum(cells.values()).returned;
        for (id, tally) in &mut groups {
            tally.returned.clear();
            if let Some(times) = returned.get(id) {
                tally.returned.insert(id.clone(), *times);
            }
        }
        // Nothing led, yet something sent back.
        for (id, times) in returned {
            groups.entry(id.clone()).or_insert_with(|| Tally {
                returned: [(id, times)].into(),
                ..Tally::default()
            });
        }
        groups.retain(|id, _| office.is_none_or(|office| id == office));
    }
    let mut groups: Vec<(String, Tally)> = groups.into_iter().collect();
    groups.sort_by_key(|(id, _)| place(app, by, id));
    groups
}

/// Where the pack has it; what the pack does not know comes last.
fn place(app: &App, by: By, id: &str) -> (usize, String) {
    let pack = &app.pack;
    let at = match by {
        By::Office => pack
            .offices()
            .iter()
            .chain(pack.township_offices())
            .position(|office| office.id == id),
        By::Township => pack.townships().iter().position(|t| t.code == id),
        By::Category => pack.categories().iter().position(|c| c.id == id),
        By::Month => Some(0),
    };
    (at.unwrap_or(usize::MAX), id.to_owned())
}

/// The name of a group in the caller's language.
pub fn name(app: &App, by: By, id: &str, lang: Lang) -> String {
    let unknown = || {
        message!("未知", "Unknown", "알 수 없음")
            .get(lang)
            .to_owned()
    };
    let pack = &app.pack;
    let known = match by {
        By::Office if id == NEIGHBOUR => Some(
            message!("相邻区县", "Neighbouring district", "인접 구·현")
                .get(lang)
                .to_owned(),
        ),
        By::Office => pack.office(id).map(|o| o.name.get(lang).to_owned()),
        By::Township => pack.township(id).map(|t| t.name.get(lang).to_owned()),
        By::Category => pack.category(id).map(|c| c.name.get(lang).to_owned()),
        By::Month => Some(id.to_owned()),
    };
    known.unwrap_or_else(|| {
        if id.is_empty() {
            unknown()
        } else {
            id.to_owned()
        }
    })
}

/// For staff: everything, or one office's rows beside the district's sum.
pub fn for_staff(
    app: &App,
    cells: &Cells,
    window: Window,
    by: By,
    office: Option<&str>,
    lang: Lang,
) -> Table {
    let rows = groups(app, cells, by, office)
        .into_iter()
        .map(|(id, tally)| Row {
            name: name(app, by, &id, lang),
            figures: Some(tally.figures((by == By::Office).then_some(id.as_str()))),
            id,
        })
        .collect();
    Table {
        window,
        by,
        office: office.map(|id| Named {
            id: id.to_owned(),
            name: name(app, By::Office, id, lang),
        }),
        rows,
        hidden: None,
        total: Some(sum(cells.values()).figures(None)),
        complete: true,
        small_count: None,
        definitions: definitions(lang),
    }
}

/// For the public: small groups are only in the sum of what is hidden.
pub fn for_public(app: &App, cells: &Cells, window: Window, by: By, lang: Lang) -> Table {
    let threshold = app.pack.figures().small_count;
    let groups = groups(app, cells, by, None);
    let counts: Vec<i64> = groups.iter().map(|(_, tally)| tally.received).collect();
    let hide = suppression::hide(&counts, threshold);
    let mut hidden = Tally::default();
    let mut shown = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for ((id, tally), hide) in groups.into_iter().zip(&hide.groups) {
        if *hide {
            hidden.merge(&tally);
        } else {
            shown.push(tally.scores);
        }
        rows.push(Row {
            name: name(app, by, &id, lang),
            figures: (!hide).then(|| {
                let office = (by == By::Office).then_some(id.as_str());
                without_few(tally.figures(office), threshold)
            }),
            id,
        });
    }
    let any_hidden = hide.groups.contains(&true);
    let mut hidden =
        (any_hidden && !hide.total).then(|| without_few(hidden.figures(None), threshold));
    shown.extend(hidden.as_ref().map(|figures| figures.satisfaction.scores));
    // A score shown for all but one group could be subtracted from that of the district.
    if shown.iter().any(|scores| (1..threshold).contains(scores)) {
        let rows = rows.iter_mut().filter_map(|row| row.figures.as_mut());
        for figures in rows.chain(hidden.as_mut()) {
            figures.satisfaction = Satisfaction {
                average: None,
                scores: 0,
            };
        }
    }
    let total = sum(cells.values()).figures(None);
    Table {
        window,
        by,
        office: None,
        rows,
        hidden,
        total: (!hide.total).then(|| {
            let mut total = without_few(total, threshold);
            if total.satisfaction.scores < threshold {
                total.satisfaction = Satisfaction {
                    average: None,
                    scores: 0,
                };
            }
            total
        }),
        complete: true,
        small_count: Some(threshold),
        definitions: definitions(lang),
    }
}

/// A time measured on few cases is somebody's.
fn without_few(mut figures: Figures, threshold: i64) -> Figures {
    for minutes in [&mut figures.first_action, &mut figures.close] {
        if minutes.cases < threshold {
            minutes.median = None;
            minutes.p90 = None;
        }
    }
    figures
}
