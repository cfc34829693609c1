"""Reads an RSS feed from standard input with the package feedparser and prints what it holds as JSON.
Ends non-zero when the feed is not well-formed or lacks what RSS 2.0 requires."""

import json
import sys

import feedparser

feed = feedparser.parse(sys.stdin.buffer.read())
assert not feed.bozo, feed.bozo_exception
assert feed.version == "rss20", feed.version
for field in ("title", "link", "subtitle", "language", "updated_parsed"):
    assert feed.feed.get(field), field
items = []
for entry in feed.entries:
    assert entry.id and entry.published_parsed, entry
    lng, lat = entry.where["coordinates"]
    items.append(
        {
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "text": entry.summary,
            "category": entry.tags[0].term,
            "published": list(entry.published_parsed[:6]),
            "lng": lng,
            "lat": lat,
        }
    )
json.dump(
    {
        "title": feed.feed.title,
        "language": feed.feed.language,
        "itself": next(link.href for link in feed.feed.links if link.rel == "self"),
        "items": items,
    },
    sys.stdout,
)
