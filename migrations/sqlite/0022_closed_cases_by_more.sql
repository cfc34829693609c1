-- Cases that are over, by who had them, by place, and those at a spot that was cleared before: each is
-- few among a million.
CREATE INDEX inbox_closed_by_assignee ON inbox_closed (scope, assignee, created_s, report_id)
    WHERE assignee IS NOT NULL;
CREATE INDEX inbox_closed_by_place ON inbox_closed (scope, lng, lat, created_s, report_id);
CREATE INDEX inbox_closed_by_recurrence ON inbox_closed (scope, created_s, report_id) WHERE recurs;
