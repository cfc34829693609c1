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
    /// Somebody tells a number aloud.
    Aloud,
    /// Amounts, dates and the like are a number in disguise.
    Hidden,
    /// Beside the first digits of a mobile number.
    First,
    /// Before the last ones.
    Rest,
    /// Long numbers of things.
    Serial,
}

const LABELS: [(Label, &[&str]); 16] = [
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
    (
        Label::Aloud,
        &[
            "我号",
            "我的号",
            "的号",
            "了号",
            "这号",
            "那号",
            "个号",
            "换号",
            "号给",
            "号藏",
            "号是",
            "暗号",
            "靓号",
            "留号",
            "号我",
            "记好",
            "记一下",
            "记着",
            "键盘",
            "连着按",
            "一个一个按",
            "打过来",
            "打过去",
            "打出去",
            "自己接",
            "自己拼",
            "接上",
            "别人看不懂",
            "打幺",
            "打一",
            "按顺序",
            "double",
            "triple",
        ],
    ),
    (
        Label::Hidden,
        &[
            "连一起",
            "连起来",
            "连在一起",
            "合一起",
            "合起来",
            "接起来",
            "拼起来",
            "拼一块",
            "往一块",
            "凑一块",
            "凑起来",
            "凑一起",
            "数接上",
            "数着打",
            "去掉汉字",
            "去掉字",
            "去掉点",
            "点都去掉",
            "只看数字",
            "光看数字",
            "数字连",
            "把数字",
            "藏在",
            "藏日期",
            "不是真价",
            "懂的打",
            "你品",
            "细品",
            "懂的拨",
            "串起来",
            "连着读",
            "连着念",
            "别管单位",
            "就是我的号",
            "就是我电话",
            "就是电话",
        ],
    ),
    (
        Label::First,
        &["前", "头", "首", "先", "开头", "打头", "起头"],
    ),
    (
        Label::Rest,
        &[
            "后", "尾", "末", "剩", "再加", "再来", "加上", "接着", "最后",
        ],
    ),
    (
        Label::Serial,
        &[
            "编号", "单号", "imei", "串号", "序列", "订单", "型号", "条码", "批号", "出厂", "sn",
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

    /// Whether a label stands at most `reach` characters before or after.
    pub fn around(&self, label: Label, range: &Range<usize>, reach: usize) -> bool {
        let places = &self.places[label as usize];
        let first = places.partition_point(|place| place.start + reach < range.start);
        places[first..]
            .iter()
            .take_while(|place| place.start < range.end + reach)
            .any(|place| place.end <= range.start || place.start >= range.end)
    }
}
