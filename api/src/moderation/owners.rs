//! Whose each kind of subject is, and where it is looked at.

use crate::app::App;
use crate::db::Tx;
use crate::shared::error::Result;
use crate::shared::id::AccountId;
use crate::shared::screening::{Outcome, Subject, SubjectKind};
use crate::{events, market, reports};

/// Has the owner of a subject carry out what was decided.
pub async fn carry_out(app: &App, tx: &mut Tx, subject: Subject, outcome: &Outcome) -> Result<()> {
    match subject.kind {
        SubjectKind::Report | SubjectKind::Comment => {
            reports::moderated(app, tx, subject, outcome).await
        }
        SubjectKind::Listing | SubjectKind::Message | SubjectKind::Seller => {
            market::moderated(app, tx, subject, outcome).await
        }
        SubjectKind::Organisation | SubjectKind::Event => {
            events::moderated(app, tx, subject, outcome).await
        }
    }
}

/// Whether a person can have seen a subject, and so may say that it should not be there.
pub async fn may_flag(app: &App, subject: Subject, account: AccountId) -> Result<bool> {
    match subject.kind {
        SubjectKind::Listing | SubjectKind::Message | SubjectKind::Seller => {
            market::may_flag(app, subject, account).await
        }
        SubjectKind::Report
        | SubjectKind::Comment
        | SubjectKind::Organisation
        | SubjectKind::Event => Ok(true),
    }
}

/// The page of a subject, relative to the root.
pub async fn page_of(app: &App, subject: Subject) -> Result<Option<String>> {
    Ok(match subject.kind {
        SubjectKind::Report => reports::page_of_report(app, subject.id).await?,
        SubjectKind::Comment => reports::page_of_event(app, subject.id).await?,
        SubjectKind::Listing | SubjectKind::Message | SubjectKind::Seller => {
            market::page_of(app, subject).await?
        }
        SubjectKind::Organisation | SubjectKind::Event => None,
    })
}
