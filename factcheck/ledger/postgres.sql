-- The ledger of a desk on PostgreSQL 13 or later: run once in an empty schema, by its owner (psql -v ON_ERROR_STOP=1 -f postgres.sql).
-- The role that works with the ledger is then given its rights by:
--   GRANT USAGE ON SCHEMA <schema> TO <role>; GRANT SELECT, INSERT ON header, event, disclosure, checkpoint, node TO <role>;
--   GRANT SELECT ON erasing TO <role>; GRANT EXECUTE ON FUNCTION erase_disclosure TO <role>;
-- It has no UPDATE, DELETE or TRUNCATE: what an erasure deletes, only erase_disclosure deletes. Triggers stop the owner's accidents, not
-- attackers; attackers are found by "factcheck verify".

CREATE TABLE header (id integer PRIMARY KEY CHECK (id = 0), origin text NOT NULL, root_key text NOT NULL);
CREATE TABLE event (idx bigint PRIMARY KEY CHECK (idx >= 0), leaf bytea NOT NULL, leaf_hash bytea NOT NULL);
CREATE TABLE disclosure (
    idx bigint NOT NULL REFERENCES event (idx), field text NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (idx, field)
);
CREATE TABLE checkpoint (size bigint PRIMARY KEY, note bytea NOT NULL);
CREATE TABLE node (level integer NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (level, idx));
CREATE TABLE erasing (idx bigint NOT NULL, field text NOT NULL, PRIMARY KEY (idx, field));

CREATE FUNCTION entries_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries are never changed';
END $$;

CREATE FUNCTION only_an_erasure_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM erasing WHERE idx = OLD.idx AND field = OLD.field) THEN
        RAISE EXCEPTION 'only an erasure deletes';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER header_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON header EXECUTE FUNCTION entries_are_never_changed();
CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON event EXECUTE FUNCTION entries_are_never_changed();
CREATE TRIGGER checkpoint_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint EXECUTE FUNCTION entries_are_never_changed();
CREATE TRIGGER node_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON node EXECUTE FUNCTION entries_are_never_changed();
CREATE TRIGGER erasing_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON erasing EXECUTE FUNCTION entries_are_never_changed();
CREATE TRIGGER disclosure_stays BEFORE UPDATE OR TRUNCATE ON disclosure EXECUTE FUNCTION entries_are_never_changed();
CREATE TRIGGER disclosure_goes BEFORE DELETE ON disclosure FOR EACH ROW EXECUTE FUNCTION only_an_erasure_deletes();

CREATE FUNCTION erase_disclosure(entry bigint, name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO erasing VALUES (entry, name) ON CONFLICT DO NOTHING;
    DELETE FROM disclosure WHERE idx = entry AND field = name;
END $$;
REVOKE ALL ON FUNCTION erase_disclosure FROM PUBLIC;

-- A caller's search path must not choose the tables that these two touch.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION erase_disclosure SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION only_an_erasure_deletes SET search_path = %I, pg_temp', current_schema());
END $$;
