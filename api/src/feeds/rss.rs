//! RSS 2.0 with `atom:link` to itself and `GeoRSS` places.

use chrono::{DateTime, Utc};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::shared::geo::Point;

/// One report.
pub struct Item {
    pub title: String,
    pub text: String,
    pub link: String,
    /// Stays the same when the title or link changes.
    pub guid: String,
    pub at: DateTime<Utc>,
    pub category: String,
    pub place: Point,
}

/// A feed.
pub struct Channel {
    pub title: String,
    pub text: String,
    /// Where people read the same.
    pub link: String,
    pub itself: String,
    /// `zh-CN`, `en`, `ko`
    pub language: &'static str,
    pub changed_at: DateTime<Utc>,
    pub items: Vec<Item>,
}

/// Minutes a reader may keep it.
pub const TTL_MIN: u32 = 5;

type Written = std::io::Result<()>;

fn element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> Written {
    tag(writer, &BytesStart::new(name), text)
}

fn tag(writer: &mut Writer<Vec<u8>>, start: &BytesStart<'_>, text: &str) -> Written {
    let end = start.to_end().into_owned();
    writer.write_event(Event::Start(start.borrow()))?;
    // Control characters and these two are not XML, escaped or not.
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    writer.write_event(Event::Text(BytesText::new(&text)))?;
    writer.write_event(Event::End(end))
}

impl Channel {
    /// # Errors
    /// None: memory takes it all.
    pub fn write(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::new());
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let mut rss = BytesStart::new("rss");
        rss.push_attribute(("version", "2.0"));
        rss.push_attribute(("xmlns:atom", "http://www.w3.org/2005/Atom"));
        rss.push_attribute(("xmlns:georss", "http://www.georss.org/georss"));
        writer.write_event(Event::Start(rss))?;
        writer.write_event(Event::Start(BytesStart::new("channel")))?;
        element(&mut writer, "title", &self.title)?;
        element(&mut writer, "link", &self.link)?;
        element(&mut writer, "description", &self.text)?;
        element(&mut writer, "language", self.language)?;
        element(&mut writer, "lastBuildDate", &self.changed_at.to_rfc2822())?;
        element(&mut writer, "ttl", &TTL_MIN.to_string())?;
        let mut itself = BytesStart::new("atom:link");
        itself.push_attribute(("href", self.itself.as_str()));
        itself.push_attribute(("rel", "self"));
        itself.push_attribute(("type", "application/rss+xml"));
        writer.write_event(Event::Empty(itself))?;
        for item in &self.items {
            item.write(&mut writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new("channel")))?;
        writer.write_event(Event::End(BytesEnd::new("rss")))?;
        Ok(writer.into_inner())
    }
}

impl Item {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> Written {
        writer.write_event(Event::Start(BytesStart::new("item")))?;
        element(writer, "title", &self.title)?;
        element(writer, "link", &self.link)?;
        element(writer, "description", &self.text)?;
        element(writer, "category", &self.category)?;
        let mut guid = BytesStart::new("guid");
        guid.push_attribute(("isPermaLink", "false"));
        tag(writer, &guid, &self.guid)?;
        element(writer, "pubDate", &self.at.to_rfc2822())?;
        let place = format!("{} {}", self.place.lat(), self.place.lng());
        element(writer, "georss:point", &place)?;
        writer.write_event(Event::End(BytesEnd::new("item")))
    }
}
