//! Why a report went where it went, in words a resident understands.

use super::places::{Accuracy, Border, Ground};
use super::routing::{Decision, NEIGHBOUR, OfficeRef, Rule, Site};
use super::{Category, Lang, Pack, Text};

/// A text whose three versions are made alike.
fn in_each(write: impl Fn(Lang) -> String) -> Text {
    Text::new(write(Lang::Zh), write(Lang::En), write(Lang::Ko))
}

pub(super) fn unnamed_neighbour() -> Text {
    Text::new(
        "相邻的县（市、区）",
        "the neighbouring district",
        "이웃 현(시, 구)",
    )
}

pub(super) fn reasons(
    pack: &Pack,
    category: &Category,
    rule: &Rule,
    site: &Site,
    decision: &Decision,
) -> Vec<Text> {
    let mut reasons = Vec::with_capacity(7);
    reasons.push(rule.reason.clone());
    if decision.lead.id != NEIGHBOUR {
        reasons.push(clause(pack, rule, decision));
    }
    reasons.extend(border(site, decision, pack.map.margin_m));
    if let Some(reason) = township(site, decision) {
        reasons.push(reason);
    }
    if category.asks_ground && site.border != Border::Outside {
        reasons.push(ground(site));
    }
    if !decision.alerted.is_empty() {
        reasons.push(in_each(|lang| {
            let who = names(&decision.alerted, lang);
            match lang {
                Lang::Zh => format!("马上通知：{who}。"),
                Lang::En => format!("Told at once: {who}."),
                Lang::Ko => format!("바로 알리는 곳: {who}."),
            }
        }));
    }
    // Our deadline doesn't bind another district.
    if decision.lead.id != NEIGHBOUR {
        reasons.push(deadline(decision));
    }
    reasons
}

fn names<'a>(offices: impl IntoIterator<Item = &'a OfficeRef>, lang: Lang) -> String {
    let separator = if lang == Lang::Zh { "、" } else { ", " };
    let mut names = String::new();
    for office in offices {
        if !names.is_empty() {
            names.push_str(separator);
        }
        names.push_str(office.name.get(lang));
    }
    names
}

fn clause(pack: &Pack, rule: &Rule, decision: &Decision) -> Text {
    let clause = &pack.clauses[rule.clause];
    // The neighbour is told because of the border; no clause of ours binds it.
    let bound = |office: &&OfficeRef| office.id != NEIGHBOUR;
    let assisting: Vec<&OfficeRef> = decision.assisting.iter().filter(bound).collect();
    in_each(|lang| {
        let (id, title) = (&clause.id, clause.title.get(lang));
        let lead = decision.lead.name.get(lang);
        let basis = match (lang, rule.departs) {
            (Lang::Zh, false) => format!("依据《实施方案》{id}（{title}）："),
            (Lang::En, false) => format!("By clause {id} of the programme ({title}): "),
            (Lang::Ko, false) => format!("실시방안 {id}({title})에 따라 "),
            // Such a rule gives the lead to another office than the clause does.
            (Lang::Zh, true) => format!("参照《实施方案》{id}（{title}）："),
            (Lang::En, true) => format!("With regard to clause {id} of the programme ({title}): "),
            (Lang::Ko, true) => format!("실시방안 {id}({title})을 참고하여 "),
        };
        let who = names(assisting.iter().copied(), lang);
        match (lang, who.is_empty()) {
            (Lang::Zh, true) => format!("{basis}由{lead}负责。"),
            (Lang::Zh, false) => format!("{basis}{lead}牵头，{who}配合。"),
            (Lang::En, true) => format!("{basis}{lead} is responsible."),
            (Lang::En, false) => format!("{basis}{lead} leads; assisting: {who}."),
            (Lang::Ko, true) => format!("{basis}담당: {lead}."),
            (Lang::Ko, false) => format!("{basis}주관: {lead}, 협조: {who}."),
        }
    })
}

fn border(site: &Site, decision: &Decision, margin_m: f64) -> Option<Text> {
    let unnamed = unnamed_neighbour();
    let neighbour = decision.neighbour.as_ref().map_or(&unnamed, |n| &n.name);
    let metres = site.place.distance_to_border_m.round();
    let overruled = site.place.border == Border::Outside && site.border == Border::Near;
    let reason = match decision.border {
        Border::Inside => return None,
        Border::Near if overruled => in_each(|lang| {
            let name = neighbour.get(lang);
            match lang {
                Lang::Zh => format!("定位在区界外约{metres}米，但以您选的为准；也告诉{name}。"),
                Lang::En => format!(
                    "The position is about {metres} m outside the border, but your own choice counts; {name} is told too."
                ),
                Lang::Ko => format!(
                    "위치가 구 경계 밖 약 {metres}m이지만 고르신 곳을 따릅니다. {name}에도 알립니다."
                ),
            }
        }),
        Border::Near => in_each(|lang| {
            let name = neighbour.get(lang);
            match lang {
                Lang::Zh => format!("离区界约{metres}米，界线画得不够准，所以也告诉{name}。"),
                Lang::En => format!(
                    "The border is about {metres} m away and not drawn precisely, so {name} is told too."
                ),
                Lang::Ko => format!(
                    "구 경계까지 약 {metres}m이고 경계선이 정확하지 않아 {name}에도 알립니다."
                ),
            }
        }),
        Border::Outside if site.place.distance_to_border_m <= margin_m => in_each(|lang| {
            let told = names(&decision.assisting, lang);
            match lang {
                Lang::Zh => {
                    format!("离区界只有约{metres}米，界线画得不够准，所以也告诉本区的{told}。")
                }
                Lang::En => format!(
                    "The border is only about {metres} m away and not drawn precisely, so our own offices are told too: {told}."
                ),
                Lang::Ko => format!(
                    "구 경계까지 약 {metres}m이고 경계선이 정확하지 않아 강원구에도 알립니다: {told}."
                ),
            }
        }),
        Border::Outside => in_each(|lang| {
            let name = neighbour.get(lang);
            match lang {
                Lang::Zh => format!("这个位置属于{name}。"),
                Lang::En => format!("This place belongs to {name}."),
                Lang::Ko => format!("이 위치는 {name}에 속합니다."),
            }
        }),
    };
    Some(reason)
}

fn township(site: &Site, decision: &Decision) -> Option<Text> {
    let township = decision.township.as_ref()?;
    Some(in_each(|lang| {
        let name = township.name.get(lang);
        if let Some(community) = site.community {
            let community = community.name.get(lang);
            return match lang {
                Lang::Zh => format!("您选了{community}，属于{name}。"),
                Lang::En => format!("You picked {community}, which belongs to {name}."),
                Lang::Ko => format!("고르신 {community}은(는) {name}에 속합니다."),
            };
        }
        match (lang, township.confirmed, township.accuracy) {
            (Lang::Zh, true, _) => format!("您确认了这里是{name}。"),
            (Lang::En, true, _) => format!("You confirmed that this is {name}."),
            (Lang::Ko, true, _) => format!("{name}(이)라고 확인해 주셨습니다."),
            (Lang::Zh, false, Accuracy::Surveyed) => format!("这里属于{name}。"),
            (Lang::En, false, Accuracy::Surveyed) => format!("This is in {name}."),
            (Lang::Ko, false, Accuracy::Surveyed) => format!("이곳은 {name}에 속합니다."),
            (Lang::Zh, false, Accuracy::Approximate) => {
                format!("估计在{name}：镇（街）界线是大概画的，请您确认，或从名单里选社区、村。")
            }
            (Lang::En, false, Accuracy::Approximate) => format!(
                "Probably in {name}: township borders are approximate, so please confirm it or pick your community or village from the list."
            ),
            (Lang::Ko, false, Accuracy::Approximate) => format!(
                "{name}(으)로 짐작됩니다. 진(가두) 경계는 대략적이니 확인하시거나 목록에서 사회구역·촌을 골라 주세요."
            ),
        }
    }))
}

fn ground(site: &Site) -> Text {
    match (site.ground, site.community.is_some()) {
        (Ground::Urban, true) => Text::new(
            "社区按城区算。",
            "A residential community counts as urban.",
            "사회구역은 시내로 봅니다.",
        ),
        (Ground::Village, true) => Text::new(
            "村按农村算。",
            "A village counts as village ground.",
            "촌은 농촌으로 봅니다.",
        ),
        (Ground::Urban, false) => Text::new(
            "离镇（街）驻地近，估计是城区；您选了社区或村，就以它为准。",
            "Close to a township seat, so probably urban; your community or village counts if you pick it.",
            "진(가두) 소재지에 가까워 시내로 짐작합니다. 사회구역이나 촌을 고르시면 그에 따릅니다.",
        ),
        (Ground::Village, false) => Text::new(
            "离镇（街）驻地远，估计是农村；您选了社区或村，就以它为准。",
            "Far from any township seat, so probably a village; your community or village counts if you pick it.",
            "진(가두) 소재지에서 멀어 농촌으로 짐작합니다. 사회구역이나 촌을 고르시면 그에 따릅니다.",
        ),
    }
}

fn deadline(decision: &Decision) -> Text {
    let hours = decision.deadline.hours;
    if decision.deadline.around_the_clock {
        Text::new(
            format!("要在{hours}小时内处理，不分昼夜。"),
            format!("To be dealt with within {hours} hours, day or night."),
            format!("밤낮 없이 {hours}시간 안에 처리해야 합니다."),
        )
    } else {
        Text::new(
            format!("要在{hours}个工作小时内处理。"),
            format!("To be dealt with within {hours} working hours."),
            format!("근무시간 {hours}시간 안에 처리해야 합니다."),
        )
    }
}
