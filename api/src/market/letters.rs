//! Letters to accounts with an address: each step that the other side must know of. They name the
//! listing by its title and hold no other words of anybody.

use super::model::Listing;
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::Result;
use crate::shared::id::{AccountId, AskId};
use crate::shared::mail::Letter;
use crate::shared::message::Message;
use crate::shared::outbox::{self, Effect};

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Asked,
    Wrote,
    Promised,
    Released,
    HandoverProposed,
    HandoverAccepted,
    Done,
    Returned,
    NoShow,
    Replied,
    Rated,
    /// The asker took it back.
    TakenBack,
    /// It went to somebody else.
    Given,
    /// Its owner took it down, or its time was over.
    Gone,
}

/// Puts a letter into the transaction, if the account has an address.
pub async fn tell(
    app: &App,
    tx: &mut Tx,
    to: AccountId,
    lang: &str,
    listing: &Listing,
    ask: Option<AskId>,
    news: News,
) -> Result<()> {
    let url = match ask {
        Some(ask) => format!("{}/market/asks/{ask}", app.public_url),
        None => format!("{}/market/{}", app.public_url, listing.id),
    };
    let lang = Lang::from_accept_language(lang);
    let headline = headline(news);
    let title = &listing.title;
    let subject = message!(
        "{zh}：{title}",
        "{en}: {title}",
        "{ko}: {title}",
        zh = headline.zh,
        en = headline.en,
        ko = headline.ko
    );
    let text = message!(
        "{zh}\n\n{title}\n{url}\n",
        "{en}\n\n{title}\n{url}\n",
        "{ko}\n\n{title}\n{url}\n",
        zh = headline.zh,
        en = headline.en,
        ko = headline.ko
    );
    send(app, tx, to, subject.get(lang), text.get(lang), lang).await
}

/// The letter before the end, with the link that renews in one tap.
pub async fn warn(app: &App, tx: &mut Tx, listing: &Listing, token: &str) -> Result<()> {
    let lang = Lang::from_accept_language(&listing.lang);
    let title = &listing.title;
    let until = listing
        .expires_at
        .map_or_else(String::new, |at| app.pack.calendar().local_text(at));
    let url = format!(
        "{}/market/{}/renew?token={token}",
        app.public_url, listing.id
    );
    let subject = message!(
        "快到期了：{title}",
        "About to expire: {title}",
        "곧 만료됩니다: {title}"
    );
    let text = message!(
        "您的信息将在 {until} 下架。东西还在？点开链接续期，不用登录：\n\n{title}\n{url}\n",
        "Your listing will be taken down at {until}. Still there? This link renews it, without signing in:\n\n{title}\n{url}\n",
        "{until}에 글이 내려갑니다. 아직 있나요? 로그인 없이 이 링크로 연장하세요:\n\n{title}\n{url}\n"
    );
    send(
        app,
        tx,
        listing.account_id,
        subject.get(lang),
        text.get(lang),
        lang,
    )
    .await
}

/// Puts any letter to an account into the transaction, if it has an address.
pub async fn send(
    app: &App,
    tx: &mut Tx,
    to: AccountId,
    subject: &str,
    text: &str,
    lang: Lang,
) -> Result<()> {
    let person = store::person_in(tx, to).await?.filter(|p| !p.disabled);
    let Some(to) = person.and_then(|person| person.email) else {
        return Ok(());
    };
    let end = message!(
        "\n此信由系统发出，请勿直接回复。\n",
        "\nThis letter was sent by the system; please do not reply.\n",
        "\n이 메일은 시스템에서 발송되었습니다. 회신하지 마세요.\n"
    );
    let letter = Letter {
        to,
        subject: subject.lines().next().unwrap_or_default().to_owned(),
        text: format!("{text}{}", end.get(lang)),
    };
    outbox::enqueue(tx, &app.random, app.clock.now(), &Effect::Mail(letter)).await
}

fn headline(news: News) -> Message {
    match news {
        News::Asked => message!(
            "有人问您的东西",
            "Somebody asks about it",
            "문의가 왔습니다"
        ),
        News::Wrote => message!("有新留言", "A new message", "새 메시지가 있습니다"),
        News::Promised => message!(
            "答应给您了",
            "It is promised to you",
            "당신께 드리기로 했습니다"
        ),
        News::Released => message!(
            "约定取消了",
            "The promise was released",
            "약속이 취소되었습니다"
        ),
        News::HandoverProposed => message!(
            "对方提出了交接时间",
            "A time to hand over was proposed",
            "전달 시간이 제안되었습니다"
        ),
        News::HandoverAccepted => message!(
            "交接时间定了",
            "The time to hand over is agreed",
            "전달 시간이 정해졌습니다"
        ),
        News::Done => message!("交接完成", "It changed hands", "전달되었습니다"),
        News::Returned => message!("东西还回来了", "It is back", "물건이 돌아왔습니다"),
        News::NoShow => message!(
            "对方说交接没有成，您可以回应一次",
            "The other side says it did not happen; you may reply once",
            "상대방이 전달되지 않았다고 합니다. 한 번 답할 수 있습니다"
        ),
        News::Replied => message!(
            "对方回应了",
            "The other side replied",
            "상대방이 답했습니다"
        ),
        News::Rated => message!("您收到一条评价", "You were rated", "평가를 받았습니다"),
        News::TakenBack => message!(
            "对方不要了",
            "Who asked took it back",
            "문의한 분이 취소했습니다"
        ),
        News::Given => message!(
            "东西给了别人",
            "It went to somebody else",
            "다른 분께 전달되었습니다"
        ),
        News::Gone => message!(
            "这条信息下架了",
            "The listing was taken down",
            "글이 내려갔습니다"
        ),
    }
}
