//! Professional merchants: who they are is screened, their licence is checked by the market office.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::draft::{no_township, text_of};
use super::letters;
use super::licence::credit_code;
use super::model::{Seller, SellerState, TextState};
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{PhotoId, SellerId};
use crate::shared::screening::{self, Ruling, Subject, SubjectKind, Submitted};
use crate::shared::words::tidy;
use crate::text_enum;

const MAX_NAME: usize = 40;
const MAX_INTRO: usize = 500;
const MAX_REASON: usize = 300;

/// How a merchant presents itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SellerForm {
    /// 1 to 40 characters.
    pub name: String,
    /// At most 500 characters.
    #[serde(default)]
    pub intro: String,
    /// The unified social credit code, 18 characters (GB 32100-2015).
    pub licence_number: String,
    /// A photo of the licence, from `POST /photos`; seen by the market office only.
    pub licence_photo: PhotoId,
    pub township: String,
}

text_enum! {
    SellerDecision {
        Approve = "approve",
        Refuse = "refuse",
        Revoke = "revoke",
    }
}

/// Writes a merchant's form. A new name, number or licence is checked anew.
pub async fn put(
    app: &App,
    tx: &mut Tx,
    account: &Account,
    form: SellerForm,
    lang: Lang,
) -> Result<(Seller, Ruling)> {
    let now = app.clock.now();
    let name = text_of("name", &form.name, MAX_NAME)?.replace('\n', " ");
    let intro = tidy(&form.intro);
    let mut errors = Vec::new();
    if intro.chars().count() > MAX_INTRO {
        errors.push((
            "intro".to_owned(),
            message!(
                "最多 {MAX_INTRO} 字。",
                "At most {MAX_INTRO} characters.",
                "최대 {MAX_INTRO}자입니다."
            ),
        ));
    }
    let number = credit_code(&form.licence_number);
    if number.is_none() {
        errors.push((
            "licence_number".to_owned(),
            message!(
                "统一社会信用代码是 18 位，请照营业执照核对。",
                "The unified social credit code has 18 characters: compare it with the licence.",
                "통일사회신용코드는 18자리입니다. 영업 허가증과 대조해 주세요."
            ),
        ));
    }
    if app.pack.township(&form.township).is_none() {
        errors.push(("township".to_owned(), no_township()));
    }
    store::lock_account(tx, account.id, now).await?;
    let known = store::seller_of_in(tx, account.id).await?;
    let photo = form.licence_photo;
    if !store::is_free_photo(tx, photo, known.as_ref().map(|seller| seller.id)).await? {
        errors.push((
            "licence_photo".to_owned(),
            message!(
                "没有这张照片，或已用在别处。",
                "There is no such photo, or it belongs to something else.",
                "사진이 없거나 다른 곳에 사용되었습니다."
            ),
        ));
    }
    let Some(number) = number.filter(|_| errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    let mut seller = known.clone().unwrap_or(Seller {
        id: SellerId(app.random.uuid(now)),
        account_id: account.id,
        name: String::new(),
        intro: String::new(),
        licence_number: String::new(),
        licence_photo: photo,
        township: String::new(),
        lang: String::new(),
        state: SellerState::Pending,
        shown: TextState::Held,
        reason: String::new(),
        decided_by: None,
        decided_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    });
    let same = seller.name == name
        && seller.licence_number == number
        && seller.licence_photo == photo
        && seller.state == SellerState::Approved;
    if !same {
        seller.state = SellerState::Pending;
        seller.reason = String::new();
        seller.decided_by = None;
        seller.decided_at = None;
    }
    seller.name = name;
    seller.intro = intro;
    seller.licence_number = number;
    seller.licence_photo = photo;
    seller.township = form.township;
    lang.tag().clone_into(&mut seller.lang);
    let ruling = screening::submit(
        app,
        tx,
        Submitted {
            subject: Subject::new(SubjectKind::Seller, seller.id.0),
            author: Some(account.id),
            title: &seller.name,
            text: &seller.intro,
            price: None,
            photos: &[],
            place: Some(&seller.township),
            lang,
        },
    )
    .await?;
    seller.shown = ruling.decision.into();
    if known.is_some() {
        store::save_seller(tx, &seller, now).await?;
    } else {
        store::insert_seller(tx, &seller).await?;
    }
    Ok((seller, ruling))
}

/// The market office decides about a licence.
pub async fn decide(
    app: &App,
    tx: &mut Tx,
    by: &Account,
    id: SellerId,
    decision: SellerDecision,
    reason: &str,
) -> Result<Seller> {
    let now = app.clock.now();
    let mut seller = store::lock_seller(tx, id).await?.ok_or_else(no_seller)?;
    let next = match (decision, seller.state) {
        (SellerDecision::Approve, SellerState::Pending) => SellerState::Approved,
        (SellerDecision::Refuse, SellerState::Pending) => SellerState::Refused,
        (SellerDecision::Revoke, SellerState::Approved) => SellerState::Revoked,
        _ => {
            return Err(Error::Conflict(message!(
                "这家商户的状态刚刚变了，请刷新。",
                "This merchant's state does not allow it: reload.",
                "판매자의 상태가 변경되었습니다. 새로고침해 주세요."
            )));
        }
    };
    if seller.account_id == by.id {
        return Err(Error::Forbidden(message!(
            "不能审核自己。",
            "Nobody decides about themselves.",
            "본인을 심사할 수 없습니다."
        )));
    }
    seller.reason = if decision == SellerDecision::Approve && reason.trim().is_empty() {
        String::new()
    } else {
        text_of("reason", reason, MAX_REASON)?
    };
    seller.state = next;
    seller.decided_by = Some(by.id);
    seller.decided_at = Some(now);
    store::save_seller(tx, &seller, now).await?;
    tracing::info!(seller.id = %id, by = %by.id, state = next.as_str(), "A merchant's licence was decided about");
    let lang = Lang::from_accept_language(&seller.lang);
    let headline = match next {
        SellerState::Approved => message!(
            "您的营业执照已通过核验",
            "Your business licence was checked and accepted",
            "영업 허가증이 확인되었습니다"
        ),
        SellerState::Revoked => message!(
            "您的商户认证被撤销",
            "Your verification as a merchant was revoked",
            "판매자 인증이 취소되었습니다"
        ),
        _ => message!(
            "您的营业执照没有通过核验",
            "Your business licence was not accepted",
            "영업 허가증이 승인되지 않았습니다"
        ),
    };
    let url = format!("{}/market/seller", app.public_url);
    let text = format!("{}\n\n{}\n{url}\n", headline.get(lang), seller.reason);
    letters::send(app, tx, seller.account_id, headline.get(lang), &text, lang).await?;
    Ok(seller)
}

pub fn no_seller() -> Error {
    Error::NotFound(message!(
        "没有这家商户。",
        "There is no such merchant.",
        "이 판매자가 없습니다."
    ))
}
