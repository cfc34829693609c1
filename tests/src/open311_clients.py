"""Drives the service with Open311 client packages as they are published, none of their files changed:

    open311_clients.py PACKAGE ENDPOINT API_KEY PHOTO

lists the services, fetches a definition, files a request with the photo, reads it back, and prints what
the package made of it as one JSON object.

- `three` 0.8.0 sends the photo in a multipart form. It was written for Python 2: its one import that
  Python 3 lacks, `itertools.ifilter`, is what `filter` is there, so the name is given back before the
  import. Its XML reading needs Python 2 for good and is not used.
- `civicbot` 0.4.0 has no upload: it sends the `media_url` of a photo put at `POST /api/v1/photos` before.
- `georeport` 0.3.1 only reads, in JSON and XML: it is given a request's id instead of a photo.
"""

import itertools
import json
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

PLACE = (42.05636, 126.58564)
WORDS = "河边倒了一车砖头"


def asking(services):
    """A service that asks something."""
    return next(service for service in services if service["metadata"])


def answer(definition):
    """The first choice of the first question."""
    attribute = definition["attributes"][0]
    return attribute["code"], attribute["values"][0]["key"]


def with_three(endpoint, key, photo):
    itertools.ifilter = filter
    from three import Three

    client = Three(endpoint, api_key=key)
    services = client.services()
    service = asking(services)["service_code"]
    definition = client.services(service)
    code, choice = answer(definition)
    with open(photo, "rb") as media:
        filed = client.post(
            service,
            lat=PLACE[0],
            long=PLACE[1],
            description=WORDS,
            name="三 张",
            email="zhang@example.org",
            media=media,
            **{f"attribute[{code}]": choice},
        )
    request_id = filed[0]["service_request_id"]
    return {
        "discovery": client.discovery(),
        "services": services,
        "definition": definition,
        "service_code": service,
        "filed": filed[0],
        "request": client.request(request_id)[0],
        "listed": client.requests(service, start="11-01-2026", end="12-31-2026"),
    }


def with_civicbot(endpoint, key, photo):
    from civicbot import Endpoint, Open311Client

    upload = urllib.request.Request(
        urljoin(endpoint, "/api/v1/photos"),
        data=Path(photo).read_bytes(),
        headers={"Content-Type": "image/jpeg"},
    )
    with urllib.request.urlopen(upload) as uploaded:
        media_url = urljoin(endpoint, json.load(uploaded)["url"])
    client = Open311Client(
        Endpoint(id="wufei", name="Wufei", base_url=endpoint, write=True)
    )
    services = client.list_services()
    service = asking(services)["service_code"]
    definition = client.get_service_definition(service)
    code, choice = answer(definition)
    prepared = client.create_request(
        service,
        lat=PLACE[0],
        lng=PLACE[1],
        description=WORDS,
        attributes={code: choice},
        media_url=media_url,
        email="zhang@example.org",
        api_key=key,
        validate_remote=True,
        dry_run=False,
        confirm="SEND",
    )
    filed = prepared.response[0]
    return {
        "services": services,
        "definition": definition,
        "service_code": service,
        "filed": filed,
        "request": client.get_request(filed["service_request_id"]),
        "listed": client.list_requests(service_code=service, status="open"),
    }


def with_georeport(endpoint, key, request_id):
    from georeport import GeoReport

    read = {}
    for form in ("json", "xml"):
        client = GeoReport(endpoint, api_key=key, output_format=form)
        services = client.get_service_list()
        service = next(s for s in services if s["metadata"] in (True, "true"))
        read[form] = {
            "services": services,
            "definition": client.get_service_definition(service["service_code"]),
            "service_code": service["service_code"],
            "request": client.get_service_request(request_id),
            "listed": client.get_service_requests(status="open"),
        }
    return read


package, endpoint, key, given = sys.argv[1:]
drivers = {
    "three": with_three,
    "civicbot": with_civicbot,
    "georeport": with_georeport,
}
json.dump(drivers[package](endpoint, key, given), sys.stdout, default=str)
