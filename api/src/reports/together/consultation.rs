//! 会商 (四（二）1): several offices on one case, each with its opinion, open until decided; and joint
//! enforcement of cross-border and hazardous cases (四（四）3), of which neighbours hear by letter.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::links::{self, LinkKind, NewLink};
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::message;
use crate::reports::change::{Appended, append_noted, save_touched, times};
use crate::reports::event::EventKind;
use crate::reports::letters;
use crate::reports::model::Report;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, ConsultationId, ReportId};
use crate::text_enum;

/// Offices and neighbours in one consultation.
pub const MAX_PARTIES: usize = 20;
/// How a neighbour is named among the parties.
pub const NEIGHBOUR_PREFIX: &str = "neighbour:";

text_enum! {
    /// What a party says of the question.
    Stance {
        Agree = "agree",
        Differ = "differ",
        /// It is none of theirs.
        NoPart = "no_part",
    }
}

/// Several offices on one case.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Consultation {
    pub id: ConsultationId,
    pub report_id: ReportId,
    pub joint: bool,
    pub question: String,
    pub opinions_by: DateTime<Utc>,
    pub opened_at: DateTime<Utc>,
    pub opened_by: AccountId,
    pub decision: Option<String>,
    pub minutes: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<AccountId>,
}

/// What one party says; nothing yet while `stance` is none.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Opinion {
    pub consultation_id: ConsultationId,
    pub party: String,
    pub stance: Option<Stance>,
    pub opinion: Option<String>,
    pub given_at: Option<DateTime<Utc>>,
    pub given_by: Option<AccountId>,
}

/// A consultation to be opened.
#[derive(Clone, Debug)]
pub struct NewConsultation {
    pub question: String,
    pub joint: bool,
    pub offices: BTreeSet<String>,
    /// Codes of neighbouring districts.
    pub neighbours: BTreeSet<String>,
    /// Working hours for the opinions; the pack's unless said.
    pub hours: Option<u32>,
}

/// Opens a consultation: every office is brought into the case and told, every neighbour gets a
/// letter with a link of its own.
///
/// # Errors
/// 409 when the case is over or a consultation is open already.
pub async fn open(
    app: &App,
    tx: &mut Tx,
    mut report: Report,
    new: NewConsultation,
    account: &Account,
) -> Result<Report> {
    let now = app.clock.now();
    if report.status.is_over() {
        return Err(Error::Conflict(message!(
            "案件已经办结，不能再会商。",
            "The case is over: there is nothing to consult on.",
            "사건이 종결되어 협의할 수 없습니다."
        )));
    }
    if store::open_consultation_in(tx, report.id).await?.is_some() {
        return Err(still_open());
    }
    let times = times(app);
    let hours = new.hours.map_or(times.follow_up.opinion_hours, i64::from);
    let consultation = Consultation {
        id: ConsultationId(app.random.uuid(now)),
        report_id: report.id,
        joint: new.joint,
        question: new.question.clone(),
        opinions_by: times.calendar.add_working_minutes(now, hours * 60),
        opened_at: now,
        opened_by: account.id,
        decision: None,
        minutes: None,
        decided_at: None,
        decided_by: None,
    };
    store::insert_consultation(tx, &consultation).await?;
    append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::ConsultationOpened,
            note: Some(new.question.clone()),
            target: None,
            account: Some(account),
        },
    )
    .await?;
    let part = if new.joint { "联合执法" } else { "会商" };
    for office in &new.offices {
        store::insert_party(tx, consultation.id, office).await?;
        report.bring_in(office);
        letters::to_office(app, tx, &report, office, part).await?;
    }
    for code in &new.neighbours {
        tell_neighbour(app, tx, &report, &consultation, code, account).await?;
    }
    save_touched(app, tx, report).await
}

async fn tell_neighbour(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    consultation: &Consultation,
    code: &str,
    account: &Account,
) -> Result<()> {
    let party = format!("{NEIGHBOUR_PREFIX}{code}");
    store::insert_party(tx, consultation.id, &party).await?;
    let neighbour = app.pack.neighbour(code);
    let name = neighbour.map_or(code, |neighbour| &neighbour.name.zh);
    let new = NewLink {
        kind: LinkKind::Neighbour,
        consultation: Some(consultation.id),
        holder: party,
        task: consultation.question.clone(),
        days: links::NEIGHBOUR_DAYS,
    };
    let made = links::make(app, tx, report, new, account).await?;
    let email = neighbour.and_then(|neighbour| neighbour.email.clone());
    if let Some(to) = email {
        letters::to_neighbour(app, tx, report, consultation, &made.url, to).await?;
    }
    append_noted(
        app,
        tx,
        report,
        Appended {
            kind: EventKind::NeighbourTold,
            note: None,
            target: Some(name.to_owned()),
            account: Some(account),
        },
    )
    .await?;
    Ok(())
}

/// A case under consultation is neither handled, closed nor rejected.
pub fn still_open() -> Error {
    Error::Conflict(message!(
        "会商还没有作出决定。",
        "The consultation has not decided yet.",
        "협의가 아직 결정되지 않았습니다."
    ))
}

/// A party gives or corrects its opinion.
///
/// # Errors
/// 403 for who was not asked, 404 and 409 for a consultation that is not open.
pub async fn give_opinion(
    app: &App,
    tx: &mut Tx,
    report: Report,
    id: ConsultationId,
    party: &str,
    (stance, opinion): (Stance, String),
    account: Option<&Account>,
) -> Result<Report> {
    let consultation = find_open(tx, &report, id).await?;
    let given = Opinion {
        consultation_id: consultation.id,
        party: party.to_owned(),
        stance: Some(stance),
        opinion: Some(opinion.clone()),
        given_at: Some(app.clock.now()),
        given_by: account.map(|account| account.id),
    };
    if !store::save_opinion(tx, &given).await? {
        return Err(Error::Forbidden(message!(
            "这次会商没有请您的部门提意见。",
            "Your office was not asked in this consultation.",
            "이 협의에 귀 부서는 포함되어 있지 않습니다."
        )));
    }
    append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::OpinionGiven,
            note: Some(opinion),
            target: None,
            account,
        },
    )
    .await?;
    save_touched(app, tx, report).await
}

async fn find_open(tx: &mut Tx, report: &Report, id: ConsultationId) -> Result<Consultation> {
    match store::open_consultation_in(tx, report.id).await? {
        Some(consultation) if consultation.id == id => Ok(consultation),
        _ => Err(Error::Conflict(message!(
            "没有这次会商，或已经作出决定。",
            "There is no such consultation, or it has decided.",
            "해당 협의가 없거나 이미 결정되었습니다."
        ))),
    }
}

/// Decides, with minutes. Everybody has been heard, or has had the time for it.
///
/// # Errors
/// 409 while opinions are out and their time is not over, and for a consultation that is not open.
pub async fn decide(
    app: &App,
    tx: &mut Tx,
    report: Report,
    id: ConsultationId,
    (decision, minutes): (String, Option<String>),
    account: &Account,
) -> Result<Report> {
    let now = app.clock.now();
    let consultation = find_open(tx, &report, id).await?;
    let waiting = store::opinions_in(tx, consultation.id)
        .await?
        .iter()
        .filter(|opinion| opinion.stance.is_none())
        .count();
    if waiting > 0 && now < consultation.opinions_by {
        return Err(Error::Conflict(message!(
            "还有 {waiting} 个部门没有提意见，期限也没到。",
            "{waiting} parties have not given their opinion, and still have time to.",
            "아직 {waiting}개 부서가 의견을 내지 않았고 기한이 남아 있습니다."
        )));
    }
    store::decide(tx, id, &decision, minutes.as_deref(), account.id, now).await?;
    append_noted(
        app,
        tx,
        &report,
        Appended {
            kind: EventKind::ConsultationDecided,
            note: Some(decision),
            target: None,
            account: Some(account),
        },
    )
    .await?;
    letters::to_offices(app, tx, &report).await?;
    save_touched(app, tx, report).await
}

/// Reminds offices whose opinion is out when its time is over, once, and gives how many.
///
/// # Errors
/// When the database fails.
pub async fn remind_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut reminded = 0;
    for consultation in store::to_remind(&app.db, now).await? {
        let mut tx = app.db.begin().await?;
        if !store::mark_reminded(&mut tx, consultation.id, now).await? {
            continue;
        }
        let report =
            crate::reports::store::by_id_for_change(&mut tx, consultation.report_id).await?;
        let Some(report) = report else { continue };
        for opinion in store::opinions_in(&mut tx, consultation.id).await? {
            if opinion.stance.is_none() && !opinion.party.starts_with(NEIGHBOUR_PREFIX) {
                letters::to_office(app, &mut tx, &report, &opinion.party, "会商意见到期未提")
                    .await?;
                reminded += 1;
            }
        }
        tx.commit().await?;
    }
    if reminded > 0 {
        app.outbox_bell.notify_one();
    }
    Ok(reminded)
}
