//! Calendar feeds (RFC 5545): content lines folded at 75 octets, times in the district's zone.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use super::local::Local;
use super::schedule::Schedule;
use crate::district::Calendar;

/// One event as calendars see it.
pub struct Entry<'a> {
    pub uid: String,
    pub sequence: i64,
    pub updated_at: DateTime<Utc>,
    pub starts: Local,
    pub schedule: &'a Schedule,
    pub title: String,
    pub text: String,
    pub place: String,
    pub lng: f64,
    pub lat: f64,
    pub url: String,
    pub organiser: String,
    pub category: String,
    pub cancelled: bool,
}

/// A feed.
pub struct Feed<'a> {
    pub name: String,
    /// IANA name of the district's zone, whose offset the calendar gives.
    pub zone: &'a str,
    pub calendar: &'a Calendar,
}

/// Escapes a text value.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace("\r\n", "\\n")
        .replace(['\n', '\r'], "\\n")
}

struct Writer(String);

impl Writer {
    /// A content line, folded so that no line is longer than 75 octets and no character is cut.
    fn line(&mut self, text: &str) {
        let mut room = 75;
        for c in text.chars().filter(|c| !c.is_control()) {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = 74;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:{}", escaped(value)));
    }
}

impl Feed<'_> {
    pub fn write(&self, entries: &[Entry<'_>]) -> String {
        let mut out = Writer(String::new());
        out.line("BEGIN:VCALENDAR");
        out.line("VERSION:2.0");
        out.line("PRODID:-//Wufei//events//ZH");
        out.line("CALSCALE:GREGORIAN");
        out.line("METHOD:PUBLISH");
        out.text("NAME", &self.name);
        out.text("X-WR-CALNAME", &self.name);
        out.line("REFRESH-INTERVAL;VALUE=DURATION:PT6H");
        out.line(&format!("X-WR-TIMEZONE:{}", self.zone));
        self.zone(&mut out);
        for entry in entries {
            self.entry(&mut out, entry);
        }
        out.line("END:VCALENDAR");
        out.0
    }

    /// The district's zone has one offset all year.
    fn zone(&self, out: &mut Writer) {
        let seconds = self.calendar.utc_offset().local_minus_utc();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        let offset = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
        out.line("BEGIN:VTIMEZONE");
        out.line(&format!("TZID:{}", self.zone));
        out.line("BEGIN:STANDARD");
        out.line("DTSTART:19700101T000000");
        out.line(&format!("TZOFFSETFROM:{offset}"));
        out.line(&format!("TZOFFSETTO:{offset}"));
        out.line("END:STANDARD");
        out.line("END:VTIMEZONE");
    }

    fn zoned(&self, name: &str, at: Local) -> String {
        format!("{name};TZID={}:{}", self.zone, at.basic())
    }

    fn entry(&self, out: &mut Writer, entry: &Entry<'_>) {
        let schedule = entry.schedule;
        let recurring = schedule.is_recurring();
        let moved = |key: Local| {
            let moved = schedule.moved.iter().find(|moved| moved.from == key);
            moved.map_or(key, |moved| moved.to)
        };
        out.line("BEGIN:VEVENT");
        let first = if recurring {
            entry.starts
        } else {
            moved(entry.starts)
        };
        self.common(out, entry, first);
        if recurring {
            if let Some(rule) = schedule.rrule(self.calendar) {
                out.line(&format!("RRULE:{rule}"));
            }
            for at in &schedule.extra {
                out.line(&self.zoned("RDATE", *at));
            }
            let mut skipped = schedule.skipped(entry.starts, self.calendar);
            skipped.retain(|at| !schedule.extra.contains(at));
            skipped.extend(&schedule.except);
            skipped.sort_unstable();
            skipped.dedup();
            for at in skipped {
                out.line(&self.zoned("EXDATE", at));
            }
        }
        out.line("END:VEVENT");
        if recurring {
            for moved in &schedule.moved {
                if schedule
                    .find(entry.starts, self.calendar, moved.from)
                    .is_none()
                {
                    continue;
                }
                out.line("BEGIN:VEVENT");
                self.common(out, entry, moved.to);
                out.line(&self.zoned("RECURRENCE-ID", moved.from));
                out.line("END:VEVENT");
            }
        }
    }

    fn common(&self, out: &mut Writer, entry: &Entry<'_>, starts: Local) {
        let stamp = entry.updated_at.format("%Y%m%dT%H%M%SZ");
        out.line(&format!("UID:{}", entry.uid));
        out.line(&format!("DTSTAMP:{stamp}"));
        out.line(&format!("LAST-MODIFIED:{stamp}"));
        out.line(&format!("SEQUENCE:{}", entry.sequence));
        out.line(&self.zoned("DTSTART", starts));
        out.line(&self.zoned("DTEND", starts.plus(entry.schedule.minutes)));
        out.text("SUMMARY", &entry.title);
        let mut text = entry.text.clone();
        // Writing to a string cannot fail.
        let _ = write!(text, "\n\n{}\n{}", entry.organiser, entry.url);
        out.text("DESCRIPTION", text.trim());
        out.text("LOCATION", &entry.place);
        out.line(&format!("GEO:{:.6};{:.6}", entry.lat, entry.lng));
        out.text("CATEGORIES", &entry.category);
        out.line(&format!("URL:{}", entry.url));
        let status = if entry.cancelled {
            "CANCELLED"
        } else {
            "CONFIRMED"
        };
        out.line(&format!("STATUS:{status}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters_at_75_octets_and_texts_escaped() {
        let mut out = Writer(String::new());
        out.text("SUMMARY", &format!("{}; a, b\\c\nd", "旧书".repeat(40)));
        for line in out.0.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
        let unfolded = out.0.replace("\r\n ", "");
        assert!(unfolded.contains("旧书\\; a\\, b\\\\c\\nd"), "{unfolded}");
    }
}
