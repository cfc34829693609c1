//! What is printed: posters, book labels, stallholders' passes and certificates, as SVG.

use std::fmt::Write;

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use crate::shared::error::{Error, Result};

/// Free modules around a code, as ISO/IEC 18004 asks for.
const QUIET: usize = 4;

/// Text that may stand in XML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A QR code as a group of so many units' side at a place.
pub fn qr(content: &str, x: f64, y: f64, side: f64) -> Result<String> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M).map_err(Error::internal)?;
    let width = code.width();
    let modules = width + 2 * QUIET;
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Ok(format!(
        "<svg x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" viewBox=\"0 0 {modules} {modules}\">\
         <path fill=\"#fff\" d=\"M0 0h{modules}v{modules}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

/// Cuts text into lines of at most so many characters.
pub fn lines(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let characters: Vec<char> = paragraph.chars().collect();
        for chunk in characters.chunks(width) {
            lines.push(chunk.iter().collect());
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

const FONT: &str = "font-family=\"Noto Sans CJK SC, Noto Sans SC, PingFang SC, sans-serif\"";

fn page(width: u32, height: u32, name: &str, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\" {FONT}>\
         <path fill=\"#fff\" d=\"M0 0h{width}v{height}H0z\"/>{body}</svg>",
        escaped(name)
    )
}

fn text(x: u32, y: u32, size: f64, anchor: &str, words: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{anchor}\">{}</text>",
        escaped(words)
    )
}

/// What a poster says.
pub struct Poster<'a> {
    pub icon: &'a str,
    pub kind: &'a str,
    pub title: &'a str,
    pub text: &'a str,
    pub when: &'a [String],
    pub place: &'a str,
    pub organisation: &'a str,
    pub url: &'a str,
    pub scan: &'a str,
}

/// An A4 poster with a QR code that opens the event.
pub fn poster(poster: &Poster<'_>) -> Result<String> {
    let mut body = String::new();
    body.push_str("<path fill=\"#1b6b43\" d=\"M0 0h210v44H0z\"/>");
    let _ = write!(
        body,
        "<g fill=\"#fff\">{}</g>",
        text(
            105,
            29,
            16.0,
            "middle",
            &format!("{} {}", poster.icon, poster.kind)
        )
    );
    let mut y = 70;
    for line in lines(poster.title, 13, 3) {
        body.push_str(&text(105, y, 14.0, "middle", &line));
        y += 18;
    }
    for line in poster.when {
        body.push_str(&text(105, y, 9.0, "middle", line));
        y += 12;
    }
    for line in lines(poster.place, 22, 2) {
        body.push_str(&text(105, y, 8.0, "middle", &line));
        y += 11;
    }
    y += 6;
    for line in lines(poster.text, 30, 8) {
        body.push_str(&text(20, y, 5.5, "start", &line));
        y += 8;
    }
    body.push_str(&qr(poster.url, 75.0, 216.0, 60.0)?);
    body.push_str(&text(105, 282, 5.0, "middle", poster.scan));
    body.push_str(&text(105, 291, 5.0, "middle", poster.organisation));
    Ok(page(210, 297, poster.title, &body))
}

/// A sheet of labels, three across and eight down on A4, each with a code and two lines below it.
pub fn labels(name: &str, labels: &[(String, String, String)]) -> Result<String> {
    let mut body = String::new();
    for (at, (content, first, second)) in (0_u32..).zip(labels) {
        let (column, row) = (at % 3, at / 3);
        let (x, y) = (7 + column * 66, 8 + row * 35);
        let _ = write!(
            body,
            "<path fill=\"none\" stroke=\"#ccc\" stroke-width=\".2\" d=\"M{x} {y}h64v33h-64z\"/>"
        );
        body.push_str(&qr(content, f64::from(x) + 1.0, f64::from(y) + 1.0, 31.0)?);
        for (line, words) in (0_u32..).zip(lines(first, 9, 3)) {
            body.push_str(&text(x + 33, y + 8 + line * 5, 3.2, "start", &words));
        }
        body.push_str(&text(x + 33, y + 28, 3.2, "start", second));
    }
    Ok(page(210, 297, name, &body))
}

/// A stallholder's pass.
pub fn pass(content: &str, title: &str, stall: &str, when: &str) -> Result<String> {
    let mut body = qr(content, 10.0, 22.0, 60.0)?;
    for (line, words) in (0_u32..).zip(lines(title, 12, 2)) {
        body.push_str(&text(40, 9 + line * 7, 5.5, "middle", &words));
    }
    body.push_str(&text(40, 92, 12.0, "middle", stall));
    body.push_str(&text(40, 102, 5.0, "middle", when));
    Ok(page(80, 108, title, &body))
}

/// What a certificate says.
pub struct Certificate<'a> {
    pub district: &'a str,
    pub badge: &'a str,
    pub organisation: &'a str,
    pub lines: &'a [String],
    pub day: &'a str,
    pub url: &'a str,
}

/// An A4 certificate, landscape; its QR code opens the organisation's page, where it can be checked.
pub fn certificate(certificate: &Certificate<'_>) -> Result<String> {
    let mut body = String::new();
    body.push_str(
        "<path fill=\"none\" stroke=\"#1b6b43\" stroke-width=\"2\" d=\"M10 10h277v190H10z\"/>",
    );
    body.push_str(&text(148, 40, 9.0, "middle", certificate.district));
    let _ = write!(
        body,
        "<g fill=\"#1b6b43\">{}</g>",
        text(148, 68, 22.0, "middle", certificate.badge)
    );
    for (line, words) in (0_u32..).zip(lines(certificate.organisation, 20, 2)) {
        body.push_str(&text(148, 94 + line * 15, 13.0, "middle", &words));
    }
    for (line, words) in (0_u32..).zip(certificate.lines) {
        body.push_str(&text(30, 130 + line * 10, 6.0, "start", words));
    }
    body.push_str(&text(30, 190, 5.0, "start", certificate.day));
    body.push_str(&qr(certificate.url, 232.0, 145.0, 45.0)?);
    Ok(page(297, 210, certificate.badge, &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_text_and_never_markup() {
        let svg = labels(
            "标签",
            &[("x".into(), "<script>alert(1)</script>".into(), "A&B".into())],
        )
        .unwrap();
        assert!(!svg.contains("<script"));
        assert!(svg.contains("A&amp;B") && svg.contains("&lt;"));
        assert_eq!(lines("一二三四五", 2, 2), ["一二", "三四…"]);
    }
}
