//! Organisations, members and invitations.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::events::model::{Invitation, Member, MemberRole, Organisation, OrganisationState};
use crate::shared::id::{AccountId, InvitationId, OrganisationId};
use crate::shared::page::Cursor;

/// The columns of [`Organisation`], of `organisations o`.
macro_rules! organisation_columns {
    () => {
        "o.id, o.kind, o.name, o.intro, o.township, o.community, o.office, o.state, o.moderation, \
         o.applicant, o.contact_name, o.contact_phone, o.contact_email, o.lang, o.decided_at, \
         o.decision_note, o.version, o.created_at, o.updated_at"
    };
}

pub async fn insert_organisation(tx: &mut Tx, new: &Organisation) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO organisations (id, kind, name, intro, township, community, office, state,
                                    moderation, applicant, contact_name, contact_phone, contact_email,
                                    lang, ledger_position, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 1, $15, $15)",
    )
    .bind(new.id)
    .bind(new.kind.clone())
    .bind(new.name.clone())
    .bind(new.intro.clone())
    .bind(new.township.clone())
    .bind(new.community.clone())
    .bind(new.office.clone())
    .bind(new.state)
    .bind(new.moderation)
    .bind(new.applicant)
    .bind(new.contact_name.clone())
    .bind(new.contact_phone.clone())
    .bind(new.contact_email.clone())
    .bind(new.lang.clone())
    .bind(new.created_at)
    .run()
    .await
    .map(drop)
}

/// Writes what can change; false when somebody else did since it was read.
pub async fn save_organisation(
    tx: &mut Tx,
    organisation: &Organisation,
    decided_by: Option<AccountId>,
) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE organisations SET name = $3, intro = $4, state = $5, moderation = $6,
                    contact_name = $7, contact_phone = $8, contact_email = $9,
                    decided_by = COALESCE($10, decided_by), decided_at = $11, decision_note = $12,
                    updated_at = $13, version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(organisation.id)
        .bind(organisation.version)
        .bind(organisation.name.clone())
        .bind(organisation.intro.clone())
        .bind(organisation.state)
        .bind(organisation.moderation)
        .bind(organisation.contact_name.clone())
        .bind(organisation.contact_phone.clone())
        .bind(organisation.contact_email.clone())
        .bind(decided_by)
        .bind(organisation.decided_at)
        .bind(organisation.decision_note.clone())
        .bind(organisation.updated_at)
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn organisation(db: &Db, id: OrganisationId) -> Result<Option<Organisation>, DbError> {
    db.sql(concat!(
        "SELECT ",
        organisation_columns!(),
        " FROM organisations o WHERE o.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn organisation_in(
    tx: &mut Tx,
    id: OrganisationId,
) -> Result<Option<Organisation>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        organisation_columns!(),
        " FROM organisations o WHERE o.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Approved organisations that may be seen, newest first.
pub async fn public_organisations(
    db: &Db,
    township: Option<&str>,
    kind: Option<&str>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Organisation>, DbError> {
    let after = after.map(|cursor| (cursor.at, cursor.id));
    db.sql(concat!(
        "SELECT ",
        organisation_columns!(),
        " FROM organisations o
          WHERE o.state = 'approved' AND o.moderation = 'publish'
            AND ($1 IS NULL OR o.township = $1) AND ($2 IS NULL OR o.kind = $2)
            AND ($3 IS NULL OR (o.created_at, o.id) < ($3, $4))
          ORDER BY o.created_at DESC, o.id DESC LIMIT $5"
    ))
    .bind(township.map(str::to_owned))
    .bind(kind.map(str::to_owned))
    .bind(after.map(|(at, _)| at))
    .bind(after.map(|(_, id)| id))
    .bind(limit)
    .all()
    .await
}

/// For the desk, newest first: of an office or a township office, or all.
pub async fn desk_organisations(
    db: &Db,
    office: Option<&str>,
    township: Option<&str>,
    state: Option<OrganisationState>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Organisation>, DbError> {
    let after = after.map(|cursor| (cursor.at, cursor.id));
    db.sql(concat!(
        "SELECT ",
        organisation_columns!(),
        " FROM organisations o
          WHERE ($1 IS NULL OR o.office = $1 OR o.township = $2) AND ($3 IS NULL OR o.state = $3)
            AND ($4 IS NULL OR (o.created_at, o.id) < ($4, $5))
          ORDER BY o.created_at DESC, o.id DESC LIMIT $6"
    ))
    .bind(office.map(str::to_owned))
    .bind(township.map(str::to_owned))
    .bind(state)
    .bind(after.map(|(at, _)| at))
    .bind(after.map(|(_, id)| id))
    .bind(limit)
    .all()
    .await
}

/// Those an account belongs to, or applied for.
pub async fn organisations_of(db: &Db, account: AccountId) -> Result<Vec<Organisation>, DbError> {
    db.sql(concat!(
        "SELECT ",
        organisation_columns!(),
        " FROM organisations o
          WHERE o.applicant = $1
             OR EXISTS (SELECT 1 FROM organisation_members m
                        WHERE m.organisation_id = o.id AND m.account_id = $1)
          ORDER BY o.created_at DESC, o.id DESC LIMIT 200"
    ))
    .bind(account)
    .all()
    .await
}

pub async fn open_applications(tx: &mut Tx, account: AccountId) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM organisations WHERE applicant = $1 AND state = 'applied'")
        .bind(account)
        .one()
        .await?;
    Ok(count)
}

pub async fn member_role(
    db: &Db,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<MemberRole>, DbError> {
    let row: Option<(MemberRole,)> = db
        .sql("SELECT role FROM organisation_members WHERE organisation_id = $1 AND account_id = $2")
        .bind(organisation)
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(role,)| role))
}

pub async fn member_role_in(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<MemberRole>, DbError> {
    let row: Option<(MemberRole,)> = tx
        .sql("SELECT role FROM organisation_members WHERE organisation_id = $1 AND account_id = $2")
        .bind(organisation)
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(role,)| role))
}

pub async fn members(db: &Db, organisation: OrganisationId) -> Result<Vec<Member>, DbError> {
    db.sql(
        "SELECT m.account_id, a.name, m.role, m.created_at
         FROM organisation_members m JOIN accounts a ON a.id = m.account_id
         WHERE m.organisation_id = $1 ORDER BY m.created_at, m.account_id LIMIT 1000",
    )
    .bind(organisation)
    .all()
    .await
}

/// Makes somebody a member, or gives them another role.
pub async fn put_member(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
    role: MemberRole,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO organisation_members (organisation_id, account_id, role, created_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation_id, account_id) DO UPDATE SET role = $3",
    )
    .bind(organisation)
    .bind(account)
    .bind(role)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn delete_member(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<bool, DbError> {
    let gone = tx
        .sql("DELETE FROM organisation_members WHERE organisation_id = $1 AND account_id = $2")
        .bind(organisation)
        .bind(account)
        .run()
        .await?;
    Ok(gone == 1)
}

/// Organisers there are; called while the organisation's row is held.
pub async fn count_organisers(tx: &mut Tx, organisation: OrganisationId) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM organisation_members
             WHERE organisation_id = $1 AND role = 'organiser'",
        )
        .bind(organisation)
        .one()
        .await?;
    Ok(count)
}

/// Holds an organisation until the transaction ends.
pub async fn hold_organisation(tx: &mut Tx, id: OrganisationId) -> Result<bool, DbError> {
    let held = tx
        .sql("UPDATE organisations SET version = version + 1 WHERE id = $1")
        .bind(id)
        .run()
        .await?;
    Ok(held == 1)
}

pub async fn insert_invitation(
    tx: &mut Tx,
    invitation: &Invitation,
    token_hash: &[u8],
    by: AccountId,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO organisation_invitations (id, organisation_id, role, token_hash, uses_left,
                                               created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(invitation.id)
    .bind(invitation.organisation_id)
    .bind(invitation.role)
    .bind(token_hash.to_vec())
    .bind(invitation.uses_left)
    .bind(by)
    .bind(invitation.created_at)
    .bind(invitation.expires_at)
    .run()
    .await
    .map(drop)
}

pub async fn invitations(
    db: &Db,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>, DbError> {
    db.sql(
        "SELECT id, organisation_id, role, uses_left, created_at, expires_at, revoked_at
         FROM organisation_invitations
         WHERE organisation_id = $1 AND revoked_at IS NULL AND uses_left > 0 AND expires_at > $2
         ORDER BY created_at DESC LIMIT 100",
    )
    .bind(organisation)
    .bind(now)
    .all()
    .await
}

/// Takes one use of an invitation that is good.
pub async fn use_invitation(
    tx: &mut Tx,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, DbError> {
    tx.sql(
        "UPDATE organisation_invitations SET uses_left = uses_left - 1
         WHERE token_hash = $1 AND revoked_at IS NULL AND uses_left > 0 AND expires_at > $2
         RETURNING id, organisation_id, role, uses_left, created_at, expires_at, revoked_at",
    )
    .bind(token_hash.to_vec())
    .bind(now)
    .optional()
    .await
}

pub async fn revoke_invitation(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE organisation_invitations SET revoked_at = $3
             WHERE id = $1 AND organisation_id = $2 AND revoked_at IS NULL",
        )
        .bind(id)
        .bind(organisation)
        .bind(now)
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn sweep_invitations(db: &Db, before: DateTime<Utc>) -> Result<u64, DbError> {
    db.sql("DELETE FROM organisation_invitations WHERE expires_at < $1")
        .bind(before)
        .run()
        .await
}
