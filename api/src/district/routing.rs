//! Who handles a report: category × ground × answers × time, the first rule that matches wins.
//!
//! A township or community that the resident confirmed overrules the map: a community up to
//! `community_wins_within_m` outside the outline (3 km), a township up to `border_margin_m`
//! (0.7 km, the outline's own uncertainty). Farther out the neighbour wins.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::explain;
use super::geo::Point;
use super::places::{Accuracy, Border, Community, Ground, Place, Township};
use super::{Category, Pack, Text};

/// The id of the lead outside the district.
pub const NEIGHBOUR: &str = "neighbour";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Time {
    WorkingHours,
    OutsideWorkingHours,
}

/// What a resident said and where.
#[derive(Debug, Clone, Copy)]
pub struct RouteQuery<'a> {
    pub category: &'a str,
    pub point: Point,
    /// Confirmed by the resident.
    pub township: Option<&'a str>,
    /// Picked by the resident.
    pub community: Option<&'a str>,
    /// Question id to option id. A question may stay unanswered.
    pub answers: &'a BTreeMap<String, String>,
    pub at: DateTime<Utc>,
}

/// The query names something that the pack doesn't hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    #[error("unknown category {0:?}")]
    Category(String),
    #[error("category has no question {0:?}")]
    Question(String),
    #[error("question {question:?} has no option {option:?}")]
    Answer { question: String, option: String },
    #[error("unknown township {0:?}")]
    Township(String),
    #[error("unknown community {0:?}")]
    Community(String),
    #[error("community {community:?} does not belong to township {township:?}")]
    CommunityElsewhere { community: String, township: String },
    /// A checked pack never gives this: its last rule matches everything.
    #[error("no routing rule matches")]
    NoRule,
}

impl RouteError {
    /// The field of the request that is at fault.
    pub fn field(&self) -> String {
        match self {
            Self::Category(_) | Self::NoRule => "category".to_owned(),
            Self::Question(question) | Self::Answer { question, .. } => {
                format!("answers.{question}")
            }
            Self::Township(_) => "township".to_owned(),
            Self::Community(_) | Self::CommunityElsewhere { .. } => "community".to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeRef {
    pub id: String,
    pub name: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TownshipRef {
    pub code: String,
    pub name: Text,
    pub accuracy: Accuracy,
    /// By the resident, directly or through the community.
    pub confirmed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeighbourRef {
    pub code: String,
    pub name: Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub hours: u32,
    /// Clock hours, day and night; otherwise working hours.
    pub around_the_clock: bool,
}

/// A routing decision with its grounds, made to be stored with the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The id of the rule in `routing.toml`.
    pub rule: String,
    pub lead: OfficeRef,
    pub assisting: Vec<OfficeRef>,
    /// Told at once, day or night; an office may lead or assist as well.
    pub alerted: Vec<OfficeRef>,
    /// `None` outside the district.
    pub township: Option<TownshipRef>,
    pub ground: Ground,
    pub border: Border,
    /// Who is on the other side, where the place is near the border or outside.
    pub neighbour: Option<NeighbourRef>,
    pub clause: String,
    /// In words a resident understands, the most telling first.
    pub reasons: Vec<Text>,
    pub urgent: bool,
    pub deadline: Deadline,
    pub due_at: DateTime<Utc>,
}

/// Who a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// By its place in `Pack::offices`.
    Office(usize),
    /// The township of the place.
    Township,
    Neighbour,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub id: String,
    /// By place in `Pack::categories`; `None` is every category.
    pub categories: Option<Vec<usize>>,
    pub ground: Option<Ground>,
    /// Never empty. A rule that doesn't say holds inside and near the border.
    pub border: Vec<Border>,
    /// By code; empty is every township.
    pub townships: Vec<String>,
    pub answers: BTreeMap<String, Vec<String>>,
    pub time: Option<Time>,
    pub lead: Role,
    pub assist: Vec<Role>,
    pub alert: Vec<Role>,
    /// By place in `Pack::clauses`.
    pub clause: usize,
    /// From the clause's bracket, for a reason that `exception` gives.
    pub departs: bool,
    pub urgent: Option<bool>,
    pub deadline_hours: Option<u32>,
    pub around_the_clock: Option<bool>,
    pub reason: Text,
}

/// All that a rule may ask about, the category aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    pub ground: Ground,
    pub border: Border,
    pub township: Option<&'a str>,
    pub answers: &'a BTreeMap<String, String>,
    pub time: Time,
}

impl Rule {
    pub fn is_about(&self, category: usize) -> bool {
        self.categories
            .as_ref()
            .is_none_or(|some| some.contains(&category))
    }

    pub fn matches(&self, case: &Case) -> bool {
        self.ground.is_none_or(|ground| ground == case.ground)
            && self.border.contains(&case.border)
            && self.time.is_none_or(|time| time == case.time)
            && (self.townships.is_empty()
                || case
                    .township
                    .is_some_and(|code| self.townships.iter().any(|t| t == code)))
            && self.answers.iter().all(|(question, options)| {
                let answer = case.answers.get(question);
                answer.is_some_and(|answer| options.contains(answer))
            })
    }
}

/// The place after the resident's own words are taken into account.
pub(crate) struct Site<'a> {
    pub place: Place<'a>,
    pub border: Border,
    pub ground: Ground,
    pub township: Option<&'a Township>,
    pub community: Option<&'a Community>,
    pub confirmed: bool,
}

impl Pack {
    /// Decides who leads, who assists and who is told at once, and says why.
    pub fn route(&self, query: &RouteQuery) -> Result<Decision, RouteError> {
        let index = self.category_index(query.category)?;
        let category = &self.categories[index];
        check_answers(category, query.answers)?;
        let site = self.settle(query)?;
        let time = if self.calendar.is_working_time(query.at) {
            Time::WorkingHours
        } else {
            Time::OutsideWorkingHours
        };
        let case = Case {
            ground: site.ground,
            border: site.border,
            township: site.township.map(|township| township.code.as_str()),
            answers: query.answers,
            time,
        };
        let rule = self.first_rule(index, &case)?;
        // Just outside, the outline may be wrong: the office that would lead inside is told too.
        let home = if site.border == Border::Outside
            && site.place.distance_to_border_m <= self.map.margin_m
        {
            let border = Border::Near;
            Some(self.first_rule(index, &Case { border, ..case })?)
        } else {
            None
        };
        Ok(self.decide(query, category, rule, home, &site))
    }

    pub(crate) fn first_rule(&self, category: usize, case: &Case) -> Result<&Rule, RouteError> {
        let rules = self.rules_of.get(category).into_iter().flatten();
        let mut rules = rules.filter_map(|i| self.rules.get(*i));
        rules
            .find(|rule| rule.matches(case))
            .ok_or(RouteError::NoRule)
    }

    fn category_index(&self, id: &str) -> Result<usize, RouteError> {
        let index = self.category_by_id.get(id).copied();
        index.ok_or_else(|| RouteError::Category(id.to_owned()))
    }

    fn settle(&self, query: &RouteQuery) -> Result<Site<'_>, RouteError> {
        let named = match query.township {
            Some(code) => Some(
                self.township(code)
                    .ok_or_else(|| RouteError::Township(code.to_owned()))?,
            ),
            None => None,
        };
        let picked = match query.community {
            Some(code) => Some(
                self.community(code)
                    .ok_or_else(|| RouteError::Community(code.to_owned()))?,
            ),
            None => None,
        };
        if let (Some(named), Some((owner, community))) = (named, picked)
            && named.code != owner.code
        {
            return Err(RouteError::CommunityElsewhere {
                community: community.code.clone(),
                township: named.code.clone(),
            });
        }
        let place = self.map.locate(query.point);
        let reach = match (picked, named) {
            (Some(_), _) => self.map.reach_m,
            (None, Some(_)) => self.map.margin_m,
            (None, None) => 0.0,
        };
        let outside = place.border == Border::Outside;
        let wins = !outside || place.distance_to_border_m <= reach;
        let confirmed = picked.map(|(owner, _)| owner).or(named).filter(|_| wins);
        let community = picked.map(|(_, community)| community).filter(|_| wins);
        let border = if outside && confirmed.is_some() {
            Border::Near
        } else {
            place.border
        };
        Ok(Site {
            border,
            ground: community.map_or(place.ground, |community| community.kind.ground()),
            township: confirmed.or(place.township),
            community,
            confirmed: confirmed.is_some(),
            place,
        })
    }

    fn decide(
        &self,
        query: &RouteQuery,
        category: &Category,
        rule: &Rule,
        home: Option<&Rule>,
        site: &Site,
    ) -> Decision {
        let lead = self.office_ref(rule.lead, site);
        let mut assisting: Vec<OfficeRef> = Vec::with_capacity(rule.assist.len() + 2);
        let mut alerted: Vec<OfficeRef> = Vec::with_capacity(rule.alert.len() + 2);
        let add = |list: &mut Vec<OfficeRef>, role: Role, may_lead: bool| {
            let office = self.office_ref(role, site);
            if (may_lead || office.id != lead.id) && !list.iter().any(|o| o.id == office.id) {
                list.push(office);
            }
        };
        for role in &rule.assist {
            add(&mut assisting, *role, false);
        }
        for role in &rule.alert {
            add(&mut alerted, *role, true);
        }
        // Within the margin both sides are told.
        if site.border == Border::Near {
            add(&mut assisting, Role::Neighbour, false);
            add(&mut alerted, Role::Neighbour, false);
        }
        if let Some(home) = home {
            for role in [home.lead, Role::Township] {
                add(&mut assisting, role, false);
                add(&mut alerted, role, false);
            }
        }
        let deadline = Deadline {
            hours: rule.deadline_hours.unwrap_or(category.deadline_hours),
            around_the_clock: rule.around_the_clock.unwrap_or(category.around_the_clock),
        };
        let due_at = if deadline.around_the_clock {
            query.at + chrono::TimeDelta::hours(i64::from(deadline.hours))
        } else {
            self.calendar.add_working_hours(query.at, deadline.hours)
        };
        let mut decision = Decision {
            rule: rule.id.clone(),
            lead,
            assisting,
            alerted,
            township: (site.border != Border::Outside)
                .then_some(site.township)
                .flatten()
                .map(|township| TownshipRef {
                    code: township.code.clone(),
                    name: township.name.clone(),
                    accuracy: township.accuracy,
                    confirmed: site.confirmed,
                }),
            ground: site.ground,
            border: site.border,
            neighbour: site.place.neighbour.map(|neighbour| NeighbourRef {
                code: neighbour.code.clone(),
                name: neighbour.name.clone(),
            }),
            clause: self.clauses[rule.clause].id.clone(),
            reasons: Vec::new(),
            urgent: rule.urgent.unwrap_or(category.urgent),
            deadline,
            due_at,
        };
        decision.reasons = explain::reasons(self, category, rule, site, &decision);
        decision
    }

    fn office_ref(&self, role: Role, site: &Site) -> OfficeRef {
        let of = |office: &super::Office| OfficeRef {
            id: office.id.clone(),
            name: office.name.clone(),
        };
        match role {
            Role::Office(i) => of(&self.offices[i]),
            Role::Township => match site.township {
                Some(township) => OfficeRef {
                    id: super::township_office_id(&township.code),
                    name: township.name.clone(),
                },
                None => of(&self.offices[self.fallback_office]),
            },
            Role::Neighbour => OfficeRef {
                id: NEIGHBOUR.to_owned(),
                name: site
                    .place
                    .neighbour
                    .map_or_else(explain::unnamed_neighbour, |neighbour| {
                        neighbour.name.clone()
                    }),
            },
        }
    }
}

fn check_answers(
    category: &Category,
    answers: &BTreeMap<String, String>,
) -> Result<(), RouteError> {
    for (question, option) in answers {
        let known = category.questions.iter().find(|q| q.id == *question);
        let known = known.ok_or_else(|| RouteError::Question(question.clone()))?;
        if !known.options.iter().any(|o| o.id == *option) {
            return Err(RouteError::Answer {
                question: question.clone(),
                option: option.clone(),
            });
        }
    }
    Ok(())
}
