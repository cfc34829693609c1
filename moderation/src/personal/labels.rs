//! What people say around a number: that it is one, of what kind, in which order.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::fold::fold_one;

/// What is said around numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Call,
    Backwards,
    Order,
    Identity,
    Card,
    Mobile,
    Turned,
    FixedLine,
    Telephone,
    /// Before a number whose groups are parted by stars, as the sides of a cupboard are.
    Starred,
    /// What stands apart is one number.
    Joined,
}

const LABELS: [(Label, &[&str]); 11] = [
    (
        Label::Call,
        &[
            "电话",
            "手机",
            "联系",
            "号码",
            "拨",
            "打给",
            "call",
            "微",
            "加我",
            "短信",
            "tel",
            "电联",
            "找我",
            "呼我",
            "热线",
            "机号",
            "phone",
            "mobile",
            "전화",
            "연락",
            "致电",
            "打我",
            "我号",
            "号:",
            "留个号",
            "的号",
            "机主",
            "本人",
            "☎",
            "📱",
            "📞",
            "尾号",
            "开头",
            "打头",
            "记下",
            "回电",
            "拼起来",
        ],
    ),
    (
        Label::Backwards,
        &[
            "倒",
            "反",
            "逆",
            "镜像",
            "从后",
            "从右",
            "右往左",
            "backward",
            "거꾸로",
        ],
    ),
    (
        Label::Order,
        &["前", "头", "首", "先", "后", "尾", "末", "底"],
    ),
    (
        Label::Identity,
        &[
            "身份",
            "证件",
            "证号",
            "sfz",
            "idcard",
            "id号",
            "老证",
            "代证",
            "老号",
            "十五位",
            "15位",
            "实名",
            "前六位",
            "前6位",
            "户口",
            "证:",
            "证：",
            "老证",
            "旧证",
            "old id",
            "份证",
            "份政",
            "证前",
            "的证",
            "证是",
        ],
    ),
    (
        Label::Card,
        &[
            "银行卡",
            "卡号",
            "张卡",
            "转账",
            "账号",
            "账户",
            "储蓄",
            "卡前",
            "卡后",
            "农行",
            "工行",
            "建行",
            "中行",
            "信用社",
            "邮储",
            "咔号",
            "卡好",
            "卡62",
            "的卡",
            "到卡",
            "农信",
            "农商",
            "银行",
            "一本通",
            "存折",
            "工资卡",
            "汇入",
        ],
    ),
    (Label::Mobile, &["电话", "手机", "联系", "号码", "拨"]),
    (Label::Turned, &["后", "尾", "末"]),
    (Label::FixedLine, &["座机", "固话"]),
    (Label::Telephone, &["电话", "致电", "tel"]),
    (
        Label::Starred,
        &["电话", "手机", "号", "机主", "联系", "拨", "打"],
    ),
    (
        Label::Joined,
        &[
            "连着",
            "连起来",
            "接起来",
            "拼",
            "凑一块",
            "合起来",
            "接一起",
            "连一块",
        ],
    ),
];

#[expect(
    clippy::expect_used,
    reason = "the literal words are compiled by a test"
)]
static SAID: LazyLock<(AhoCorasick, Vec<Label>)> = LazyLock::new(|| {
    let (labels, words): (Vec<Label>, Vec<&str>) = LABELS
        .iter()
        .flat_map(|(label, words)| words.iter().map(|word| (*label, *word)))
        .unzip();
    let automaton = AhoCorasick::new(words).expect("literal words compile");
    (automaton, labels)
});

/// Where labels stand, in characters: read once, asked for every number.
pub struct Said {
    /// For each kind of label.
    places: [Vec<Range<usize>>; LABELS.len()],
}

impl Said {
    pub fn in_text(text: &[char]) -> Self {
        let mut whole = String::with_capacity(text.len() * 3);
        let mut at = Vec::with_capacity(text.len() * 3);
        for (index, c) in text.iter().enumerate() {
            whole.push(fold_one(*c));
            at.resize(whole.len(), index);
        }
        let mut places = [const { Vec::new() }; LABELS.len()];
        let (automaton, labels) = &*SAID;
        for hit in automaton.find_overlapping_iter(&whole) {
            let label = labels[hit.pattern().as_usize()];
            places[label as usize].push(at[hit.start()]..at[hit.end() - 1] + 1);
        }
        for places in &mut places {
            places.sort_unstable_by_key(|place| place.start);
        }
        Self { places }
    }

    pub fn anywhere(&self, label: Label) -> bool {
        !self.places[label as usize].is_empty()
    }

    /// Whether a label ends at `start` or begins at most `reach` characters before.
    pub fn before(&self, label: Label, start: usize, reach: usize) -> bool {
        let places = &self.places[label as usize];
        let first = places.partition_point(|place| place.start + reach < start);
        places[first..]
            .iter()
            .take_while(|place| place.start < start)
            .any(|place| place.end <= start)
    }
}
