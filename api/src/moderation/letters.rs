//! What authors are told when people have decided, by e-mail where their account has an address.

use crate::app::App;
use crate::auth::store as accounts;
use crate::db::Tx;
use crate::message;
use crate::shared::error::Result;
use crate::shared::id::AccountId;
use crate::shared::mail::Letter;
use crate::shared::message::Message;
use crate::shared::outbox::{self, Effect};

/// What a letter says; the words of the submission are not in it.
pub enum News<'a> {
    Approved,
    /// With the reason.
    Refused(&'a str),
    AppealUpheld(&'a str),
    AppealOverturned(&'a str),
    /// With the reason and its end.
    Banned(&'a str, &'a str),
    BanLifted,
}

impl News<'_> {
    fn sentence(&self) -> Message {
        match self {
            Self::Approved => message!(
                "您发布的内容已通过审核，现在大家都能看到",
                "What you posted has been approved and is now public",
                "게시물이 승인되어 공개되었습니다"
            ),
            Self::Refused(reason) => message!(
                "您发布的内容没有通过审核：{reason}",
                "What you posted was not approved: {reason}",
                "게시물이 승인되지 않았습니다: {reason}"
            ),
            Self::AppealUpheld(reason) => message!(
                "您的申诉没有成立：{reason}",
                "Your appeal was not upheld: {reason}",
                "이의 제기가 받아들여지지 않았습니다: {reason}"
            ),
            Self::AppealOverturned(reason) => message!(
                "您的申诉成立，原来的决定已撤销：{reason}",
                "Your appeal was upheld and the decision is taken back: {reason}",
                "이의 제기가 받아들여져 이전 결정이 취소되었습니다: {reason}"
            ),
            Self::Banned(reason, until) => message!(
                "您暂时不能发布内容（{until}）：{reason}",
                "You may not post for now ({until}): {reason}",
                "당분간 게시할 수 없습니다({until}): {reason}"
            ),
            Self::BanLifted => message!(
                "您又可以发布内容了",
                "You may post again",
                "다시 게시할 수 있습니다"
            ),
        }
    }
}

/// Puts a letter into the transaction, if the account has an address.
pub async fn tell(app: &App, tx: &mut Tx, account: AccountId, news: News<'_>) -> Result<()> {
    let Some(account) = accounts::by_id_in(tx, account).await? else {
        return Ok(());
    };
    let Some(to) = account.email else {
        return Ok(());
    };
    let sentence = news.sentence();
    let url = format!("{}/me/moderation", app.public_url);
    let letter = Letter {
        to,
        subject: "内容审核结果 · Moderation · 게시물 심사".to_owned(),
        text: format!(
            "{}。\n{}.\n{}.\n\n{url}\n\n\
             此信由系统发出，请勿直接回复。Please do not reply to this letter.\n",
            sentence.zh, sentence.en, sentence.ko
        ),
    };
    outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await
}
