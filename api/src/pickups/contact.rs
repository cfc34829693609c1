//! Booking without an account: a one-time code for a phone number, exchanged for a token.
//!
//! Wufei has no SMS gateway. Whoever gives an e-mail address gets the code by letter, which proves the
//! address and takes the phone number as given. Whoever has none is called: the code waits at the desk
//! for a member of staff, who rings the number and reads it out, which proves the number. A code
//! is never in an answer, and is kept readable only while somebody has to read it out.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::draft;
use super::store::{self, Channel, OneTimeCode};
use crate::app::App;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::hex::hex;
use crate::shared::id::CodeId;
use crate::shared::mail::Letter;
use crate::shared::outbox::{self, Effect};
use crate::shared::phone::Phone;
use crate::shared::rate_limit;
use crate::shared::secret::{new_secret, secret_hash};

/// A letter arrives within minutes.
const EMAIL_LIVES: TimeDelta = TimeDelta::minutes(15);
/// Staff may not call before the next working day.
const CALL_LIVES: TimeDelta = TimeDelta::days(3);
const TOKEN_LIVES: TimeDelta = TimeDelta::days(30);
const MAX_TRIES: i64 = 5;

/// Makes a code and sends it on its way.
///
/// # Errors
/// 422 for what is no number or address, 429 when the number asks too often.
pub async fn issue(
    app: &App,
    phone: &str,
    email: Option<&str>,
    lang: Lang,
) -> Result<(Channel, DateTime<Utc>)> {
    let phone = parse(phone)?;
    let email = draft::email(email).map_err(|message| Error::field("email", message))?;
    // Counted by a hash: the limiter may keep its counts in Redis, where no number belongs.
    let who = hex(&Sha256::digest(phone.as_str()));
    app.limiter.take(rate_limit::CODES_BY_PHONE, &who).await?;
    let now = app.clock.now();
    let digits = format!("{:06}", app.random.below(1_000_000));
    let id = CodeId(app.random.uuid(now));
    let channel = if email.is_some() {
        Channel::Email
    } else {
        Channel::Call
    };
    let lives = match channel {
        Channel::Email => EMAIL_LIVES,
        Channel::Call => CALL_LIVES,
    };
    let code = OneTimeCode {
        id,
        code_hash: hash(id, &digits).to_vec(),
        code: (channel == Channel::Call).then(|| digits.clone()),
        phone,
        email: email.clone(),
        channel,
        tries: 0,
        created_at: now,
        expires_at: now + lives,
        called_at: None,
    };
    let mut tx = app.db.begin().await?;
    store::insert_code(&mut tx, &code).await?;
    if let Some(to) = email {
        let letter = letter(&digits, lang, to);
        outbox::enqueue(&mut tx, &app.random, now, &Effect::Mail(letter)).await?;
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok((channel, code.expires_at))
}

fn letter(digits: &str, lang: Lang, to: String) -> Letter {
    Letter {
        to,
        subject: message!(
            "上门收运验证码 {digits}",
            "Pickup code {digits}",
            "방문 수거 인증번호 {digits}"
        )
        .get(lang)
        .to_owned(),
        text: message!(
            "您的验证码是 {digits}，15 分钟内有效。不是您本人操作请不用理会。\n",
            "Your code is {digits}; it is good for 15 minutes. If you did not ask for it, ignore this letter.\n",
            "인증번호는 {digits}이며 15분간 유효합니다. 본인이 요청하지 않았다면 무시해 주세요.\n"
        )
        .get(lang)
        .to_owned(),
    }
}

/// Exchanges the newest code of a number for a token that books for that number for thirty days.
///
/// # Errors
/// 403 when the code is wrong, old, or was tried too often; which of them is not said.
pub async fn exchange(app: &App, phone: &str, code: &str) -> Result<(String, DateTime<Utc>)> {
    let phone = parse(phone)?;
    let now = app.clock.now();
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let mut tx = app.db.begin().await?;
    let known = store::try_code(&mut tx, &phone, now).await?;
    let fits = known
        .filter(|known| known.tries <= MAX_TRIES && known.code_hash == hash(known.id, &digits));
    let Some(known) = fits else {
        // The try counts although the code does not.
        tx.commit().await?;
        return Err(Error::Forbidden(message!(
            "验证码不对或已失效。",
            "The code is wrong or no longer good.",
            "인증번호가 틀리거나 만료되었습니다."
        )));
    };
    store::spend_code(&mut tx, known.id, now).await?;
    let token = new_secret(&app.random);
    let expires = now + TOKEN_LIVES;
    store::insert_contact(&mut tx, &secret_hash(&token), &phone, now, expires).await?;
    tx.commit().await?;
    Ok((token, expires))
}

/// Checks that a token stands for a number.
///
/// # Errors
/// 403 when it does not.
pub async fn check(app: &App, token: Option<&str>, phone: &str) -> Result<()> {
    let refused = || {
        Error::Forbidden(message!(
            "请先登录，或用验证码验证这个电话号码。",
            "Sign in first, or confirm this phone number with a code.",
            "먼저 로그인하거나 인증번호로 전화번호를 확인해 주세요."
        ))
    };
    let token = token.ok_or_else(refused)?;
    // A number that is none is named by the booking's own checks.
    let Ok(phone) = phone.parse::<Phone>() else {
        return Ok(());
    };
    let of_token = store::phone_of_token(&app.db, &secret_hash(token), app.clock.now()).await?;
    if of_token == Some(phone) {
        Ok(())
    } else {
        Err(refused())
    }
}

fn parse(phone: &str) -> Result<Phone> {
    phone
        .parse()
        .map_err(|_| Error::field("phone", draft::not_a_phone()))
}

fn hash(id: CodeId, digits: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(id.0.as_bytes())
        .chain_update(digits)
        .finalize()
        .into()
}
