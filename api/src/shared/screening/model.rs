//! Subjects, verdicts and cases.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use wufei_moderation::{SubmissionKind, Words};

use super::store::NewScreening;
use crate::district::Lang;
use crate::shared::id::{AccountId, BanId, CaseId, ScreeningId};
use crate::text_enum;

text_enum! {
    /// What becomes of a submission.
    #[schema(as = ModerationDecision)]
    Decision {
        Publish = "publish",
        /// A person decides.
        Hold = "hold",
        Refuse = "refuse",
    }
}

impl From<wufei_moderation::Decision> for Decision {
    fn from(decision: wufei_moderation::Decision) -> Self {
        match decision {
            wufei_moderation::Decision::Publish => Self::Publish,
            wufei_moderation::Decision::Hold => Self::Hold,
            wufei_moderation::Decision::Refuse => Self::Refuse,
        }
    }
}

text_enum! {
    /// What kinds of things are published here.
    #[schema(as = ModerationSubjectKind)]
    SubjectKind {
        Listing = "listing",
        /// Between the two who agree on a listing.
        Message = "message",
        /// How a professional merchant presents itself.
        Seller = "seller",
        /// A school, community or market.
        Organisation = "organisation",
        Event = "event",
        /// The text and photos of a report.
        Report = "report",
        /// What a reporter says about the outcome.
        Comment = "comment",
    }
}

impl SubjectKind {
    /// By which rules it is screened.
    pub fn submission(self) -> SubmissionKind {
        match self {
            Self::Listing | Self::Seller => SubmissionKind::Listing,
            Self::Message => SubmissionKind::Message,
            Self::Organisation | Self::Event => SubmissionKind::Event,
            Self::Report => SubmissionKind::Report,
            Self::Comment => SubmissionKind::Comment,
        }
    }
}

/// The name a kind of submission has in the database.
pub fn kind_name(kind: SubmissionKind) -> &'static str {
    match kind {
        SubmissionKind::Listing => "listing",
        SubmissionKind::Message => "message",
        SubmissionKind::Event => "event",
        SubmissionKind::Report => "report",
        SubmissionKind::Comment => "comment",
    }
}

/// The kind of submission of a name in the database.
pub fn kind_of(name: &str) -> SubmissionKind {
    match name {
        "listing" => SubmissionKind::Listing,
        "message" => SubmissionKind::Message,
        "event" => SubmissionKind::Event,
        "report" => SubmissionKind::Report,
        _ => SubmissionKind::Comment,
    }
}

/// One thing that is published, by its kind and the id its slice knows it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: Uuid,
}

impl Subject {
    pub fn new(kind: SubjectKind, id: Uuid) -> Self {
        Self { kind, id }
    }
}

/// What the owner of a subject does after people decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Show it; with the words a moderator took personal data out of, where there are any.
    Publish {
        title: Option<String>,
        text: Option<String>,
    },
    /// Take it out of sight until a person has decided.
    Hold,
    /// Keep it out of sight; the author may change it.
    Refuse,
}

/// Why a submission was not simply published, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptReason {
    pub rule: String,
    pub decision: Decision,
    pub source: String,
    pub message: Words,
    pub places: Vec<Place>,
}

/// Characters of a field that a reason is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ModerationPlace)]
pub struct Place {
    /// `title`, `text`, `price`, `link`, `picture` or `circumstances`.
    pub field: String,
    /// First character, counted from 0; both null where no characters are meant.
    pub start: Option<usize>,
    /// The character after the last.
    pub end: Option<usize>,
    /// Which of the links or pictures, from 0.
    pub number: Option<usize>,
}

impl KeptReason {
    pub fn of(reason: &wufei_moderation::Reason) -> Self {
        Self {
            rule: reason.rule.to_string(),
            decision: reason.decision.into(),
            source: reason.source.to_string(),
            message: (*reason.message).clone(),
            places: reason
                .places
                .iter()
                .map(|(field, range)| Place::of(*field, range))
                .collect(),
        }
    }

    pub fn view(&self, lang: Lang) -> RulingReason {
        RulingReason {
            rule: self.rule.clone(),
            decision: self.decision,
            source: self.source.clone(),
            message: words(&self.message, lang).to_owned(),
            places: self.places.clone(),
        }
    }
}

impl Place {
    fn of(field: wufei_moderation::Field, range: &std::ops::Range<usize>) -> Self {
        use wufei_moderation::Field;
        let (field, number) = match field {
            Field::Title => ("title", None),
            Field::Text => ("text", None),
            Field::Price => ("price", None),
            Field::Link(number) => ("link", Some(number)),
            Field::Picture(number) => ("picture", Some(number)),
            Field::Circumstances => ("circumstances", None),
        };
        let characters = !range.is_empty();
        Self {
            field: field.to_owned(),
            start: characters.then_some(range.start),
            end: characters.then_some(range.end),
            number,
        }
    }
}

/// Chinese stands in for what is not translated.
pub fn words(words: &Words, lang: Lang) -> &str {
    let text = match lang {
        Lang::Zh => &words.zh,
        Lang::En => &words.en,
        Lang::Ko => &words.ko,
    };
    if text.is_empty() { &words.zh } else { text }
}

/// Why, in the author's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ModerationReason)]
pub struct RulingReason {
    /// Id of the rule.
    pub rule: String,
    pub decision: Decision,
    /// The law, standard or clause the rule rests on.
    pub source: String,
    pub message: String,
    pub places: Vec<Place>,
}

impl RulingReason {
    pub fn of(reason: &wufei_moderation::Reason, lang: Lang) -> Self {
        KeptReason::of(reason).view(lang)
    }
}

/// What the author of a submission is told at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ModerationRuling)]
pub struct Ruling {
    pub decision: Decision,
    pub reasons: Vec<RulingReason>,
    /// Under which a held or refused submission can be followed and appealed, `/moderation/{id}`.
    pub case_id: Option<CaseId>,
}

text_enum! {
    /// Why people look at a subject.
    #[schema(as = ModerationCause)]
    Cause {
        Rules = "rules",
        Flags = "flags",
    }
}

text_enum! {
    #[schema(as = ModerationCaseState)]
    CaseState {
        Open = "open",
        Approved = "approved",
        Refused = "refused",
        /// Given way to a newer version, or taken back by the author.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    #[schema(as = AppealState)]
    Appeal {
        Open = "open",
        /// The refusal stands.
        Upheld = "upheld",
        Overturned = "overturned",
    }
}

/// Something that a person decides, or that the rules refused.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Case {
    pub id: CaseId,
    pub screening_id: ScreeningId,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    pub author: Option<AccountId>,
    pub cause: Cause,
    pub state: CaseState,
    pub opened_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Nobody where the rules refused.
    pub decided_by: Option<AccountId>,
    pub note: String,
    pub edited_title: Option<String>,
    pub edited_text: Option<String>,
    pub appeal: Option<Appeal>,
    pub appeal_text: Option<String>,
    pub appealed_at: Option<DateTime<Utc>>,
    pub appeal_decided_by: Option<AccountId>,
    pub appeal_decided_at: Option<DateTime<Utc>>,
    pub appeal_note: Option<String>,
    pub version: i64,
}

impl Case {
    pub fn subject(&self) -> Subject {
        Subject::new(self.subject_kind, self.subject_id)
    }

    /// A case that waits for a person.
    pub fn opened(
        id: CaseId,
        screening_id: ScreeningId,
        subject: Subject,
        author: Option<AccountId>,
        cause: Cause,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            screening_id,
            subject_kind: subject.kind,
            subject_id: subject.id,
            author,
            cause,
            state: CaseState::Open,
            opened_at: now,
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

    /// The case of a screening that was not published: what the rules refused is decided at once.
    pub(super) fn of_screening(
        id: CaseId,
        screening: &NewScreening<'_>,
        now: DateTime<Utc>,
    ) -> Self {
        let submitted = screening.submitted;
        let opened = Self::opened(
            id,
            screening.id,
            submitted.subject,
            submitted.author,
            Cause::Rules,
            now,
        );
        if screening.decision == Decision::Refuse {
            Self {
                state: CaseState::Refused,
                decided_at: Some(now),
                ..opened
            }
        } else {
            opened
        }
    }
}

/// An account that may not publish for a while, or for good.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ban {
    pub id: BanId,
    pub account: AccountId,
    pub case_id: Option<CaseId>,
    pub reason: String,
    pub from_at: DateTime<Utc>,
    /// None for good.
    pub until_at: Option<DateTime<Utc>>,
    /// Asked for for good; `until_at` is the end until a second person confirms.
    pub for_good: bool,
    pub made_by: AccountId,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub lifted_by: Option<AccountId>,
    pub lifted_at: Option<DateTime<Utc>>,
    pub appeal: Option<Appeal>,
    pub appeal_text: Option<String>,
    pub appealed_at: Option<DateTime<Utc>>,
    pub appeal_decided_by: Option<AccountId>,
    pub appeal_decided_at: Option<DateTime<Utc>>,
    pub appeal_note: Option<String>,
}
