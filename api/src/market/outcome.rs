//! What one side says about the other: a no-show with a reason, a rating, and one reply.

use serde::Deserialize;
use utoipa::ToSchema;

use super::agreeing::{hold, screen, tell};
use super::draft::text_of;
use super::letters::News;
use super::listing::giver;
use super::model::{Ask, AskState, Mark, MarkKind, TextState, Thumbs};
use super::{market, store};
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::district::market::ReasonKind;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, AskId, MarkId};
use crate::shared::screening::Ruling;

pub const MAX_NOTE: usize = 300;

/// A hand-over that did not happen.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoShow {
    /// A `not-done` reason of the categories.
    pub reason: String,
    /// At most 300 characters.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    pub thumbs: Thumbs,
    /// At most 300 characters.
    #[serde(default)]
    pub text: Option<String>,
}

fn conflict() -> Error {
    Error::Conflict(message!(
        "现在不能这样做，请刷新看看最新状态。",
        "This is not possible now: reload to see where it stands.",
        "지금은 할 수 없습니다. 새로고침해 상태를 확인해 주세요."
    ))
}

/// Says that the agreed hand-over did not happen: the listing opens again for others.
pub async fn no_show(
    app: &App,
    tx: &mut Tx,
    by: &Account,
    id: AskId,
    said: NoShow,
    lang: Lang,
) -> Result<(Ask, Option<Ruling>)> {
    let now = app.clock.now();
    let market = market(app)?;
    let (mut listing, mut ask) = hold(tx, id, by.id).await?;
    let by_giver = giver(&listing, ask.asker) == by.id;
    let of_oneself = if by_giver {
        said.reason == market.giver_no_show
    } else {
        said.reason == market.taker_no_show
    };
    if of_oneself || market.reason(ReasonKind::NotDone, &said.reason).is_none() {
        return Err(Error::field(
            "reason",
            message!(
                "请选一个理由。",
                "Choose a reason.",
                "이유를 선택해 주세요."
            ),
        ));
    }
    if !matches!(ask.state, AskState::Promised | AskState::NotDone) {
        return Err(conflict());
    }
    let Some(at) = ask
        .handover_at
        .filter(|_| ask.handover_accepted_at.is_some())
    else {
        return Err(Error::Conflict(message!(
            "还没有约定交接时间。可以直接取消约定。",
            "No time to hand over was agreed: the promise can simply be released.",
            "정해진 전달 시간이 없습니다. 약속을 취소할 수 있습니다."
        )));
    };
    if now < at || now > at + market.no_show {
        return Err(Error::Conflict(message!(
            "只能在约定时间之后 {days} 天内说明。",
            "This can be said within {days} days after the agreed time.",
            "정해진 시간 이후 {days}일 이내에만 할 수 있습니다.",
            days = market.no_show.num_days()
        )));
    }
    let counts = said.reason == market.taker_no_show || said.reason == market.giver_no_show;
    let mark = Mark {
        reason: Some(said.reason),
        counts,
        ..mark(app, &ask, by.id, MarkKind::NoShow)
    };
    let ruling = keep(app, tx, mark, "note", said.note, lang).await?;
    if ask.state == AskState::Promised {
        ask.end(AskState::NotDone, now);
        listing.reopen(now);
        store::save_ask(tx, &ask, now).await?;
        store::save_listing(tx, &listing, now).await?;
    }
    let other = ask.other(by.id);
    tell(app, tx, &listing, &ask, other, News::NoShow).await?;
    Ok((ask, ruling))
}

pub async fn rate(
    app: &App,
    tx: &mut Tx,
    by: &Account,
    id: AskId,
    rating: Rating,
    lang: Lang,
) -> Result<(Ask, Option<Ruling>)> {
    let (listing, ask) = hold(tx, id, by.id).await?;
    if ask.state != AskState::Done {
        return Err(conflict());
    }
    let mark = Mark {
        thumbs: Some(rating.thumbs),
        ..mark(app, &ask, by.id, MarkKind::Rating)
    };
    let ruling = keep(app, tx, mark, "text", rating.text, lang).await?;
    let other = ask.other(by.id);
    tell(app, tx, &listing, &ask, other, News::Rated).await?;
    Ok((ask, ruling))
}

fn mark(app: &App, ask: &Ask, by: AccountId, kind: MarkKind) -> Mark {
    let now = app.clock.now();
    Mark {
        id: MarkId(app.random.uuid(now)),
        ask_id: ask.id,
        kind,
        made_by: by,
        about: ask.other(by),
        thumbs: None,
        reason: None,
        counts: false,
        text: String::new(),
        text_state: TextState::Published,
        reply_id: None,
        reply: None,
        reply_state: None,
        at: now,
    }
}

/// Screens the words of a mark, if it has any, and keeps it.
async fn keep(
    app: &App,
    tx: &mut Tx,
    mut mark: Mark,
    field: &str,
    text: Option<String>,
    lang: Lang,
) -> Result<Option<Ruling>> {
    let mut ruling = None;
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        mark.text = text_of(field, &text, MAX_NOTE)?;
        let found = screen(app, tx, mark.id.0, mark.made_by, &mark.text, lang).await?;
        mark.text_state = found.decision.into();
        ruling = Some(found);
    }
    if store::insert_mark(tx, &mark).await? {
        return Ok(ruling);
    }
    Err(Error::Conflict(message!(
        "您已经说过了。",
        "You have said so already.",
        "이미 작성하셨습니다."
    )))
}

/// The one reply to what the other side said last.
pub async fn reply(
    app: &App,
    tx: &mut Tx,
    by: &Account,
    id: AskId,
    text: &str,
    lang: Lang,
) -> Result<(Ask, Ruling)> {
    let text = text_of("text", text, MAX_NOTE)?;
    let (listing, ask) = hold(tx, id, by.id).await?;
    let Some(mark) = store::unanswered(tx, id, by.id).await? else {
        return Err(Error::Conflict(message!(
            "没有可以回应的内容，或已回应过。",
            "There is nothing to reply to, or you have replied.",
            "답할 내용이 없거나 이미 답하셨습니다."
        )));
    };
    let reply = MarkId(app.random.uuid(app.clock.now()));
    let ruling = screen(app, tx, reply.0, by.id, &text, lang).await?;
    store::set_reply(tx, mark.id, reply, &text, ruling.decision.into()).await?;
    let other = ask.other(by.id);
    tell(app, tx, &listing, &ask, other, News::Replied).await?;
    Ok((ask, ruling))
}
