//! Personal data that is told by its form: e-mail addresses, plates, accounts, home addresses.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::digits::{Piece, Spelling, What};
use super::{Finding, Kind};
use crate::fold::{Role, fold, fold_one};

/// Providers whose name alone makes an e-mail address of what stands before.
const PROVIDERS: &str = "qq|163|126|139|189|sina|sohu|gmail|outlook|hotmail|foxmail|yeah|aliyun|naver|daum|hanmail|icloud|yahoo|protonmail";

#[expect(
    clippy::expect_used,
    reason = "the literal patterns are compiled by a test"
)]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a literal pattern compiles")
}

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    let at = r"(?:@|[_-]at[_-]|\s在\s|[(\[{（【<]\s?(?:at|@|a|#|艾特|圈|圈a|爱特)\s?[)\]}）】>]|\sat\s|艾特|爱特|圈a|圈圈|小老鼠|#|＃|\*|골뱅이)";
    let dot = r"(?:\.|[_-]dot[_-]|#|。|[(\[{（【]\s?(?:dot|\.|点)\s?[)\]}）】]|\sdot\s|圆点|句号|小数点|点|점|[,，])";
    let end = r"(?:com|cn|net|org|edu|gov|kr|io|me|top|xyz|cc|info|康木)";
    compiled(&format!(
        r"[a-z0-9._%+-]{{2,64}}\s{{0,2}}{at}\s{{0,2}}(?:[a-z0-9-]{{1,40}}\s{{0,2}}{dot}\s{{0,2}}){{1,3}}{end}|[a-z0-9._%+-]{{3,64}}@[a-z0-9-]{{3,63}}(?:\.[a-z0-9-]{{1,63}})*|[a-z0-9._%+-]{{1,64}}@[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}})+|[a-z0-9._%+-]{{3,64}}\s?{at}\s?(?:{PROVIDERS})|(?:邮箱|email|e-mail|mail)[^a-z0-9]{{0,6}}[a-z0-9._-]{{5,40}}at[a-z0-9]{{2,20}}dot(?:com|cn|net|org)|(?:qq|网易|谷歌|新浪)?邮箱[是为:： ]{{1,3}}[a-z0-9._-]{{6,40}}"
    ))
});

static PLATE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-z][a-z0-9]{4,5}[a-z0-9挂学警港澳]|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-z](?:后面|后边|后头|接着|然后|开头|打头)是?[a-z0-9]{5,6}|(?:车牌|号牌|车号)[a-z0-9是为号]{0,3}[a-hj-z][a-z0-9]{5}",
    )
});

static MESSENGER: LazyLock<Regex> = LazyLock::new(|| {
    let label = r"微[\s.·*-]?信|v[\s.·*-]?信|wei\s?xin|🐧|微x|wei信|微xin|weixin|wechat|w\s?[-.]?\s?x|v\s?[-.]?\s?x|绿泡泡|绿泡|小绿|蓝鸟|飞机号|绿色软件|绿信|卫星|围信|维信|微\s?❤|v\s?❤|q\s?q|扣扣|抠抠|口口|企鹅|秋秋|丘丘|球球|抖音|douyin|快手|小红书|w信|薇x|telegram|电报|纸飞机|whatsapp|line|kakao(?:talk)?|카카오톡|카톡|위챗|skype|钉钉|飞书|闲鱼|微博|陌陌|facebook|instagram|小绿书|扣我|敲我";
    let short = r"[加+➕✚]\s?(?:我)?\s?[vwq微薇]|(?:^|[^a-z0-9])(?:[vwq]|tg|ins|dy|xhs|ks|kk|wb)|(?:^|[^稍轻略细些])微";
    // What may stand between the account and its identifier.
    let link = r"(?:[\s:：=＝@,，.。、~～\-—>→👉]|号码?|账号|帐号|昵称|同名|名|同号|同手机号?|拼音|全拼|名字|生日|搜索?|找我|是|为|叫|我|的|id|加|请|在|❤|♥|信|群|吧|一下|这个|=){0,12}?";
    compiled(&format!(
        r"(?:{label}){link}([a-z][a-z0-9_-]{{4,19}}|[0-9][0-9 -]{{3,16}}[0-9]|[a-z0-9_-]{{5,20}})|(?:{short})[\s:：=＝]{{0,3}}(?:号是?|是|❤|♥|信)?[\s:：=＝]{{0,3}}([a-z][a-z_-]{{0,18}}[0-9][a-z0-9_-]{{1,18}}|[a-z]{{2,14}}_[a-z0-9_-]{{2,14}}|[1-9][0-9]{{5,11}}|[a-z]{{2,8}}[0-9]{{2,12}})|(?:(?:^|[^a-z0-9])(?:[vwq]|tg|ins))\s?[:：]\s?([a-z][a-z0-9_-]{{4,19}})"
    ))
});

static PASSPORT: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"(?:护照|passport|通行证|여권)[^a-z0-9]{0,8}(?:no\.?\s?)?([a-z]{1,2}\s?[0-9]{7,9})")
});

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let n = "[0-9十百]{1,4}";
    let house = "(?:号楼|号|栋|幢|座|楼|#)";
    compiled(&format!(
        r"{n}{house}(?:楼)?{n}(?:单元|门栋|门|梯)(?:{n}(?:层|楼))?(?:[0-9]{{3,4}}|{n}(?:室|号|户))(?:室|号|户)?|{n}单元{n}(?:楼|层)?(?:[0-9]{{3,4}}|{n}(?:室|号|户))(?:室|号|户)?|{n}(?:号楼|栋|幢|座)(?:[0-9]{{3,4}})(?:室|号|户)?|(?:家园|小区|花园|公寓|新村|苑|里|区)[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{3,4}}|(?:村|屯|组|队|胡同|巷|弄)[0-9]{{1,4}}号(?:院|户|[0-9]{{1,4}}(?:室|户))|(?:家在|我家|他家|她家|家住|住在)[^0-9]{{0,16}}(?:村|屯|镇|街|路|巷|胡同)(?:[0-9]{{1,3}}(?:组|队|社))?[0-9]{{1,4}}号|门牌(?:号码?)?是?[0-9]{{1,4}}号|(?:村|屯|镇|乡|委)[0-9]{{1,3}}(?:组|队|社)[0-9]{{1,4}}号|(?:村|屯|委)[0-9]{{1,3}}(?:组|队|社)门牌[0-9]{{1,4}}|(?:小区|家园|花园|公寓|苑|里)[a-z](?:座|栋|幢)[0-9]{{3,4}}|(?:我住|家住|住在)[0-9]{{1,2}}(?:楼|层)[0-9]{{3,4}}|(?:路|街|巷|村|屯)[0-9]{{1,4}}号[0-9]{{1,2}}-[0-9]{{1,2}}-[0-9]{{1,4}}|{n}单元{n}(?:楼|层)[东西南北中左右](?:边|侧)?(?:门|户|手|屋)"
    ))
});

/// Everything of this module, overlapping or not.
pub fn find(text: &[char], pieces: &[Piece]) -> Vec<Finding> {
    let mut found = Vec::new();
    let written = Reading::written(text);
    if written.has_letters() {
        for captures in EMAIL.captures_iter(&written.text) {
            written.add(Kind::Email, &captures, 0, &mut found);
        }
        let compact = written.without_spaces();
        for captures in EMAIL.captures_iter(&compact.text) {
            compact.add(Kind::Email, &captures, 0, &mut found);
        }
    }
    let numbered = Reading::numbered(text, pieces);
    if numbered.has_letters() {
        for captures in MESSENGER.captures_iter(&numbered.text) {
            written_out(&numbered, &captures, &mut found);
        }
        for captures in PASSPORT.captures_iter(&numbered.text) {
            numbered.add(Kind::Passport, &captures, 1, &mut found);
        }
    }
    let joined = Reading::joined(text, pieces);
    if !joined.has_letters() {
        return found;
    }
    for captures in PLATE.captures_iter(&joined.text) {
        if is_plate(&joined, &captures) {
            joined.add(Kind::Plate, &captures, 0, &mut found);
        }
    }
    for captures in ADDRESS.captures_iter(&joined.text) {
        joined.add(Kind::Address, &captures, 0, &mut found);
    }
    found
}

fn written_out(reading: &Reading, captures: &Captures, found: &mut Vec<Finding>) {
    let id = captures
        .get(1)
        .or_else(|| captures.get(2))
        .or_else(|| captures.get(3));
    let plain = id.is_some_and(|id| {
        let id = id.as_str();
        // A word and no identifier: “微信 please”, “qq music”.
        let letters_only = id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let digits = id.bytes().filter(u8::is_ascii_digit).count();
        // WR886N is a model: a letter that goes on into the next is no name of a messenger.
        let goes_on = captures.get(2).is_some()
            && reading.text[..captures.get(2).map_or(0, |id| id.start())]
                .ends_with(|c: char| c.is_ascii_lowercase())
            && id.starts_with(|c: char| c.is_ascii_lowercase());
        goes_on
            || (letters_only && id.len() < 6)
            || (digits > 0 && digits < 5 && digits == id.len())
    });
    if !plain {
        reading.add(Kind::Messenger, captures, 0, found);
    }
}

fn is_plate(reading: &Reading, captures: &Captures) -> bool {
    let Some(plate) = captures.get(0) else {
        return false;
    };
    let after = reading.text[plate.end()..].chars().next();
    let digits = plate.as_str().bytes().filter(u8::is_ascii_digit).count();
    let first = plate.as_str().chars().next();
    // 新 is a province and “new”: a model number may follow.
    let before = &reading.text[..plate.start()];
    let named = before.chars().rev().take(5).any(|c| "牌车号".contains(c));
    (digits >= 3 || (named && digits == 2))
        && after.is_none_or(|c| !c.is_ascii_alphanumeric())
        && (first != Some('新') || named || before.is_empty())
}

/// A text rewritten for the patterns, with the way back.
struct Reading {
    text: String,
    /// For each byte of `text`, the characters of the original it stands for.
    origin: Vec<(u32, u32)>,
}

impl Reading {
    const fn new() -> Self {
        Self {
            text: String::new(),
            origin: Vec::new(),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "positions of characters are u32: no longer text is ever taken"
    )]
    fn push(&mut self, c: char, range: &Range<usize>) {
        self.text.push(c);
        self.origin
            .resize(self.text.len(), (range.start as u32, range.end as u32));
    }

    /// Enough Latin letters and digits for anything to be found; many texts have none, and are quick.
    fn has_letters(&self) -> bool {
        self.text
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .nth(1)
            .is_some()
    }

    fn without_spaces(&self) -> Self {
        let mut reading = Self::new();
        for (at, c) in self.text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let (start, end) = self.origin[at];
            reading.push(c, &(start as usize..end as usize));
        }
        reading
    }

    /// Width, case and look-alikes folded, punctuation as it stands.
    fn written(text: &[char]) -> Self {
        let mut reading = Self::new();
        for (at, &c) in text.iter().enumerate() {
            if fold(c).0 != Role::Silent {
                reading.push(fold_one(c), &(at..at + 1));
            }
        }
        reading
    }

    /// As [`Self::written`], with numerals as digits and the names of messengers put right.
    fn numbered(text: &[char], pieces: &[Piece]) -> Self {
        let mut digits = vec![None; text.len()];
        for piece in pieces {
            if let What::Digit(digit, Spelling::Digit | Spelling::Numeral) = piece.what {
                digits[piece.range.start] = Some(digit);
            }
        }
        let mut reading = Self::new();
        for (at, &c) in text.iter().enumerate() {
            if fold(c).0 == Role::Silent {
                continue;
            }
            let c = match (digits[at], fold_one(c)) {
                (Some(digit), _) => char::from(b'0' + digit.min(9)),
                (_, '薇' | '威' | '徽' | '溦' | '葳' | '崴') => '微',
                (_, '芯' | '心' | '伈') => '信',
                (_, '伽' | '珈' | '咖' | '迦' | '嘉' | '佳') => '加',
                (_, other) => other,
            };
            reading.push(c, &(at..at + 1));
        }
        reading
    }

    /// Letters, characters and digits alone, with dashes between digits; numerals as digits.
    fn joined(text: &[char], pieces: &[Piece]) -> Self {
        let mut reading = Self::new();
        let is_digit = |at: usize| {
            let piece = pieces.get(at).map(|piece| piece.what);
            matches!(piece, Some(What::Digit(_, Spelling::Digit)))
        };
        for (index, piece) in pieces.iter().enumerate() {
            match piece.what {
                What::Digit(digit, Spelling::Digit | Spelling::Numeral) => {
                    reading.push(char::from(b'0' + digit.min(9)), &piece.range);
                }
                // As it stands: an l in a plate is an L.
                What::Digit(..) => {
                    for at in piece.range.clone() {
                        let c = Some(fold_one(text[at])).filter(char::is_ascii_alphabetic);
                        reading.push(c.unwrap_or(text[at]), &(at..at + 1));
                    }
                }
                What::Other(c) => reading.push(c, &piece.range),
                What::Separator('-' | '—' | '–')
                    if index > 0 && is_digit(index - 1) && is_digit(index + 1) =>
                {
                    reading.push('-', &piece.range);
                }
                What::Separator(_) => {}
            }
        }
        reading
    }

    fn add(&self, kind: Kind, captures: &Captures, group: usize, found: &mut Vec<Finding>) {
        let Some(hit) = captures.get(group).filter(|hit| !hit.is_empty()) else {
            return;
        };
        let (start, end) = (self.origin[hit.start()].0, self.origin[hit.end() - 1].1);
        found.push(Finding {
            kind,
            range: start as usize..end as usize,
        });
    }
}
