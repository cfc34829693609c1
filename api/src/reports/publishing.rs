//! What the public reads of a report: screened like everything residents write, while the case goes
//! its way whatever the verdict.

use super::event::EventKind;
use super::filing::Filer;
use super::model::Report;
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::shared::error::{Error, Result};
use crate::shared::id::{EventId, PhotoId, ReportId};
use crate::shared::photos::store as photo_store;
use crate::shared::screening::{self, Decision, Outcome, Ruling, Subject, SubjectKind, Submitted};

/// Screens a report before it is kept: its public text is emptied where a person has to look first.
///
/// What is screened is the text as the public would read it, with personal data masked.
pub async fn screen_report(
    app: &App,
    tx: &mut Tx,
    report: &mut Report,
    photos: &[PhotoId],
    filer: &Filer,
) -> Result<Ruling> {
    let ruling = submit(app, tx, report, photos, filer).await?;
    if ruling.decision != Decision::Publish {
        report.public_description.clear();
        report.text_held = true;
    }
    Ok(ruling)
}

async fn submit(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    photos: &[PhotoId],
    filer: &Filer,
) -> Result<Ruling> {
    screening::submit(
        app,
        tx,
        Submitted {
            subject: Subject::new(SubjectKind::Report, report.id.0),
            author: filer.account,
            title: &report.public_address,
            text: &report.public_description,
            price: None,
            photos,
            place: report.township.as_deref(),
            lang: filer.lang,
        },
    )
    .await
}

/// Hides the pictures that a ruling names.
pub async fn hide_pictures(
    tx: &mut Tx,
    report: ReportId,
    photos: &[PhotoId],
    ruling: &Ruling,
) -> Result<()> {
    let numbers = ruling
        .reasons
        .iter()
        .filter(|reason| reason.decision != Decision::Publish)
        .flat_map(|reason| &reason.places)
        .filter_map(|place| place.number.filter(|_| place.field == "picture"));
    for photo in numbers.filter_map(|number| photos.get(number)) {
        photo_store::set_held(tx, *photo, report, true).await?;
    }
    Ok(())
}

/// Photos that arrive after the report are compared with what was refused before.
pub async fn screen_added_photos(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    photos: &[PhotoId],
) -> Result<()> {
    let nobody = Filer {
        account: None,
        lang: Lang::Zh,
        via: None,
    };
    // A held text stays held: the new photos must not withdraw its case.
    if report.text_held {
        for photo in photos {
            photo_store::set_held(tx, *photo, report.id, true).await?;
        }
        return Ok(());
    }
    let ruling = submit(app, tx, report, photos, &nobody).await?;
    hide_pictures(tx, report.id, photos, &ruling).await
}

/// Screens what a resident writes in a step of the history; gives what the public reads of it.
pub async fn screen_note(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    event: EventId,
    note: &str,
) -> Result<Option<String>> {
    let masked = wufei_moderation::mask_personal_data(note);
    let ruling = screening::submit(
        app,
        tx,
        Submitted {
            subject: Subject::new(SubjectKind::Comment, event.0),
            author: None,
            title: "",
            text: &masked,
            price: None,
            photos: &[],
            place: report.township.as_deref(),
            lang: Lang::Zh,
        },
    )
    .await?;
    Ok((ruling.decision == Decision::Publish).then_some(masked))
}

/// Carries out what the moderators decided about a report's text and photos, or a resident's note.
///
/// # Errors
/// When the database fails.
pub async fn moderated(app: &App, tx: &mut Tx, subject: Subject, outcome: &Outcome) -> Result<()> {
    match subject.kind {
        SubjectKind::Report => report_moderated(tx, ReportId(subject.id), outcome).await,
        SubjectKind::Comment => note_moderated(app, tx, EventId(subject.id), outcome).await,
        other => Err(Error::internal(format!(
            "a report was asked about a {}",
            other.as_str()
        ))),
    }
}

async fn report_moderated(tx: &mut Tx, id: ReportId, outcome: &Outcome) -> Result<()> {
    let Some(report) = store::by_id_for_change(tx, id).await? else {
        return Ok(());
    };
    let photos = photo_store::of_report_in(tx, id).await?;
    match outcome {
        Outcome::Publish { text, .. } => {
            let text = text
                .clone()
                .unwrap_or_else(|| wufei_moderation::mask_personal_data(&report.description));
            store::set_public_text(tx, id, &text, false).await?;
        }
        Outcome::Hold | Outcome::Refuse => {
            store::set_public_text(tx, id, "", true).await?;
        }
    }
    let held = !matches!(outcome, Outcome::Publish { .. });
    for photo in photos {
        photo_store::set_held(tx, photo, id, held).await?;
    }
    Ok(())
}

async fn note_moderated(app: &App, tx: &mut Tx, id: EventId, outcome: &Outcome) -> Result<()> {
    let Some(event) = store::event_by_id(tx, id).await? else {
        return Ok(());
    };
    debug_assert_ne!(event.kind, EventKind::Received);
    let note = match outcome {
        Outcome::Publish { text, .. } => text.clone().or_else(|| {
            event
                .note
                .as_deref()
                .map(wufei_moderation::mask_personal_data)
        }),
        Outcome::Hold | Outcome::Refuse => None,
    };
    store::set_public_note(tx, id, note, app.clock.now()).await?;
    Ok(())
}

/// The desk's page of a report.
pub async fn page_of_report(app: &App, id: uuid::Uuid) -> Result<Option<String>> {
    let report = store::by_id(&app.db, ReportId(id)).await?;
    Ok(report.map(|report| format!("/desk/cases/{}", report.code)))
}

/// The desk's page of the report that a step belongs to.
pub async fn page_of_event(app: &App, id: uuid::Uuid) -> Result<Option<String>> {
    let mut tx = app.db.begin().await?;
    match store::event_by_id(&mut tx, EventId(id)).await? {
        Some(event) => {
            drop(tx);
            page_of_report(app, event.report_id.0).await
        }
        None => Ok(None),
    }
}
