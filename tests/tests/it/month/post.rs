//! Who should have been written to, by rules of the test's own, and who was.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use wufei_tests::mail_catcher::Caught;

use super::acts::{Case, Follower};
use super::pack::Pack;
use super::story::{Event, State, ids, text};
use super::town::{COORDINATORS, OFFICES, VERIFIERS, staff_email};
use super::walk::Walked;

/// An address and a subject.
type Letter = (String, String);

/// Steps that those who follow a case are told of.
const NEWS: &[&str] = &[
    "dispatched",
    "accepted",
    "returned",
    "handled",
    "verified",
    "verification_failed",
    "closed",
    "rejected",
    "extended",
    "suspended",
    "resumed",
    "merged",
    "reopened",
    "disputed",
    "confirmed",
    "withdrawn",
    "resident_asked",
    "reclassified",
];

/// The states in the languages of those who report.
const STATES: &[(&str, &str, &str, &str)] = &[
    ("received", "已受理", "Received", "접수됨"),
    ("dispatched", "已派遣", "Dispatched", "배정됨"),
    ("accepted", "处置中", "In hand", "처리 중"),
    (
        "handled",
        "已处置，待核查",
        "Handled, to be verified",
        "처리됨, 확인 대기",
    ),
    ("closed", "已结案", "Closed", "종결"),
    (
        "returned",
        "退单，待协调",
        "Returned, to be decided",
        "반려됨, 조정 중",
    ),
    ("extended", "已延期", "Extended", "기한 연장"),
    ("suspended", "挂账", "Suspended", "보류"),
    ("rejected", "不予受理", "Not taken up", "접수 불가"),
    ("merged", "已并案", "Merged", "병합됨"),
    ("reopened", "重新处置", "Reopened", "재처리"),
];

fn grouped(code: &str) -> String {
    format!("{}-{}-{}", &code[..3], &code[3..6], &code[6..])
}

/// The office's own address, and its handlers' who have one.
fn addresses(pack: &Pack, office: &str, state: &State) -> BTreeSet<String> {
    if office == "neighbour" {
        let name = text(&state.routing["neighbour"]);
        return pack.neighbour_email(&name).cloned().into_iter().collect();
    }
    let known = pack.offices.iter().position(|known| known.id == office);
    let staffed = known.is_some_and(|at| at < OFFICES) || office.starts_with("township-");
    let handlers = (1..=2).filter_map(|number| staff_email(&format!("{office}.{number}")));
    let own = pack.office(office).and_then(|office| office.email.clone());
    own.into_iter()
        .chain(handlers.filter(|_| staffed))
        .collect()
}

fn of_role<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().filter_map(staff_email).collect()
}

/// Those whose case it now is, those who must know at once, and those who help, each once.
fn to_offices(pack: &Pack, code: &str, state: &State) -> Vec<Letter> {
    let urgent = if state.routing["urgent"] == true {
        "【紧急】"
    } else {
        ""
    };
    let category = pack.category_name(&state.category);
    let mut told = BTreeSet::new();
    let mut letters = Vec::new();
    let alerted = ids(&state.routing["alerted"]);
    let all = std::iter::once((&state.lead, "牵头办理"))
        .chain(alerted.iter().map(|office| (office, "立即知悉并协助")))
        .chain(state.assisting.iter().map(|office| (office, "协助办理")));
    for (office, part) in all {
        if told.insert(office.clone()) {
            for to in addresses(pack, office, state) {
                let subject = format!("{urgent}{category} {} {part}", grouped(code));
                letters.push((to, subject));
            }
        }
    }
    letters
}

/// Those who are late, and on each rung those above them too.
fn of_the_rung(pack: &Pack, code: &str, state: &State, rung: usize) -> Vec<Letter> {
    let coordinators = of_role(COORDINATORS);
    let mut told = match state.status.as_str() {
        "received" | "returned" => coordinators.clone(),
        "handled" => {
            let verifiers = VERIFIERS.map(|(name, _)| name);
            &coordinators | &of_role(verifiers)
        }
        _ => addresses(pack, &state.lead, state),
    };
    if rung >= 1 {
        told.extend(coordinators);
    }
    if rung >= 2 {
        told.extend(pack.head_email(&state.lead));
    }
    if rung >= 3 {
        told.insert(pack.lead_email());
    }
    let name = ["催办", "督办", "请主要负责人过问", "报领导小组"][rung];
    let subject = format!(
        "【{name}】{} {}",
        pack.category_name(&state.category),
        grouped(code)
    );
    told.into_iter().map(|to| (to, subject.clone())).collect()
}

fn to_follower(code: &str, state: &State, follower: &Follower) -> Option<Letter> {
    let (_, zh, en, ko) = STATES.iter().find(|(id, ..)| *id == state.status).unwrap();
    let code = grouped(code);
    let subject = match follower.lang {
        "en" => format!("Report {code}: {en}"),
        "ko" => format!("신고 {code}: {ko}"),
        _ => format!("举报 {code}：{zh}"),
    };
    Some((follower.email.clone()?, subject))
}

/// The letters that the histories call for.
struct Expected<'a> {
    pack: &'a Pack,
    cases: &'a [Case],
    walked: &'a [Walked],
    by_code: HashMap<String, usize>,
    strays: &'a [(String, Follower)],
    letters: Vec<Letter>,
}

impl<'a> Expected<'a> {
    /// Goes through a case and gives who follows it at the end.
    fn case(&mut self, at: usize, keep: bool) -> Vec<&'a Follower> {
        let (walked, case) = (&self.walked[at], &self.cases[at]);
        let code = &walked.record.code;
        let strays = self.strays.iter().filter(|(to, _)| to == code);
        let mut coming: Vec<&Follower> = case.followers[1..]
            .iter()
            .chain(strays.map(|(_, f)| f))
            .collect();
        let mut there = vec![&case.followers[0]];
        for (position, event) in walked.record.events.iter().enumerate() {
            let (before, after) = (&walked.states[position], &walked.states[position + 1]);
            self.people(event, &mut there, &mut coming);
            if !keep {
                continue;
            }
            let letters = &mut self.letters;
            let filed = position == 1;
            if filed || before.lead != after.lead || event.kind == "reclassified" {
                letters.extend(to_offices(self.pack, code, after));
            }
            let rung = super::law::RUNGS
                .iter()
                .position(|rung| *rung == event.kind);
            if let Some(rung) = rung {
                letters.extend(of_the_rung(self.pack, code, after, rung));
            }
            if NEWS.contains(&event.kind.as_str()) || (event.kind == "noted" && event.public) {
                letters.extend(there.iter().filter_map(|who| to_follower(code, after, who)));
            }
        }
        there
    }

    /// Who comes and goes with a step.
    fn people(
        &mut self,
        event: &Event,
        there: &mut Vec<&'a Follower>,
        coming: &mut Vec<&'a Follower>,
    ) {
        let at = |moment: Option<DateTime<Utc>>| moment == Some(event.at);
        match event.kind.as_str() {
            "joined" => {
                let next = coming
                    .iter()
                    .position(|who| at(Some(who.joined_at)))
                    .unwrap();
                there.push(coming.remove(next));
            }
            "left" => {
                let gone = there.iter().position(|who| at(who.left_at)).unwrap();
                there.remove(gone);
            }
            "absorbed" => {
                let merged = self.by_code[&event.code_in_text()];
                // Who has left since stays on the list until the step that says so.
                there.extend(self.case(merged, false));
            }
            _ => {}
        }
    }
}

/// Letters of other kinds, which are about days and quarters, not cases.
fn is_of_the_day(subject: &str) -> bool {
    ["今日待办（", "请在 "]
        .iter()
        .any(|start| subject.starts_with(start))
        || ["一周办理情况（", "目标数据尚未填报"]
            .iter()
            .any(|part| subject.contains(part))
}

/// What is lost, doubled or uncalled for.
pub fn check(
    pack: &Pack,
    cases: &[Case],
    walked: &[Walked],
    strays: &[(String, Follower)],
    caught: &[Caught],
    kills: usize,
) -> (usize, Vec<String>) {
    let by_code = cases
        .iter()
        .enumerate()
        .map(|(at, case)| (case.code.clone(), at))
        .collect();
    let mut expected = Expected {
        pack,
        cases,
        walked,
        by_code,
        strays,
        letters: Vec::new(),
    };
    for at in 0..cases.len() {
        expected.case(at, true);
    }
    let mut wrong = Vec::new();
    let mut balance: HashMap<Letter, i64> = HashMap::new();
    for letter in &expected.letters {
        *balance.entry(letter.clone()).or_default() += 1;
    }
    let (mut ids, mut again, mut others) = (BTreeSet::new(), 0, BTreeSet::new());
    for letter in caught {
        if !ids.insert(&letter.message_id) {
            // Killed between sending and noting it: at least once, under the same Message-ID.
            again += 1;
            continue;
        }
        let key = (letter.to.clone(), letter.subject.clone());
        if !is_of_the_day(&letter.subject) {
            *balance.entry(key).or_default() -= 1;
        } else if !others.insert((letter.to.clone(), day_of(&letter.subject))) {
            wrong.push(format!("twice of one day: {key:?}"));
        }
    }
    if again > kills {
        wrong.push(format!(
            "{again} letters came again, the process was killed {kills} times"
        ));
    }
    for (letter, missing) in balance {
        if missing > 0 {
            wrong.push(format!("lost {missing} times: {letter:?}"));
        } else if missing < 0 {
            wrong.push(format!("uncalled for {} times: {letter:?}", -missing));
        }
    }
    (expected.letters.len(), wrong)
}

/// The kind of letter and the day or quarter it is about.
fn day_of(subject: &str) -> String {
    subject.split('：').next().unwrap_or_default().to_owned()
}
