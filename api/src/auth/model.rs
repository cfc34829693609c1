//! Accounts and roles.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{check_new_password, store};
use crate::app::App;
use crate::db::Tx;
use crate::district::{Lang, Pack};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::AccountId;
use crate::shared::message::Message;

/// What an account may do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Role {
    /// Reports and follows; not staff.
    #[value(skip)]
    Resident,
    /// Handles the cases of one office.
    Handler,
    /// Decides between offices.
    Coordinator,
    /// Verifies what another office has handled, and closes.
    Verifier,
    /// Looks after what the public sees.
    Moderator,
    /// Edits the sorting rules.
    Editor,
    /// Manages staff accounts and sees every case.
    Administrator,
}

impl Role {
    pub const ALL: [Self; 7] = [
        Self::Resident,
        Self::Handler,
        Self::Coordinator,
        Self::Verifier,
        Self::Moderator,
        Self::Editor,
        Self::Administrator,
    ];

    pub fn is_staff(self) -> bool {
        self != Self::Resident
    }

    pub fn name(self) -> Message {
        match self {
            Self::Resident => message!("居民", "Resident", "주민"),
            Self::Handler => message!("处置员", "Handler", "처리 담당자"),
            Self::Coordinator => message!("协调员", "Coordinator", "조정 담당자"),
            Self::Verifier => message!("核查员", "Verifier", "검증 담당자"),
            Self::Moderator => message!("审核员", "Moderator", "심사 담당자"),
            Self::Editor => message!("编辑", "Editor", "편집자"),
            Self::Administrator => message!("管理员", "Administrator", "관리자"),
        }
    }
}

/// Somebody who signs in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub role: Role,
    /// The office of a member of staff; handlers always have one.
    pub office: Option<String>,
    pub email: Option<String>,
    pub password_hash: String,
    pub disabled: bool,
    pub created_at: DateTime<Utc>,
}

/// An id with its name in the caller's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// The signed-in person's own view.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    pub role: Role,
    /// The role in the caller's language.
    pub role_name: String,
    pub office: Option<Named>,
    /// Where letters go: confirmed by its owner, or set by the administrator.
    pub email: Option<String>,
}

impl Me {
    pub fn of(account: &Account, pack: &Pack, lang: Lang) -> Self {
        Self {
            id: account.id,
            username: account.username.clone(),
            name: account.name.clone(),
            role: account.role,
            role_name: account.role.name().get(lang).to_owned(),
            office: account.office.as_deref().map(|id| Named {
                id: id.to_owned(),
                name: pack
                    .office(id)
                    .map_or(id, |office| office.name.get(lang))
                    .to_owned(),
            }),
            email: account.email.clone(),
        }
    }
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub username: String,
    pub name: String,
    pub role: Role,
    pub office: Option<String>,
    pub email: Option<String>,
    pub password: String,
}

/// Checks and tidies everything about a new account but its password.
///
/// # Errors
/// 422 naming every field at fault.
pub fn validate(pack: &Pack, mut account: NewAccount) -> Result<NewAccount> {
    let mut errors = Vec::new();
    account.username = account.username.trim().to_lowercase();
    let length = account.username.chars().count();
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    if !(3..=64).contains(&length) || !account.username.chars().all(allowed) {
        errors.push((
            "username".to_owned(),
            message!(
                "用户名须为 3 至 64 个字、字母、数字或 . _ - @ +。",
                "A username has 3 to 64 letters, digits or . _ - @ +.",
                "사용자 이름은 3~64자의 문자, 숫자 또는 . _ - @ + 여야 합니다."
            ),
        ));
    }
    let name = account.name.trim().to_owned();
    account.name = name;
    if account.name.is_empty() || account.name.chars().count() > 40 {
        errors.push((
            "name".to_owned(),
            message!(
                "请填写姓名，最多 40 个字。",
                "Please give a name of at most 40 characters.",
                "이름을 40자 이내로 입력해 주세요."
            ),
        ));
    }
    account.email = account
        .email
        .map(|email| email.trim().to_owned())
        .filter(|e| !e.is_empty());
    if let Some(email) = &account.email
        && email.parse::<lettre::Address>().is_err()
    {
        errors.push((
            "email".to_owned(),
            message!(
                "邮箱地址格式不对。",
                "This is not an e-mail address.",
                "이메일 주소 형식이 잘못되었습니다."
            ),
        ));
    }
    account.office = account.office.filter(|office| !office.is_empty());
    match &account.office {
        Some(office) if pack.office(office).is_none() => errors.push((
            "office".to_owned(),
            message!(
                "没有这个部门：{office}。",
                "There is no office {office}.",
                "이러한 부서가 없습니다: {office}."
            ),
        )),
        None if account.role == Role::Handler => errors.push((
            "office".to_owned(),
            message!(
                "处置员必须属于一个部门。",
                "A handler needs an office.",
                "처리 담당자는 부서에 속해야 합니다."
            ),
        )),
        _ => {}
    }
    if errors.is_empty() {
        Ok(account)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Makes an account whose fields were validated.
///
/// # Errors
/// 422 for a weak password, 409 when the username is taken.
pub async fn create_account(
    app: &App,
    tx: &mut Tx,
    new: NewAccount,
    hash: String,
) -> Result<Account> {
    let now = app.clock.now();
    let account = Account {
        id: AccountId(app.random.uuid(now)),
        username: new.username,
        name: new.name,
        role: new.role,
        office: new.office,
        email: new.email,
        password_hash: hash,
        disabled: false,
        created_at: now,
    };
    if !store::insert(tx, &account).await? {
        return Err(Error::Conflict(message!(
            "这个用户名已经有人用了。",
            "This username is taken.",
            "이미 사용 중인 사용자 이름입니다."
        )));
    }
    Ok(account)
}

impl NewAccount {
    /// Hashes the password, off the request threads.
    pub async fn hash_password(&self, app: &App) -> Result<String> {
        check_new_password("password", &self.password, &self.username)?;
        app.passwords.hash(self.password.clone()).await
    }
}
