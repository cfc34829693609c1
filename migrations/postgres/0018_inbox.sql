-- The inbox: what the desk finds cases by, kept beside the reports by triggers so that no writer can
-- forget it. One narrow row for each case and scope: `''` for the whole district, and one for every
-- office that leads or assists. Times are seconds since 1970; ranks are sorted with the greatest
-- first. Derived as a whole: a backup leaves it out and the triggers make it again.
CREATE TABLE inbox (
    scope TEXT NOT NULL,
    report_id UUID NOT NULL,
    code TEXT NOT NULL,
    status TEXT NOT NULL,
    step TEXT,
    lead TEXT NOT NULL,
    category TEXT NOT NULL,
    township TEXT,
    assignee UUID,
    urgent BOOLEAN NOT NULL,
    waits BOOLEAN NOT NULL,
    extension_asked BOOLEAN NOT NULL,
    recurs BOOLEAN NOT NULL,
    escalation BIGINT NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    created_s BIGINT NOT NULL,
    -- The deadline that counts; null while the clock stands.
    late_s BIGINT,
    -- The case's own deadline, where it runs or was missed.
    overdue_s BIGINT,
    due_rank BIGINT NOT NULL,
    urgent_rank BIGINT NOT NULL,
    -- The program knows the calendar: it sets these after every change, and when the last is past.
    amber_s BIGINT,
    risk BIGINT NOT NULL,
    risk_due_s BIGINT,
    PRIMARY KEY (scope, report_id)
);
CREATE INDEX inbox_by_due ON inbox (scope, due_rank, report_id);
CREATE INDEX inbox_by_urgency ON inbox (scope, urgent_rank, report_id);
CREATE INDEX inbox_by_risk ON inbox (scope, risk, report_id);
CREATE INDEX inbox_by_age ON inbox (scope, created_s, report_id);
CREATE INDEX inbox_by_status ON inbox (scope, status, urgent);
CREATE INDEX inbox_by_overdue ON inbox (scope, overdue_s) WHERE overdue_s IS NOT NULL;
CREATE INDEX inbox_by_assignee ON inbox (scope, assignee, status) WHERE assignee IS NOT NULL;
CREATE INDEX inbox_by_risk_change ON inbox (risk_due_s) WHERE scope = '' AND risk_due_s IS NOT NULL;

-- Cases that are over, ten times as many and asked for less.
CREATE TABLE inbox_closed (
    scope TEXT NOT NULL,
    created_s BIGINT NOT NULL,
    report_id UUID NOT NULL,
    code TEXT NOT NULL,
    status TEXT NOT NULL,
    lead TEXT NOT NULL,
    category TEXT NOT NULL,
    township TEXT,
    assignee UUID,
    urgent BOOLEAN NOT NULL,
    recurs BOOLEAN NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    closed_s BIGINT NOT NULL,
    PRIMARY KEY (scope, created_s, report_id)
);
CREATE INDEX inbox_closed_by_end ON inbox_closed (scope, status, closed_s, report_id);
CREATE INDEX inbox_closed_by_category ON inbox_closed (scope, category, created_s, report_id, township, status);
CREATE INDEX inbox_closed_by_township ON inbox_closed (scope, township, created_s, report_id, category, status);

CREATE VIEW inbox_source AS
SELECT id AS report_id, code, status, lead, assisting, category, township, assignee, urgent,
       asked_at IS NOT NULL AS waits,
       extension_asked_hours IS NOT NULL AS extension_asked,
       recurrence_of IS NOT NULL AS recurs,
       escalation, lng, lat, step, created_s, late_s, overdue_s, due_rank,
       due_rank + CASE WHEN urgent THEN 1000000000000 ELSE 0 END AS urgent_rank,
       closed_s, step IS NULL AND status <> 'suspended' AS is_over
FROM (SELECT r.*,
             COALESCE(-late_s, -100000000000 - COALESCE(due_s, 100000000000)) AS due_rank
      FROM (SELECT s.*,
                   CASE WHEN asked_at IS NOT NULL THEN NULL
                        WHEN step IN ('verify', 'decide') THEN step_due_s
                        WHEN step IN ('accept', 'handle') AND paused_at IS NOT NULL THEN step_due_s
                        WHEN step IN ('accept', 'handle') AND step_due_s IS NOT NULL AND due_s IS NOT NULL
                          THEN CASE WHEN step_due_s < due_s THEN step_due_s ELSE due_s END
                        WHEN step IN ('accept', 'handle') THEN COALESCE(step_due_s, due_s)
                   END AS late_s,
                   CASE WHEN paused_at IS NULL OR due_at < paused_at THEN due_s END AS overdue_s
            FROM (SELECT q.*,
                         CASE WHEN status IN ('received', 'returned') THEN 'decide'
                              WHEN status IN ('dispatched', 'reopened') THEN 'accept'
                              WHEN status IN ('accepted', 'extended') THEN 'handle'
                              WHEN status = 'handled' THEN 'verify' END AS step,
                         CAST(FLOOR(EXTRACT(EPOCH FROM created_at)) AS BIGINT) AS created_s,
                         CAST(FLOOR(EXTRACT(EPOCH FROM due_at)) AS BIGINT) AS due_s,
                         CAST(FLOOR(EXTRACT(EPOCH FROM step_due_at)) AS BIGINT) AS step_due_s,
                         CAST(FLOOR(EXTRACT(EPOCH FROM COALESCE(closed_at, updated_at))) AS BIGINT) AS closed_s
                  FROM reports q) s) r) t;

-- What is looked through for words: pairs of characters and words between spaces, as the program
-- folds them (`shared/terms.rs`). The one table that is another thing on SQLite.
CREATE TABLE case_words (
    report_id UUID PRIMARY KEY NOT NULL,
    created_s BIGINT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX case_words_by_term ON case_words USING gin (string_to_array(words, ' '));
CREATE INDEX case_words_by_age ON case_words (created_s, report_id);
-- Reports whose words have not been taken in.
CREATE TABLE case_words_due (
    report_id UUID PRIMARY KEY NOT NULL
);

CREATE FUNCTION inbox_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox (scope, report_id, code, status, step, lead, category, township, assignee, urgent,
                       waits, extension_asked, recurs, escalation, lng, lat, created_s, late_s,
                       overdue_s, due_rank, urgent_rank, risk, risk_due_s)
    SELECT DISTINCT s.value, i.report_id, i.code, i.status, i.step, i.lead, i.category, i.township, i.assignee,
           i.urgent, i.waits, i.extension_asked, i.recurs, i.escalation, i.lng, i.lat, i.created_s,
           i.late_s, i.overdue_s, i.due_rank, i.urgent_rank, 0, 0
    FROM inbox_source i, unnest(string_to_array(',' || NEW.lead || rtrim(NEW.assisting, ','), ',')) s (value)
    WHERE i.report_id = NEW.id AND NOT i.is_over;
    INSERT INTO inbox_closed (scope, created_s, report_id, code, status, lead, category, township,
                              assignee, urgent, recurs, lng, lat, closed_s)
    SELECT DISTINCT s.value, i.created_s, i.report_id, i.code, i.status, i.lead, i.category, i.township,
           i.assignee, i.urgent, i.recurs, i.lng, i.lat, i.closed_s
    FROM inbox_source i, unnest(string_to_array(',' || NEW.lead || rtrim(NEW.assisting, ','), ',')) s (value)
    WHERE i.report_id = NEW.id AND i.is_over;
    INSERT INTO case_words_due (report_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION inbox_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM inbox WHERE report_id = OLD.id
        AND scope = ANY (string_to_array(',' || OLD.lead || rtrim(OLD.assisting, ','), ','));
    DELETE FROM inbox_closed
    WHERE report_id = OLD.id AND created_s = CAST(FLOOR(EXTRACT(EPOCH FROM OLD.created_at)) AS BIGINT)
        AND scope = ANY (string_to_array(',' || OLD.lead || rtrim(OLD.assisting, ','), ','));
    INSERT INTO inbox (scope, report_id, code, status, step, lead, category, township, assignee, urgent,
                       waits, extension_asked, recurs, escalation, lng, lat, created_s, late_s,
                       overdue_s, due_rank, urgent_rank, risk, risk_due_s)
    SELECT DISTINCT s.value, i.report_id, i.code, i.status, i.step, i.lead, i.category, i.township, i.assignee,
           i.urgent, i.waits, i.extension_asked, i.recurs, i.escalation, i.lng, i.lat, i.created_s,
           i.late_s, i.overdue_s, i.due_rank, i.urgent_rank, 0, 0
    FROM inbox_source i, unnest(string_to_array(',' || NEW.lead || rtrim(NEW.assisting, ','), ',')) s (value)
    WHERE i.report_id = NEW.id AND NOT i.is_over;
    INSERT INTO inbox_closed (scope, created_s, report_id, code, status, lead, category, township,
                              assignee, urgent, recurs, lng, lat, closed_s)
    SELECT DISTINCT s.value, i.created_s, i.report_id, i.code, i.status, i.lead, i.category, i.township,
           i.assignee, i.urgent, i.recurs, i.lng, i.lat, i.closed_s
    FROM inbox_source i, unnest(string_to_array(',' || NEW.lead || rtrim(NEW.assisting, ','), ',')) s (value)
    WHERE i.report_id = NEW.id AND i.is_over;
    RETURN NULL;
END
$$;
CREATE TRIGGER inbox_after_insert AFTER INSERT ON reports
    FOR EACH ROW EXECUTE FUNCTION inbox_insert();
CREATE TRIGGER inbox_after_update
AFTER UPDATE OF status, lead, assisting, category, township, assignee, urgent, asked_at,
                extension_asked_hours, recurrence_of, escalation, lng, lat, due_at, step_due_at,
                paused_at, closed_at ON reports
    FOR EACH ROW WHEN ((OLD.status, OLD.lead, OLD.assisting, OLD.category, OLD.township, OLD.assignee, OLD.urgent,
      OLD.asked_at, OLD.extension_asked_hours, OLD.recurrence_of, OLD.escalation, OLD.lng, OLD.lat,
      OLD.due_at, OLD.step_due_at, OLD.paused_at, OLD.closed_at)
     IS DISTINCT FROM
     (NEW.status, NEW.lead, NEW.assisting, NEW.category, NEW.township, NEW.assignee, NEW.urgent,
      NEW.asked_at, NEW.extension_asked_hours, NEW.recurrence_of, NEW.escalation, NEW.lng, NEW.lat,
      NEW.due_at, NEW.step_due_at, NEW.paused_at, NEW.closed_at))
    EXECUTE FUNCTION inbox_update();

-- What is there already.
INSERT INTO inbox (scope, report_id, code, status, step, lead, category, township, assignee, urgent,
                   waits, extension_asked, recurs, escalation, lng, lat, created_s, late_s,
                   overdue_s, due_rank, urgent_rank, risk, risk_due_s)
SELECT DISTINCT s.value, i.report_id, i.code, i.status, i.step, i.lead, i.category, i.township, i.assignee,
       i.urgent, i.waits, i.extension_asked, i.recurs, i.escalation, i.lng, i.lat, i.created_s,
       i.late_s, i.overdue_s, i.due_rank, i.urgent_rank, 0, 0
FROM inbox_source i,
     unnest(string_to_array(',' || i.lead || rtrim(i.assisting, ','), ',')) s (value)
WHERE NOT i.is_over;
INSERT INTO inbox_closed (scope, created_s, report_id, code, status, lead, category, township,
                          assignee, urgent, recurs, lng, lat, closed_s)
SELECT DISTINCT s.value, i.created_s, i.report_id, i.code, i.status, i.lead, i.category, i.township,
       i.assignee, i.urgent, i.recurs, i.lng, i.lat, i.closed_s
FROM inbox_source i,
     unnest(string_to_array(',' || i.lead || rtrim(i.assisting, ','), ',')) s (value)
WHERE i.is_over;
INSERT INTO case_words_due (report_id) SELECT id FROM reports;

-- Which cases changed, for desks that watch.
CREATE INDEX reports_by_touch ON reports (updated_at);

-- Filters people keep, for themselves or for others.
CREATE TABLE inbox_filters (
    id UUID PRIMARY KEY NOT NULL,
    owner UUID NOT NULL REFERENCES accounts (id),
    -- The owner's office when it was shared with the office.
    office TEXT,
    shared TEXT NOT NULL CHECK (shared IN ('own', 'office', 'everybody')),
    name TEXT NOT NULL,
    -- As the inbox takes it: `step=accept&light=red`.
    query TEXT NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX inbox_filters_by_owner ON inbox_filters (owner, position);
CREATE INDEX inbox_filters_by_share ON inbox_filters (shared, office) WHERE shared <> 'own';
CREATE TABLE inbox_defaults (
    account_id UUID PRIMARY KEY NOT NULL REFERENCES accounts (id),
    filter_id UUID NOT NULL REFERENCES inbox_filters (id)
);

-- One thing done to many cases at once.
CREATE TABLE bulk_operations (
    id UUID PRIMARY KEY NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    action TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- Null where it cannot be taken back.
    undo_until TIMESTAMPTZ,
    undone_at TIMESTAMPTZ
);
CREATE TABLE bulk_items (
    -- What its letters are held under.
    id UUID PRIMARY KEY NOT NULL,
    bulk_id UUID NOT NULL REFERENCES bulk_operations (id),
    position BIGINT NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id),
    -- The case's version afterwards: another one means that somebody acted since.
    version BIGINT NOT NULL,
    before JSONB NOT NULL,
    UNIQUE (bulk_id, position)
);
-- Letters that wait until what they tell can no longer be taken back.
ALTER TABLE outbox ADD COLUMN held_for UUID;
CREATE INDEX outbox_held ON outbox (held_for) WHERE held_for IS NOT NULL;

-- What an office says again and again.
CREATE TABLE standard_replies (
    id UUID PRIMARY KEY NOT NULL,
    -- Null: the whole district's.
    office TEXT,
    category TEXT,
    action TEXT,
    title TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    text_en TEXT,
    text_ko TEXT,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX standard_replies_by_office ON standard_replies (office, position);
