//! Everything residents publish is screened on its way in: published, held for a person, or refused,
//! each time with the rule and its source.
//!
//! [`submit`] rides the transaction of what is being published. What people then decide reaches the
//! owner of the subject as an [`Outcome`].

pub mod live;
pub mod model;
pub mod store;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use wufei_moderation::{Circumstances, Submission, SubmissionKind};

pub use live::Live;
pub use model::{
    Ban, Case, CaseState, Cause, Decision, Outcome, Ruling, RulingReason, Subject, SubjectKind,
};

use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, CaseId, PhotoId, ScreeningId};
use crate::shared::money::Money;

/// Texts are kept this long for dry runs of new rules and for appeals.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(90);
/// Over which posts by one person, or from one place, are counted.
const RATE_WINDOW: TimeDelta = TimeDelta::hours(1);
/// Within which the same text counts as repeated.
const REPEAT_WINDOW: TimeDelta = TimeDelta::days(7);
/// Within which other people's pictures are compared.
const PICTURE_WINDOW: TimeDelta = TimeDelta::days(60);
/// Most pictures compared: the newest.
const PICTURES_COMPARED: i64 = 5_000;
/// Letters and digits from which a text counts as its own: everybody writes “还在吗”.
const SHORTEST_REPEATED: usize = 16;

/// What somebody wants to publish.
#[derive(Clone, Debug)]
pub struct Submitted<'a> {
    pub subject: Subject,
    /// Nobody where a report is filed without an account.
    pub author: Option<AccountId>,
    pub title: &'a str,
    pub text: &'a str,
    pub price: Option<Money>,
    pub photos: &'a [PhotoId],
    /// Code of the township it is about.
    pub place: Option<&'a str>,
    /// Of the author.
    pub lang: Lang,
}

/// Screens a submission, keeps the verdict, and opens a case where a person has to look.
///
/// A change of something published is submitted again: its open cases give way to the new verdict.
///
/// # Errors
/// 403 while the author is banned from publishing (reports are never barred).
pub async fn submit(app: &App, tx: &mut Tx, submitted: Submitted<'_>) -> Result<Ruling> {
    let now = app.clock.now();
    let kind = submitted.subject.kind.submission();
    if let Some(author) = submitted.author
        && kind != SubmissionKind::Report
    {
        check_ban(app, tx, author).await?;
    }
    let current = live::current(app);
    let text_hash = text_hash(submitted.title, submitted.text);
    let posts_by_person = match submitted.author {
        Some(author) => {
            store::posts_by_person(tx, author, submitted.subject, now - RATE_WINDOW).await?
        }
        None => 0,
    };
    let same_text = match text_hash {
        Some(hash) => store::same_text(tx, &hash, submitted.subject, now - REPEAT_WINDOW).await?,
        None => 0,
    };
    let posts_at_place = match submitted.place {
        Some(place) => {
            store::posts_at_place(tx, place, submitted.subject, now - RATE_WINDOW).await?
        }
        None => 0,
    };
    let pictures = store::fingerprints(tx, submitted.photos).await?;
    let (blocked, earlier) = if pictures.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        let since = now - PICTURE_WINDOW;
        (
            store::blocked_pictures(tx).await?,
            store::pictures_of_others(
                tx,
                submitted.author,
                submitted.subject,
                since,
                PICTURES_COMPARED,
            )
            .await?,
        )
    };
    let bits: Vec<u64> = pictures.iter().map(|(_, bits)| *bits).collect();
    let verdict = current.screen().screen(&Submission {
        kind,
        title: submitted.title,
        text: submitted.text,
        price: submitted
            .price
            .and_then(|price| u64::try_from(price.0).ok()),
        links: &[],
        circumstances: Circumstances {
            posts_by_person,
            posts_at_place,
            same_text,
            pictures: &bits,
            blocked_pictures: &blocked,
            earlier_pictures: &earlier,
        },
    });
    let decision = Decision::from(verdict.decision);
    let reasons: Vec<RulingReason> = verdict
        .reasons
        .iter()
        .map(|reason| RulingReason::of(reason, submitted.lang))
        .collect();
    let screening = store::NewScreening {
        id: ScreeningId(app.random.uuid(now)),
        at: now,
        kind: model::kind_name(kind),
        submitted: &submitted,
        text_hash: text_hash.map(|hash| hash.to_vec()),
        decision,
        reasons: verdict.reasons.iter().map(model::KeptReason::of).collect(),
        pictures: &pictures,
    };
    store::insert_screening(tx, &screening).await?;
    store::withdraw_open_cases(tx, submitted.subject, now).await?;
    let case = match decision {
        Decision::Publish => None,
        Decision::Hold | Decision::Refuse => {
            let case = Case::of_screening(CaseId(app.random.uuid(now)), &screening, now);
            store::insert_case(tx, &case).await?;
            Some(case.id)
        }
    };
    metrics::counter!(
        "wufei_screenings_total",
        "kind" => screening.kind, "decision" => decision.as_str()
    )
    .increment(1);
    Ok(Ruling {
        decision,
        case_id: case,
        reasons,
    })
}

/// The author took the subject back: nobody needs to look at it any more.
pub async fn withdraw(app: &App, tx: &mut Tx, subject: Subject) -> Result<()> {
    store::withdraw_open_cases(tx, subject, app.clock.now()).await
}

/// # Errors
/// 403, with the reason and the end, while the account is banned from publishing.
pub async fn check_ban(app: &App, tx: &mut Tx, account: AccountId) -> Result<()> {
    let Some(ban) = store::ban_in_force(tx, account, app.clock.now()).await? else {
        return Ok(());
    };
    let reason = &ban.reason;
    let until = match ban.until_at {
        Some(until) => {
            let day = app.pack.calendar().local_text(until);
            message!("{day} 之前", "until {day}", "{day}까지", day = day)
        }
        None => message!("永久", "for good", "영구히"),
    };
    Err(Error::Forbidden(message!(
        "您{zh}不能发布内容：{reason}。对此有异议可以在“我的发布审核”里申诉。",
        "You may not publish {en}: {reason}. You can appeal under “My moderation”.",
        "{ko} 게시할 수 없습니다: {reason}. ‘내 게시물 심사’에서 이의를 제기할 수 있습니다.",
        zh = until.zh,
        en = until.en,
        ko = until.ko,
        reason = reason
    )))
}

/// What the same words in other dress come to; none for what is too short to be anybody's own.
fn text_hash(title: &str, text: &str) -> Option<[u8; 32]> {
    let letters: String = title
        .chars()
        .chain(text.chars())
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    (letters.chars().count() >= SHORTEST_REPEATED)
        .then(|| Sha256::digest(letters.as_bytes()).into())
}

/// Empties texts that were kept long enough; the figures stay.
pub async fn sweep(app: &App) -> Result<()> {
    store::forget_texts(&app.db, app.clock.now() - KEPT_FOR).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_in_other_dress_are_the_same_text_and_a_greeting_is_nobodys() {
        assert_eq!(text_hash("", "还在吗"), None);
        let one = text_hash("九成新 自行车", "平时骑得少，车况很好，有意者请联系");
        assert!(one.is_some());
        assert_eq!(
            one,
            text_hash("九成新自行车", "平时骑得少 车况很好！有意者请联系…")
        );
        assert_ne!(
            one,
            text_hash("九成新自行车", "平时骑得多，车况很好，有意者请联系")
        );
    }
}
