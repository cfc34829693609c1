//! How a text reads, beside its words: what gives way, what is held, and how it is explained.

use std::sync::Arc;

use wufei_moderation::{
    Applies, Classifier, Decision, Detector, Example, Field, Rule, Rules, Screen, Submission,
    SubmissionKind, Verdict, Words,
};

use crate::pack;

fn rule(id: &str) -> Rule {
    Rule {
        id: id.into(),
        decision: Decision::Refuse,
        applies: [
            (SubmissionKind::Listing, Applies::Always),
            (SubmissionKind::Report, Applies::Always),
        ]
        .into(),
        source: "试行".into(),
        message: Words {
            zh: "试".into(),
            ..Words::default()
        },
        ..Rule::default()
    }
}

fn rules() -> Rules {
    Rules {
        rules: vec![
            Rule {
                yields: true,
                strong: vec!["茅台".into()],
                ..rule("goods-drink")
            },
            Rule {
                decision: Decision::Hold,
                finds: Some(Detector::Likeness),
                examples: vec!["drink".into()],
                ..rule("reads-like-drink")
            },
        ],
        ..Rules::default()
    }
}

/// Offers of drink, and of what held it.
fn classifier(rules: &Rules) -> Arc<Classifier> {
    let honest = [
        "茅台空瓶两个，插花用",
        "空瓶子一箱，装酱油的",
        "空坛子三个，插花好看",
        "五粮液空瓶，空的，瓶子好看",
    ];
    let drink = [
        "两箱五粮液，没开封，整箱出",
        "整箱的好酒，没开封，过年剩的",
        "剩的酒没开封，原箱，便宜出",
        "茅台没开封，过年剩的两瓶",
    ];
    let example = |text, group| Example {
        kind: SubmissionKind::Listing,
        text,
        group,
    };
    let honest = honest.map(|text| example(text, None));
    let drink = drink.map(|text| example(text, Some("drink")));
    Arc::new(Classifier::learn(honest.into_iter().chain(drink), rules))
}

fn screen(rules: &Rules) -> Screen {
    let known = self::rules();
    Screen::with_classifier(rules, Some(classifier(&known))).expect("the rules are sound")
}

fn asked(screen: &Screen, kind: SubmissionKind, text: &str) -> Verdict {
    screen.screen(&Submission::new(kind, "", text))
}

fn listing(screen: &Screen, text: &str) -> Verdict {
    asked(screen, SubmissionKind::Listing, text)
}

#[test]
fn a_word_gives_way_where_the_text_reads_honest_and_stands_where_it_does_not() {
    let rules = rules();
    let screen = screen(&rules);
    let honest = "茅台空瓶子三个，空的，插花好看";
    assert_eq!(listing(&screen, honest).decision, Decision::Publish);
    let offered = listing(&screen, "茅台两瓶没开封，过年剩的");
    assert_eq!(offered.decision, Decision::Refuse);
    let alone = Screen::new(&rules).expect("the rules are sound");
    assert_eq!(listing(&alone, honest).decision, Decision::Refuse);
}

#[test]
fn a_word_that_the_desk_adds_counts_at_once() {
    let mut rules = rules();
    rules.rules[0].strong.push("空瓶子".into());
    let verdict = listing(&screen(&rules), "茅台空瓶子三个，空的，插花好看");
    assert_eq!(verdict.decision, Decision::Refuse);
    rules.rules[0] = Rule {
        strong: vec!["插花".into()],
        ..rule("of-the-desk")
    };
    let verdict = listing(&screen(&rules), "茅台空瓶子三个，空的，插花好看");
    assert_eq!(verdict.decision, Decision::Refuse);
}

#[test]
fn what_reads_like_an_offer_is_held_with_the_places_that_say_so() {
    let screen = screen(&rules());
    let text = "过年剩的，整箱没开封，便宜出";
    let verdict = listing(&screen, text);
    assert_eq!(verdict.decision, Decision::Hold);
    let reason = &verdict.reasons[0];
    assert_eq!(&*reason.rule, "reads-like-drink");
    assert!(!reason.places.is_empty());
    for (field, range) in &reason.places {
        assert_eq!(*field, Field::Text);
        assert!(range.end <= text.chars().count());
    }
    // Nothing like it was among the examples.
    let report = asked(&screen, SubmissionKind::Report, text);
    assert_eq!(report.decision, Decision::Publish);
}

#[test]
fn who_learns_from_the_same_examples_says_the_same() {
    let (one, other) = (pack::screen(), pack::screen());
    for row in pack::rows(pack::EXAMPLES).iter().step_by(97) {
        assert_eq!(row.verdict(&one), row.verdict(&other), "{}", row.text);
    }
}

#[test]
fn the_pack_names_a_rule_for_every_group_of_examples() {
    let rules = pack::rules();
    let named: Vec<&String> = rules.rules.iter().flat_map(|rule| &rule.examples).collect();
    for row in pack::rows(pack::EXAMPLES) {
        assert!(
            row.expected == "publish" || named.contains(&&row.by),
            "no rule is about {}",
            row.by
        );
    }
}

#[test]
fn a_word_or_two_prove_nothing() {
    let screen = pack::screen();
    for text in [
        "免费",
        "已收",
        "请尽快",
        "陈建国",
        "江源二手家电",
        "三天",
        "在的",
    ] {
        for kind in [SubmissionKind::Listing, SubmissionKind::Message] {
            let verdict = asked(&screen, kind, text);
            assert_eq!(verdict.decision, Decision::Publish, "{text}");
        }
    }
}

/// The rules know this author's texts, the classifier does not.
#[test]
fn an_author_that_was_not_learned_from_is_understood() {
    let rows = pack::rows(pack::EXAMPLES);
    let (left_out, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.author == "d");
    let rules = pack::rules();
    let classifier = pack::classifier(&rules, others.into_iter());
    let screen = Screen::with_classifier(&rules, Some(classifier)).expect("the rules are sound");
    let share = |honest: bool| {
        let of: Vec<_> = left_out
            .iter()
            .filter(|row| (row.expected == "publish") == honest)
            .collect();
        let right = of
            .iter()
            .filter(|row| row.is_met_by(row.verdict(&screen).decision))
            .count();
        (right * 1_000).checked_div(of.len()).unwrap_or_default()
    };
    let (honest, forbidden) = (share(true), share(false));
    // d wrote near neighbours of forbidden goods: of ordinary texts fewer than 1 % are held.
    assert!(honest >= 970 && forbidden >= 940, "{honest} {forbidden} ‰");
}
