//! How a case is decided, appealed and closed; how much a resident's flag weighs.

use chrono::{DateTime, TimeDelta, Utc};

use crate::message;
use crate::shared::id::AccountId;
use crate::shared::message::Message;
use crate::shared::screening::{Ban, Case, CaseState, model::Appeal};
use crate::text_enum;

/// How long after a refusal its author may appeal.
pub const APPEAL_WITHIN: TimeDelta = TimeDelta::days(30);
/// A ban for good that nobody has confirmed ends by itself.
pub const UNCONFIRMED_FOR: TimeDelta = TimeDelta::days(14);
/// Longest ban that one person makes, in days.
pub const MAX_BAN_DAYS: u32 = 180;

/// An account this young has no record to weigh by.
const YOUNG: TimeDelta = TimeDelta::days(3);
/// Flags of a resident that proved right, from which on their flags can take a thing out of sight.
const PROVEN_FROM: i64 = 3;
/// How many of a proven resident's flags must have been right, in hundredths.
const PROVEN_SHARE: i64 = 70;
/// Weight at which a person looks, in hundredths.
pub const LOOK_AT: i64 = 100;
/// Weight of proven residents at which a thing is hidden until then, in hundredths.
pub const HIDE_AT: i64 = 300;

text_enum! {
    /// Why a resident says that something should not be there.
    FlagReason {
        /// Goods that must not change hands.
        Forbidden = "forbidden",
        Scam = "scam",
        PersonalData = "personal-data",
        Insult = "insult",
        /// Not what this is for.
        WrongPlace = "wrong-place",
        Other = "other",
    }
}

/// Why a step is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not by this person.
    NotYou(Message),
    /// Not in this state.
    NotNow(Message),
}

/// What a moderator says about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Published, with the words as they were edited, where they were.
    Approve {
        title: Option<String>,
        text: Option<String>,
    },
    Refuse,
}

fn decided_already() -> Refusal {
    Refusal::NotNow(message!(
        "这一条已经有结论了，请刷新。",
        "This has been decided already: reload.",
        "이미 결정되었습니다. 새로고침해 주세요."
    ))
}

/// A person decides what waits.
///
/// # Errors
/// Unless the case is open and somebody else's.
pub fn decided(
    mut case: Case,
    decision: &Decision,
    by: AccountId,
    note: &str,
    now: DateTime<Utc>,
) -> Result<Case, Refusal> {
    if case.state != CaseState::Open {
        return Err(decided_already());
    }
    own_words(&case, by)?;
    match decision {
        Decision::Approve { title, text } => {
            case.state = CaseState::Approved;
            case.edited_title.clone_from(title);
            case.edited_text.clone_from(text);
        }
        Decision::Refuse => case.state = CaseState::Refused,
    }
    case.decided_at = Some(now);
    case.decided_by = Some(by);
    note.clone_into(&mut case.note);
    Ok(case)
}

/// The author asks for another look, once.
///
/// # Errors
/// Unless it is the author's, refused, not long ago, and for the first time.
pub fn appealed(
    mut case: Case,
    by: Option<AccountId>,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Case, Refusal> {
    if case.author != by {
        return Err(Refusal::NotYou(message!(
            "只有发布的人可以申诉。",
            "Only its author may appeal.",
            "작성자만 이의를 제기할 수 있습니다."
        )));
    }
    if case.appeal.is_some() {
        return Err(Refusal::NotNow(message!(
            "每条只能申诉一次，已经申诉过了。",
            "You may appeal once, and have.",
            "이의 제기는 한 번만 할 수 있으며 이미 하셨습니다."
        )));
    }
    if case.state != CaseState::Refused {
        return Err(Refusal::NotNow(message!(
            "这一条没有被拒绝，无需申诉。",
            "This was not refused, so there is nothing to appeal.",
            "거부된 항목이 아니므로 이의를 제기할 필요가 없습니다."
        )));
    }
    if case.decided_at.is_none_or(|at| now - at > APPEAL_WITHIN) {
        return Err(Refusal::NotNow(message!(
            "申诉期为 30 天，已经过了。",
            "Appeals are taken for 30 days; they are over.",
            "이의 제기 기간(30일)이 지났습니다."
        )));
    }
    case.appeal = Some(Appeal::Open);
    case.appeal_text = Some(text.to_owned());
    case.appealed_at = Some(now);
    Ok(case)
}

/// Somebody other than who refused decides the appeal.
///
/// # Errors
/// For whoever refused it or wrote it, and when no appeal is open.
pub fn appeal_decided(
    mut case: Case,
    overturn: bool,
    by: AccountId,
    note: &str,
    now: DateTime<Utc>,
) -> Result<Case, Refusal> {
    if case.appeal != Some(Appeal::Open) || case.state != CaseState::Refused {
        return Err(decided_already());
    }
    own_words(&case, by)?;
    if case.decided_by == Some(by) {
        return Err(Refusal::NotYou(message!(
            "申诉要由另一位审核员决定。",
            "An appeal is decided by somebody other than who refused.",
            "이의 제기는 거부한 사람이 아닌 다른 심사 담당자가 결정합니다."
        )));
    }
    case.appeal = Some(if overturn {
        case.state = CaseState::Approved;
        Appeal::Overturned
    } else {
        Appeal::Upheld
    });
    case.appeal_decided_by = Some(by);
    case.appeal_decided_at = Some(now);
    case.appeal_note = Some(note.to_owned());
    Ok(case)
}

fn own_words(case: &Case, by: AccountId) -> Result<(), Refusal> {
    if case.author == Some(by) {
        return Err(Refusal::NotYou(message!(
            "不能审核自己发布的内容。",
            "Nobody decides about their own words.",
            "자신이 게시한 내용은 심사할 수 없습니다."
        )));
    }
    Ok(())
}

/// A second person makes a ban one for good.
///
/// # Errors
/// For whoever asked for it, and for what is no such ban any more.
pub fn confirmed(mut ban: Ban, by: AccountId, now: DateTime<Utc>) -> Result<Ban, Refusal> {
    let waiting = ban.for_good
        && ban.confirmed_at.is_none()
        && ban.lifted_at.is_none()
        && ban.until_at.is_some_and(|until| until > now);
    if !waiting {
        return Err(decided_already());
    }
    if ban.made_by == by || ban.account == by {
        return Err(Refusal::NotYou(message!(
            "永久禁言要由另一位审核员确认。",
            "A ban for good needs a second person.",
            "영구 정지는 다른 심사 담당자의 확인이 필요합니다."
        )));
    }
    ban.confirmed_by = Some(by);
    ban.confirmed_at = Some(now);
    ban.until_at = None;
    Ok(ban)
}

/// How a resident's flags turned out so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlagRecord {
    pub upheld: i64,
    pub dismissed: i64,
}

impl FlagRecord {
    /// In hundredths, 20 to 200: 100 without a record, more for who is usually right.
    pub fn weight(self, account_age: TimeDelta) -> i64 {
        if account_age < YOUNG {
            return 20;
        }
        let settled = self.upheld + self.dismissed;
        ((self.upheld + 2) * 200 / (settled + 4)).clamp(20, 200)
    }

    /// Whether flags of this resident can take a thing out of sight before a person has looked.
    pub fn is_proven(self) -> bool {
        let settled = self.upheld + self.dismissed;
        self.upheld >= PROVEN_FROM && self.upheld * 100 >= settled * PROVEN_SHARE
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::shared::id::{BanId, CaseId, ScreeningId};
    use crate::shared::screening::{Cause, SubjectKind};

    fn person(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + day * 86_400, 0).unwrap()
    }

    fn case() -> Case {
        Case {
            id: CaseId(Uuid::nil()),
            screening_id: ScreeningId(Uuid::nil()),
            subject_kind: SubjectKind::Listing,
            subject_id: Uuid::nil(),
            author: Some(person(1)),
            cause: Cause::Rules,
            state: CaseState::Open,
            opened_at: at(0),
            decided_at: None,
            decided_by: None,
            note: String::new(),
            edited_title: None,
            edited_text: None,
            appeal: None,
            appeal_text: None,
            appealed_at: None,
            appeal_decided_by: None,
            appeal_decided_at: None,
            appeal_note: None,
            version: 1,
        }
    }

    fn refused() -> Case {
        decided(case(), &Decision::Refuse, person(2), "不行", at(1)).unwrap()
    }

    #[test]
    fn an_appeal_is_made_once_by_the_author_and_decided_by_somebody_else() {
        assert!(appealed(refused(), Some(person(3)), "为什么", at(2)).is_err());
        assert!(appealed(refused(), None, "为什么", at(2)).is_err());
        assert!(appealed(case(), Some(person(1)), "为什么", at(2)).is_err());
        assert!(appealed(refused(), Some(person(1)), "为什么", at(40)).is_err());
        let open = appealed(refused(), Some(person(1)), "为什么", at(2)).unwrap();
        assert!(appealed(open.clone(), Some(person(1)), "再看看", at(3)).is_err());
        assert!(appeal_decided(open.clone(), true, person(2), "", at(3)).is_err());
        assert!(appeal_decided(open.clone(), true, person(1), "", at(3)).is_err());
        let stands = appeal_decided(open.clone(), false, person(3), "仍然不行", at(3)).unwrap();
        assert_eq!(
            (stands.state, stands.appeal),
            (CaseState::Refused, Some(Appeal::Upheld))
        );
        assert!(appealed(stands, Some(person(1)), "再看看", at(4)).is_err());
        let overturned = appeal_decided(open, true, person(3), "可以", at(3)).unwrap();
        assert_eq!(overturned.state, CaseState::Approved);
        assert!(appeal_decided(overturned, false, person(4), "", at(4)).is_err());
    }

    #[test]
    fn nobody_decides_twice_or_about_their_own_words() {
        let approve = Decision::Approve {
            title: None,
            text: Some("没有电话".into()),
        };
        assert!(decided(case(), &approve, person(1), "", at(1)).is_err());
        let done = decided(case(), &approve, person(2), "", at(1)).unwrap();
        assert_eq!(done.edited_text.as_deref(), Some("没有电话"));
        assert!(decided(done, &Decision::Refuse, person(3), "", at(1)).is_err());
    }

    #[test]
    fn a_ban_for_good_needs_a_second_person_and_lapses_without_one() {
        let ban = Ban {
            id: BanId(Uuid::nil()),
            account: person(1),
            case_id: None,
            reason: "多次发布违禁品".into(),
            from_at: at(0),
            until_at: Some(at(0) + UNCONFIRMED_FOR),
            for_good: true,
            made_by: person(2),
            confirmed_by: None,
            confirmed_at: None,
            lifted_by: None,
            lifted_at: None,
            appeal: None,
            appeal_text: None,
            appealed_at: None,
            appeal_decided_by: None,
            appeal_decided_at: None,
            appeal_note: None,
        };
        assert!(confirmed(ban.clone(), person(2), at(1)).is_err());
        assert!(confirmed(ban.clone(), person(1), at(1)).is_err());
        assert!(confirmed(ban.clone(), person(3), at(20)).is_err());
        let for_good = confirmed(ban, person(3), at(1)).unwrap();
        assert_eq!(for_good.until_at, None);
        assert!(confirmed(for_good, person(4), at(2)).is_err());
    }

    #[test]
    fn flags_weigh_by_record_and_no_crowd_of_new_accounts_is_proven() {
        let record = |upheld, dismissed| FlagRecord { upheld, dismissed };
        let week = TimeDelta::days(7);
        assert_eq!(record(0, 0).weight(TimeDelta::hours(1)), 20);
        assert_eq!(record(9, 0).weight(TimeDelta::hours(1)), 20);
        assert_eq!(record(0, 0).weight(week), 100);
        assert_eq!(record(0, 20).weight(week), 20);
        assert!(record(10, 0).weight(week) > 150);
        assert!(!record(0, 0).is_proven());
        assert!(!record(2, 0).is_proven());
        assert!(record(3, 1).is_proven());
        assert!(!record(3, 3).is_proven());
    }
}
