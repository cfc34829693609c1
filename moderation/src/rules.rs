//! Rules as plain data: a district writes them into files, edits them at the desk, and the caller
//! hands them over.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubmissionKind {
    Listing,
    Message,
    Event,
    /// The text of a report: complaints are ordinary speech.
    Report,
    Comment,
}

/// What becomes of it, the mildest first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    #[default]
    Publish,
    /// A person decides.
    Hold,
    Refuse,
}

/// A sentence for a person. Chinese is required and stands in for the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub zh: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub ko: String,
}

/// How much a rule asks for in a kind of submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    Always,
    /// Only beside a word that says something is offered or sought.
    WithIntent,
    /// Not where the writer complains: who reports a thing must be able to name it.
    UnlessComplaint,
}

/// What a rule looks for beside words, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detector {
    Mobile,
    Landline,
    IdentityNumber,
    Passport,
    BankCard,
    Email,
    Plate,
    /// A messenger or social account with its identifier.
    Messenger,
    /// A home down to the door.
    Address,
    /// A web address outside the allowed hosts.
    Link,
    PersonRate,
    PlaceRate,
    RepeatedText,
    RepeatedPicture,
    BlockedPicture,
    Price,
    /// A text that reads like examples of [`Rule::examples`], whatever its words.
    Likeness,
}

/// One rule.
///
/// A strong word decides alone. A weak word needs company within [`Rule::reach`]: another weak word,
/// a thing or a hint. A thing needs a weak word or a hint: two things are two ordinary things. A hint
/// alone never counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Kept for ever: decisions refer to it.
    pub id: String,
    pub decision: Decision,
    /// Kinds that are not named are not looked at.
    pub applies: BTreeMap<SubmissionKind, Applies>,
    /// The law, standard or clause it rests on.
    pub source: String,
    /// What the author is told.
    pub message: Words,
    #[serde(default)]
    pub finds: Option<Detector>,
    #[serde(default)]
    pub strong: Vec<String>,
    #[serde(default)]
    pub weak: Vec<String>,
    /// What is honest by itself and may be offered with what makes it not so: 摩托车, with 没手续.
    #[serde(default)]
    pub things: Vec<String>,
    #[serde(default)]
    pub hints: Vec<String>,
    /// Ordinary words that contain or overlap a hit and take it away: 烟灰缸 for 烟.
    #[serde(default)]
    pub except: Vec<String>,
    /// Right before a hit, take it away: 炖过 for 排骨.
    #[serde(default)]
    pub before: Vec<String>,
    /// Right after a hit, take it away: 走丢 for 狗.
    #[serde(default)]
    pub after: Vec<String>,
    /// Whether containers, toys and books named after the thing are let through.
    #[serde(default)]
    pub allows_containers: bool,
    /// Whether a word gives way where the whole text reads like honest examples. A word that the
    /// classifier was not told of when it learned never does: what the desk adds counts at once.
    #[serde(default)]
    pub yields: bool,
    /// With [`Detector::Likeness`]: the groups of examples.
    #[serde(default)]
    pub examples: Vec<String>,
    /// How many characters apart words keep each other company. 24 unless said.
    #[serde(default)]
    pub reach: Option<u32>,
}

/// Characters that people swap for others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Characters {
    /// The character meant, and those written for it.
    pub twins: HashMap<char, String>,
    /// Two characters written for one: 木仓 for 枪.
    pub pieces: HashMap<String, char>,
    /// The character meant, and the emoji for it.
    pub signs: HashMap<char, String>,
}

/// Words that all rules share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shared {
    /// Say that something is offered or sought.
    pub intent: Vec<String>,
    /// Say that the writer complains or warns.
    pub complaint: Vec<String>,
    /// Before a hit, say that it is not there: 不含, 没有.
    pub negation: Vec<String>,
    /// After a hit, name a thing that is no such goods: 收纳盒, 图鉴.
    pub container: Vec<String>,
    /// Before a hit, do the same: 玩具, 空的.
    pub harmless: Vec<String>,
    /// Ordinary words for all rules. They take away what begins or ends in their midst, and what is
    /// found in them in disguise: 手枪 in 二手枪钉, 药 in 钥匙.
    pub ordinary: Vec<String>,
    /// Hosts that may be linked to, with what is below them.
    pub hosts: Vec<String>,
}

/// From when on the circumstances count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Posts in the last hour beyond which a person's next one waits.
    pub person_per_hour: u32,
    pub place_per_hour: u32,
    /// How often the same text may have been posted before.
    pub repeats: u32,
    /// Differing bits of 64 up to which two pictures are the same.
    pub picture_distance: u32,
    /// In fen; a second-hand thing that costs more is looked at.
    pub price: u64,
    pub likeness: Likeness,
}

/// What a text's words and how it reads come to: above `held` a person looks at it. In hundredths of
/// the natural logarithm of the odds; `--example table` prints what other values would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Likeness {
    pub held: i32,
    /// What is added where only weak words are found.
    pub weak: i32,
    /// For one strong word.
    pub strong: i32,
    /// For a strong word beside other words.
    pub several: i32,
}

impl Default for Likeness {
    fn default() -> Self {
        Self {
            held: 175,
            weak: 175,
            strong: 200,
            several: 400,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            person_per_hour: 10,
            place_per_hour: 60,
            repeats: 2,
            picture_distance: 8,
            price: 5_000_000,
            likeness: Likeness::default(),
        }
    }
}

/// All that a [`crate::Screen`] is built from. Several files make one with [`Rules::append`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    pub characters: Characters,
    pub shared: Shared,
    pub limits: Limits,
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

impl Rules {
    /// Adds the rules of another file. Shared words and limits are those of one file only.
    pub fn append(&mut self, other: Self) {
        if other.characters != Characters::default() {
            self.characters = other.characters;
        }
        if other.shared != Shared::default() {
            self.shared = other.shared;
        }
        if other.limits != Limits::default() {
            self.limits = other.limits;
        }
        self.rules.extend(other.rules);
    }
}

/// Why rules can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("two rules are called {0}")]
    Twice(String),
    #[error("rule {0}: id, source and message.zh must be written")]
    Unexplained(String),
    #[error("rule {rule}: “{word}” has no letter to look for")]
    Empty { rule: String, word: String },
    #[error(
        "rule {rule}: “{word}” is longer than {} characters",
        crate::LONGEST_WORD
    )]
    Long { rule: String, word: String },
    #[error("the words could not be compiled: {0}")]
    Compile(String),
}
