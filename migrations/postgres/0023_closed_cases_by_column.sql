-- Cases that are over near a place: by longitude alone a strip through the whole district was read.
-- Columns are a fiftieth of a degree wide (`must` in the inbox's closed.rs).
CREATE INDEX inbox_closed_by_column
    ON inbox_closed (scope, (CAST(ROUND(lng * 50) AS BIGINT)), lat, lng, created_s, report_id);
DROP INDEX IF EXISTS inbox_closed_by_place;
