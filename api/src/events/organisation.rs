//! Applying, deciding, members and invitations: load, decide, save, answer.

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{self, events};
use super::letters;
use super::model::{Invitation, MemberRole, Organisation, OrganisationState};
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, InvitationId, OrganisationId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::message::Message;
use crate::shared::phone::Phone;
use crate::shared::screening::{self, Decision, Ruling, Subject, SubjectKind, Submitted};
use crate::shared::secret::{new_secret, secret_hash};
use crate::shared::words::tidy;
use axum::http::StatusCode;

const MAX_NAME: usize = 60;
const MAX_INTRO: usize = 2_000;
const MAX_NOTE: usize = 300;
const MAX_OPEN_APPLICATIONS: i64 = 5;
/// Members one link may make.
const MAX_USES: i64 = 50;

/// Whom the office and the organisers reach; never public.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationContact {
    /// At most 40 characters.
    pub name: String,
    /// A mobile or landline number.
    pub phone: String,
    #[serde(default)]
    pub email: Option<String>,
}

/// An application.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// Id of a kind of the pack.
    pub kind: String,
    /// 2 to 60 characters.
    pub name: String,
    /// Code of the township.
    pub township: String,
    #[serde(default)]
    pub community: Option<String>,
    pub contact: OrganisationContact,
    /// At most 2,000 characters.
    #[serde(default)]
    pub intro: String,
}

/// What is absent stays.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrganisation {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub intro: Option<String>,
    #[serde(default)]
    pub contact: Option<OrganisationContact>,
}

/// What was made, and whether it may be seen.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct MadeOrganisation {
    pub id: OrganisationId,
    pub state: OrganisationState,
    pub moderation: Ruling,
}

type Errors = Vec<(String, Message)>;

pub fn place(app: &App, township: &str, community: Option<&str>, errors: &mut Errors) {
    if app.pack.township(township).is_none() {
        errors.push((
            "township".into(),
            message!(
                "没有这个镇（街）。",
                "There is no such township.",
                "이러한 읍·면·가두가 없습니다."
            ),
        ));
    }
    if let Some(code) = community
        && app
            .pack
            .community(code)
            .is_none_or(|(known, _)| known.code != township)
    {
        errors.push((
            "community".into(),
            message!(
                "这个镇（街）没有这个村（社区）。",
                "This township has no such community or village.",
                "해당 읍·면에 이 마을(사회구역)이 없습니다."
            ),
        ));
    }
}

/// Text of so many characters, tidied.
pub fn words(
    field: &str,
    text: &str,
    length: std::ops::RangeInclusive<usize>,
    errors: &mut Errors,
) -> String {
    let tidied = tidy(text);
    let (least, most) = (*length.start(), *length.end());
    if !length.contains(&tidied.chars().count()) {
        errors.push((
            field.into(),
            message!(
                "{least} 到 {most} 个字。",
                "{least} to {most} characters.",
                "{least}~{most}자로 적어 주세요."
            ),
        ));
    }
    tidied
}

fn contact(
    given: &OrganisationContact,
    errors: &mut Errors,
) -> Option<(String, Phone, Option<String>)> {
    let name = words("contact.name", &given.name, 1..=40, errors);
    let phone = given.phone.parse::<Phone>();
    if phone.is_err() {
        errors.push((
            "contact.phone".into(),
            message!(
                "电话号码格式不对。",
                "This is not a phone number.",
                "전화번호 형식이 잘못되었습니다."
            ),
        ));
    }
    let email = email("contact.email", given.email.as_deref(), errors);
    Some((name, phone.ok()?, email))
}

pub fn email(field: &str, given: Option<&str>, errors: &mut Errors) -> Option<String> {
    let email = given.map(str::trim).filter(|email| !email.is_empty())?;
    if email.parse::<lettre::Address>().is_err() {
        errors.push((
            field.into(),
            message!(
                "邮箱地址格式不对。",
                "This is not an e-mail address.",
                "이메일 주소 형식이 잘못되었습니다."
            ),
        ));
    }
    Some(email.to_owned())
}

async fn screen(
    app: &App,
    tx: &mut Tx,
    organisation: &Organisation,
    author: AccountId,
    lang: Lang,
) -> Result<Ruling> {
    screening::submit(
        app,
        tx,
        Submitted {
            subject: Subject::new(SubjectKind::Organisation, organisation.id.0),
            author: Some(author),
            title: &organisation.name,
            text: &organisation.intro,
            price: None,
            photos: &[],
            place: Some(&organisation.township),
            lang,
        },
    )
    .await
}

/// # Errors
/// 422 for what is wrong, 409 with too many applications open.
pub async fn apply(
    app: &App,
    new: NewOrganisation,
    by: &Account,
    lang: Lang,
    key: &IdempotencyKey,
    body_hash: [u8; 32],
) -> Result<(StatusCode, MadeOrganisation)> {
    let events = events(app)?;
    let mut errors = Errors::new();
    let kind = events.organisation(&new.kind);
    if kind.is_none() {
        errors.push((
            "kind".into(),
            message!(
                "没有这种组织。",
                "There is no such kind of organisation.",
                "이러한 단체 종류가 없습니다."
            ),
        ));
    }
    let name = words("name", &new.name, 2..=MAX_NAME, &mut errors).replace('\n', " ");
    let intro = words("intro", &new.intro, 0..=MAX_INTRO, &mut errors);
    let community = new.community.filter(|code| !code.is_empty());
    place(app, &new.township, community.as_deref(), &mut errors);
    let contact = contact(&new.contact, &mut errors);
    let (Some(kind), Some(contact), true) = (kind, contact, errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, body_hash, now).await? {
        return Ok((status, answer));
    }
    if store::open_applications(&mut tx, by.id).await? >= MAX_OPEN_APPLICATIONS {
        return Err(Error::Conflict(message!(
            "您已有 {MAX_OPEN_APPLICATIONS} 个申请在等审批。",
            "You have {MAX_OPEN_APPLICATIONS} applications waiting already.",
            "이미 {MAX_OPEN_APPLICATIONS}건의 신청이 심사 중입니다."
        )));
    }
    let mut organisation = Organisation {
        id: OrganisationId(app.random.uuid(now)),
        kind: kind.id.clone(),
        name,
        intro,
        office: kind.office(&new.township),
        township: new.township,
        community,
        state: OrganisationState::Applied,
        moderation: Decision::Hold,
        applicant: by.id,
        contact_name: contact.0,
        contact_phone: contact.1,
        contact_email: contact.2,
        lang: lang.tag().to_owned(),
        decided_at: None,
        decision_note: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let moderation = screen(app, &mut tx, &organisation, by.id, lang).await?;
    organisation.moderation = moderation.decision;
    store::insert_organisation(&mut tx, &organisation).await?;
    let made = MadeOrganisation {
        id: organisation.id,
        state: organisation.state,
        moderation,
    };
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    tracing::info!(organisation = %organisation.id, "A {} applies, office {}", organisation.kind, organisation.office);
    Ok((StatusCode::CREATED, made))
}

fn changed() -> Error {
    Error::Conflict(message!(
        "刚刚有了变化，请刷新后再试。",
        "It has just changed: reload and try again.",
        "방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
    ))
}

/// Changes words or contact; a refused application is handed in again by it.
pub async fn change(
    app: &App,
    mut organisation: Organisation,
    body: ChangeOrganisation,
    by: &Account,
    lang: Lang,
) -> Result<Option<Ruling>> {
    let waits = organisation.state != OrganisationState::Approved;
    if !(waits && organisation.applicant == by.id) {
        access::require(app, organisation.id, by.id, access::ORGANISERS).await?;
    }
    let mut errors = Errors::new();
    let before = (organisation.name.clone(), organisation.intro.clone());
    if let Some(name) = &body.name {
        organisation.name = words("name", name, 2..=MAX_NAME, &mut errors).replace('\n', " ");
    }
    if let Some(intro) = &body.intro {
        organisation.intro = words("intro", intro, 0..=MAX_INTRO, &mut errors);
    }
    if let Some(given) = &body.contact
        && let Some((name, phone, email)) = contact(given, &mut errors)
    {
        organisation.contact_name = name;
        organisation.contact_phone = phone;
        organisation.contact_email = email;
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let now = app.clock.now();
    organisation.updated_at = now;
    if organisation.state == OrganisationState::Refused {
        organisation.state = OrganisationState::Applied;
        (organisation.decided_at, organisation.decision_note) = (None, None);
    }
    let mut tx = app.db.begin().await?;
    let mut ruling = None;
    if before != (organisation.name.clone(), organisation.intro.clone()) {
        let given = screen(app, &mut tx, &organisation, by.id, lang).await?;
        organisation.moderation = given.decision;
        ruling = Some(given);
    }
    if !store::save_organisation(&mut tx, &organisation, None).await? {
        return Err(changed());
    }
    tx.commit().await?;
    Ok(ruling)
}

/// What the office says.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideOrganisation {
    pub approve: bool,
    /// Needed to refuse; at most 300 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// As read.
    pub version: i64,
}

/// # Errors
/// 403 for another office, 409 when somebody decided before.
pub async fn decide(
    app: &App,
    mut organisation: Organisation,
    body: DecideOrganisation,
    by: &Account,
) -> Result<()> {
    if !access::decides(by, &organisation) {
        return Err(Error::Forbidden(message!(
            "由负责的部门或所在镇（街）审批。",
            "The responsible office or the township decides.",
            "담당 부서 또는 소재 읍·면이 결정합니다."
        )));
    }
    let note = body
        .note
        .as_deref()
        .map(tidy)
        .filter(|note| !note.is_empty());
    let sound = note
        .as_ref()
        .map_or(body.approve, |note| note.chars().count() <= MAX_NOTE);
    if !sound {
        return Err(Error::field(
            "note",
            message!(
                "不通过请写明原因，最多 {MAX_NOTE} 字。",
                "Say why it is refused, in at most {MAX_NOTE} characters.",
                "거부 이유를 {MAX_NOTE}자 이내로 적어 주세요."
            ),
        ));
    }
    if organisation.state != OrganisationState::Applied || organisation.version != body.version {
        return Err(changed());
    }
    let now = app.clock.now();
    organisation.state = if body.approve {
        OrganisationState::Approved
    } else {
        OrganisationState::Refused
    };
    organisation.decided_at = Some(now);
    organisation.decision_note = note;
    organisation.updated_at = now;
    let mut tx = app.db.begin().await?;
    if !store::save_organisation(&mut tx, &organisation, Some(by.id)).await? {
        return Err(changed());
    }
    if body.approve {
        let (id, applicant) = (organisation.id, organisation.applicant);
        store::put_member(&mut tx, id, applicant, MemberRole::Organiser, now).await?;
    }
    letters::decided(app, &mut tx, &organisation).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(organisation = %organisation.id, "Organisation {}", organisation.state.as_str());
    Ok(())
}

/// A link to be given to future members.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    pub role: MemberRole,
    /// How many people it is for, 1 to 50.
    #[serde(default = "one")]
    pub uses: i64,
}

fn one() -> i64 {
    1
}

/// The link, given once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct MadeInvitation {
    pub id: InvitationId,
    pub token: String,
    /// Relative to the root.
    pub url: String,
    pub expires_at: DateTime<chrono::Utc>,
}

pub async fn invite(
    app: &App,
    organisation: &Organisation,
    body: NewInvitation,
    by: &Account,
    key: &IdempotencyKey,
    body_hash: [u8; 32],
) -> Result<(StatusCode, MadeInvitation)> {
    access::require(app, organisation.id, by.id, access::ORGANISERS).await?;
    if !(1..=MAX_USES).contains(&body.uses) {
        return Err(Error::field(
            "uses",
            message!(
                "1 到 {MAX_USES} 人。",
                "Between 1 and {MAX_USES}.",
                "1~{MAX_USES}명입니다."
            ),
        ));
    }
    let now = app.clock.now();
    let token = new_secret(&app.random);
    let invitation = Invitation {
        id: InvitationId(app.random.uuid(now)),
        organisation_id: organisation.id,
        role: body.role,
        uses_left: body.uses,
        created_at: now,
        expires_at: now + events(app)?.invitation,
        revoked_at: None,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, body_hash, now).await? {
        return Ok((status, answer));
    }
    store::insert_invitation(&mut tx, &invitation, &secret_hash(&token), by.id).await?;
    let made = MadeInvitation {
        id: invitation.id,
        url: format!("/join/{token}"),
        token,
        expires_at: invitation.expires_at,
    };
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, made))
}

/// Makes the caller a member; who is one keeps the role they have.
///
/// # Errors
/// 404 for a link that was used up, revoked or is too old.
pub async fn join(app: &App, token: &str, by: &Account) -> Result<(OrganisationId, MemberRole)> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let invitation = store::use_invitation(&mut tx, &secret_hash(token), now)
        .await?
        .ok_or_else(|| {
            Error::NotFound(message!(
                "邀请链接无效、已用完或已过期，请向组织者要新的。",
                "This invitation is invalid, used up or too old: ask the organiser for a new one.",
                "초대 링크가 잘못되었거나 만료되었습니다. 주최자에게 새 링크를 요청하세요."
            ))
        })?;
    let id = invitation.organisation_id;
    if let Some(role) = store::member_role_in(&mut tx, id, by.id).await? {
        // Dropping the transaction gives the use back.
        return Ok((id, role));
    }
    store::put_member(&mut tx, id, by.id, invitation.role, now).await?;
    tx.commit().await?;
    Ok((id, invitation.role))
}

/// Gives a member another role, or none. The last organiser stays.
pub async fn set_member(
    app: &App,
    organisation: &Organisation,
    member: AccountId,
    role: Option<MemberRole>,
    by: &Account,
) -> Result<()> {
    // Whoever wants to leave may.
    if !(member == by.id && role.is_none()) {
        access::require(app, organisation.id, by.id, access::ORGANISERS).await?;
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::hold_organisation(&mut tx, organisation.id).await?;
    let gone = || {
        Error::NotFound(message!(
            "没有这个成员。",
            "There is no such member.",
            "이러한 구성원이 없습니다."
        ))
    };
    match role {
        None => {
            if !store::delete_member(&mut tx, organisation.id, member).await? {
                return Err(gone());
            }
        }
        Some(role) => {
            if !store::delete_member(&mut tx, organisation.id, member).await? {
                return Err(gone());
            }
            store::put_member(&mut tx, organisation.id, member, role, now).await?;
        }
    }
    if store::count_organisers(&mut tx, organisation.id).await? == 0 {
        return Err(Error::Conflict(message!(
            "至少要有一位组织者。",
            "At least one organiser must stay.",
            "주최자가 최소 한 명은 있어야 합니다."
        )));
    }
    tx.commit().await?;
    Ok(())
}
