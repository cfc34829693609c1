//! Residents nearby say whether a handled case is solved. They are neither the reporter nor staff,
//! they stand near the place, and each account counts once; when enough agree and nobody differs,
//! the case is verified.

use chrono::{DateTime, Utc};

use super::change::{Appended, Details, append_noted, carry_out};
use super::event::EventKind;
use super::model::{Actor, Change, Report, Status};
use super::store;
use crate::app::App;
use crate::auth::{Account, Role};
use crate::db::Tx;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::Point;
use crate::shared::id::AccountId;

/// What a resident nearby said.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Witness {
    pub account_id: AccountId,
    pub solved: bool,
    pub comment: Option<String>,
    pub distance_m: i64,
    pub said_at: DateTime<Utc>,
}

/// Takes a resident's word.
///
/// # Errors
/// 403 for staff and for who reported it or joined, 409 when nothing is to be verified or the account
/// has said its word, 422 for somebody who is not near.
pub async fn say(
    app: &App,
    tx: &mut Tx,
    report: Report,
    account: &Account,
    at: Point,
    solved: bool,
    comment: Option<String>,
) -> Result<Report> {
    let Some(handled_at) = report
        .handled_at
        .filter(|_| report.status == Status::Handled)
    else {
        return Err(Error::Conflict(message!(
            "这个案件现在不在等核查。",
            "The case does not wait for verification now.",
            "이 사건은 지금 확인 대기 상태가 아닙니다."
        )));
    };
    if account.role != Role::Resident || store::follows(tx, report.id, account.id).await? {
        return Err(Error::Forbidden(message!(
            "由没有参与这个案件的附近居民来看：举报人请在自己的举报里确认。",
            "This is for residents who have no part in the case; a reporter confirms on their own report.",
            "이 사건과 관련 없는 근처 주민이 확인합니다. 신고자는 자신의 신고에서 확인해 주세요."
        )));
    }
    let distance = at.distance_m(Point::stored(report.lng, report.lat));
    #[expect(clippy::cast_possible_truncation, reason = "metres on earth")]
    let distance_m = distance.round() as i64;
    let within = app.pack.follow_up().witness_within_m;
    if distance_m > within {
        return Err(Error::field(
            "lng",
            message!(
                "您离现场超过 {within} 米，请走近再看。",
                "You are more than {within} metres away: please go and look.",
                "현장에서 {within}m 넘게 떨어져 있습니다. 가까이 가서 확인해 주세요."
            ),
        ));
    }
    let witness = Witness {
        account_id: account.id,
        solved,
        comment: comment.as_deref().map(wufei_moderation::mask_personal_data),
        distance_m,
        said_at: app.clock.now(),
    };
    if !store::insert_witness(tx, report.id, handled_at, &witness).await? {
        return Err(Error::Conflict(message!(
            "您已经说过了。",
            "You have said your word already.",
            "이미 의견을 남기셨습니다."
        )));
    }
    // The public reads that somebody looked, not who, nor what they wrote.
    let appended = Appended {
        kind: EventKind::Witnessed,
        note: None,
        target: None,
        account: None,
    };
    append_noted(app, tx, &report, appended).await?;
    verify_if_enough(app, tx, report, handled_at).await
}

async fn verify_if_enough(
    app: &App,
    tx: &mut Tx,
    report: Report,
    handled_at: DateTime<Utc>,
) -> Result<Report> {
    let (solved, not) = store::count_witnesses(tx, report.id, handled_at).await?;
    let enough = solved >= app.pack.follow_up().witnesses_needed && not == 0;
    if !enough || report.verified_at.is_some() {
        return Ok(report);
    }
    let details = Details {
        note: Some(format!("附近 {solved} 位居民到现场看过，都说已经解决。")),
        ..Details::default()
    };
    let change = Change::VerifyByWitnesses;
    carry_out(app, tx, report, &change, &Actor::System, details).await
}
