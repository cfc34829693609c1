"""Reads a calendar feed from standard input with the packages icalendar and recurring-ical-events and
prints what it holds between two days: `feed_reader.py FIRST LAST`, one JSON line an occurrence."""

import json
import sys
from datetime import date, timedelta

import icalendar
import recurring_ical_events

first, last = (date.fromisoformat(text) for text in sys.argv[1:3])
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
found = recurring_ical_events.of(calendar).between(first, last + timedelta(days=1))
for event in sorted(found, key=lambda event: event["DTSTART"].dt):
    print(
        json.dumps(
            {
                "uid": str(event["UID"]),
                "summary": str(event["SUMMARY"]),
                "location": str(event["LOCATION"]),
                "starts": event["DTSTART"].dt.isoformat(),
                "ends": event["DTEND"].dt.isoformat(),
                "status": str(event["STATUS"]),
                "sequence": int(event["SEQUENCE"]),
            }
        )
    )
