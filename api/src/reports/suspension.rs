//! Suspended cases (挂账) come back by date.

use super::change::{Details, carry_out};
use super::model::{Actor, Change, Status};
use super::store;
use crate::app::App;
use crate::shared::error::Result;

/// Resumes what is due and gives how many cases came back.
pub async fn resume_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut resumed = 0;
    for code in store::suspended_until(&app.db, now).await? {
        let mut tx = app.db.begin().await?;
        let Some(report) = store::by_code_for_change(&mut tx, &code).await? else {
            continue;
        };
        let over = report.suspended_until.is_some_and(|until| until <= now);
        if report.status != Status::Suspended || !over {
            continue;
        }
        let details = Details {
            note: Some("挂账到期，自动恢复。".to_owned()),
            ..Details::default()
        };
        carry_out(
            app,
            &mut tx,
            report,
            &Change::Resume,
            &Actor::System,
            details,
        )
        .await?;
        tx.commit().await?;
        resumed += 1;
    }
    if resumed > 0 {
        app.outbox_bell.notify_one();
    }
    Ok(resumed)
}
