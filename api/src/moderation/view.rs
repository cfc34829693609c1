//! A case as its author sees it, and as the moderators do.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{self, FlagReason};
use super::store::{self, Screening};
use crate::app::App;
use crate::auth::store as accounts;
use crate::district::Lang;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, BanId, CaseId, PhotoId};
use crate::shared::money::Money;
use crate::shared::photos;
use crate::shared::screening::model::Appeal;
use crate::shared::screening::{
    Ban, Case, CaseState, Cause, Decision, KEPT_FOR, RulingReason, SubjectKind,
};

/// A photo of a submission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModerationPhoto)]
pub struct PhotoView {
    pub id: PhotoId,
    pub url: String,
    pub thumbnail_url: String,
}

/// An appeal and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppealView)]
pub struct AppealView {
    pub state: Appeal,
    pub text: String,
    pub at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why, in the words of who decided.
    pub note: Option<String>,
}

/// A case as its author sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnModerationCase)]
pub struct OwnCase {
    pub id: CaseId,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    pub state: CaseState,
    /// By the rules, or because residents flagged it.
    pub cause: Cause,
    /// What the author wrote; empty once it is no longer kept.
    pub title: String,
    pub text: String,
    /// The rules it ran into, with the law or clause each rests on.
    pub reasons: Vec<RulingReason>,
    /// What a moderator says.
    pub note: String,
    /// Refused by a person rather than by the rules.
    pub decided_by_person: bool,
    pub opened_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub appeal: Option<AppealView>,
    pub can_appeal: bool,
    /// Last moment for an appeal.
    pub appeal_until: Option<DateTime<Utc>>,
}

/// What a moderator knows of an author.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuthorHistory)]
pub struct AuthorView {
    pub id: AccountId,
    pub name: String,
    pub since: DateTime<Utc>,
    /// Of the last 90 days, by the verdict of the rules.
    pub published: i64,
    pub held: i64,
    pub refused: i64,
    /// Of all time.
    pub refused_by_people: i64,
    pub overturned: i64,
    pub bans: i64,
    pub banned_until: Option<DateTime<Utc>>,
    pub banned: bool,
}

/// A resident's flag, without who it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModerationFlag)]
pub struct FlagView {
    pub at: DateTime<Utc>,
    pub reason: FlagReason,
    pub note: String,
    /// In hundredths, by the resident's record.
    pub weight: i64,
}

/// A step in the history of a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModerationLogEntry)]
pub struct LogView {
    pub at: DateTime<Utc>,
    pub actor: Option<String>,
    /// `approved`, `refused`, `appealed`, `appeal_upheld`, `appeal_overturned`, `banned`.
    pub action: String,
    pub note: Option<String>,
}

/// A case in the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModerationCaseLine)]
pub struct CaseLine {
    pub id: CaseId,
    pub subject_kind: SubjectKind,
    pub state: CaseState,
    pub cause: Cause,
    pub appeal: Option<Appeal>,
    /// Title, or the first words.
    pub headline: String,
    /// What held it, in few words.
    pub reasons: Vec<String>,
    pub opened_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// A case as the moderators see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModerationCase)]
pub struct DeskCase {
    pub id: CaseId,
    pub version: i64,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    /// Where it is looked at, relative to the root, if it has a page.
    pub url: Option<String>,
    pub state: CaseState,
    pub cause: Cause,
    /// What the rules decided.
    pub decision: Decision,
    pub title: String,
    pub text: String,
    pub price_fen: Option<Money>,
    /// Code of the township.
    pub place: Option<String>,
    pub photos: Vec<PhotoView>,
    pub reasons: Vec<RulingReason>,
    pub note: String,
    pub edited_title: Option<String>,
    pub edited_text: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
    pub appeal: Option<AppealView>,
    /// Whether the caller may decide what is open about it.
    pub can_decide: bool,
    /// Nobody for a report filed without an account.
    pub author: Option<AuthorView>,
    pub flags: Vec<FlagView>,
    pub log: Vec<LogView>,
}

/// A ban as the desk and its account see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BanView)]
pub struct BanView {
    pub id: BanId,
    pub account: AccountId,
    pub name: String,
    pub reason: String,
    pub from_at: DateTime<Utc>,
    /// Null for good.
    pub until_at: Option<DateTime<Utc>>,
    pub in_force: bool,
    pub for_good: bool,
    /// Waits for a second person.
    pub unconfirmed: bool,
    pub made_by_you: bool,
    pub lifted_at: Option<DateTime<Utc>>,
    pub appeal: Option<AppealView>,
}

fn appeal_of(case: &Case) -> Option<AppealView> {
    Some(AppealView {
        state: case.appeal?,
        text: case.appeal_text.clone().unwrap_or_default(),
        at: case.appealed_at,
        decided_at: case.appeal_decided_at,
        note: case.appeal_note.clone(),
    })
}

async fn screening_of(app: &App, case: &Case) -> Result<Screening> {
    store::screening(&app.db, case.screening_id)
        .await?
        .ok_or_else(|| Error::internal("a case without its screening"))
}

fn reasons(screening: &Screening, lang: Lang) -> Vec<RulingReason> {
    screening
        .reasons
        .iter()
        .map(|kept| kept.view(lang))
        .collect()
}

pub async fn own_case(app: &App, case: &Case, lang: Lang) -> Result<OwnCase> {
    let screening = screening_of(app, case).await?;
    let now = app.clock.now();
    let can_appeal = model::appealed(case.clone(), case.author, "", now).is_ok();
    Ok(OwnCase {
        id: case.id,
        subject_kind: case.subject_kind,
        subject_id: case.subject_id,
        state: case.state,
        cause: case.cause,
        reasons: reasons(&screening, lang),
        title: screening.title,
        text: screening.text,
        note: case.note.clone(),
        decided_by_person: case.decided_by.is_some(),
        opened_at: case.opened_at,
        decided_at: case.decided_at,
        appeal: appeal_of(case),
        can_appeal,
        appeal_until: case
            .decided_at
            .filter(|_| can_appeal)
            .map(|at| at + model::APPEAL_WITHIN),
    })
}

pub async fn line(app: &App, case: &Case, lang: Lang) -> Result<CaseLine> {
    let screening = screening_of(app, case).await?;
    let headline = if screening.title.is_empty() {
        &screening.text
    } else {
        &screening.title
    };
    let mut names: Vec<String> = reasons(&screening, lang)
        .into_iter()
        .map(|reason| reason.message)
        .collect();
    names.dedup();
    Ok(CaseLine {
        id: case.id,
        subject_kind: case.subject_kind,
        state: case.state,
        cause: case.cause,
        appeal: case.appeal,
        headline: headline.chars().take(60).collect(),
        reasons: names,
        opened_at: case.opened_at,
        decided_at: case.decided_at,
    })
}

async fn author_view(app: &App, author: AccountId) -> Result<Option<AuthorView>> {
    let Some(account) = accounts::by_id(&app.db, author).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    let history = store::history(&app.db, author, now - KEPT_FOR).await?;
    let bans = store::bans_of(&app.db, author).await?;
    let in_force = bans.iter().find(|ban| is_in_force(ban, now));
    Ok(Some(AuthorView {
        id: author,
        name: account.name,
        since: account.created_at,
        published: history.published,
        held: history.held,
        refused: history.refused,
        refused_by_people: history.refused_by_people,
        overturned: history.overturned,
        bans: history.bans,
        banned: in_force.is_some(),
        banned_until: in_force.and_then(|ban| ban.until_at),
    }))
}

fn is_in_force(ban: &Ban, now: DateTime<Utc>) -> bool {
    ban.lifted_at.is_none() && ban.until_at.is_none_or(|until| until > now)
}

pub async fn desk_case(app: &App, case: &Case, viewer: AccountId, lang: Lang) -> Result<DeskCase> {
    let screening = screening_of(app, case).await?;
    let now = app.clock.now();
    let pictures = store::pictures(&app.db, screening.id).await?;
    let author = match case.author {
        Some(author) => author_view(app, author).await?,
        None => None,
    };
    let decided_by = match case.decided_by {
        Some(by) => accounts::by_id(&app.db, by).await?.map(|a| a.name),
        None => None,
    };
    let flags = store::flags(&app.db, case.subject()).await?;
    let log = store::log_of_case(&app.db, case.id).await?;
    let can_decide = model::decided(case.clone(), &model::Decision::Refuse, viewer, "", now)
        .is_ok()
        || model::appeal_decided(case.clone(), false, viewer, "", now).is_ok();
    Ok(DeskCase {
        id: case.id,
        version: case.version,
        subject_kind: case.subject_kind,
        subject_id: case.subject_id,
        url: super::owners::page_of(app, case.subject()).await?,
        state: case.state,
        cause: case.cause,
        decision: screening.decision,
        reasons: reasons(&screening, lang),
        title: screening.title,
        text: screening.text,
        price_fen: screening.price_fen,
        place: screening.place,
        photos: pictures
            .into_iter()
            .map(|id| PhotoView {
                id,
                url: photos::display_url(id),
                thumbnail_url: photos::thumbnail_url(id),
            })
            .collect(),
        note: case.note.clone(),
        edited_title: case.edited_title.clone(),
        edited_text: case.edited_text.clone(),
        opened_at: case.opened_at,
        decided_at: case.decided_at,
        decided_by,
        appeal: appeal_of(case),
        can_decide,
        author,
        flags: flags
            .into_iter()
            .map(|flag| FlagView {
                at: flag.at,
                reason: flag.reason,
                note: flag.note,
                weight: flag.weight,
            })
            .collect(),
        log: log
            .into_iter()
            .map(|entry| LogView {
                at: entry.at,
                actor: entry.actor,
                action: entry.action,
                note: entry.detail["note"].as_str().map(str::to_owned),
            })
            .collect(),
    })
}

pub async fn ban_view(app: &App, ban: &Ban, viewer: AccountId) -> Result<BanView> {
    let now = app.clock.now();
    let name = accounts::by_id(&app.db, ban.account)
        .await?
        .map_or_else(String::new, |account| account.name);
    let in_force = is_in_force(ban, now);
    Ok(BanView {
        id: ban.id,
        account: ban.account,
        name,
        reason: ban.reason.clone(),
        from_at: ban.from_at,
        until_at: ban.until_at,
        in_force,
        for_good: ban.for_good,
        unconfirmed: in_force && ban.for_good && ban.confirmed_at.is_none(),
        made_by_you: ban.made_by == viewer,
        lifted_at: ban.lifted_at,
        appeal: ban.appeal.map(|state| AppealView {
            state,
            text: ban.appeal_text.clone().unwrap_or_default(),
            at: ban.appealed_at,
            decided_at: ban.appeal_decided_at,
            note: ban.appeal_note.clone(),
        }),
    })
}

/// How long something took, in minutes.
pub fn minutes(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to - from).max(TimeDelta::zero()).num_minutes()
}
