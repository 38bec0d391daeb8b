"""The database itself keeps the promise of a survey, whoever asks: once frozen it does not change.

The first answer freezes it. Named answers go only into a named survey, anonymous ones only into an anonymous one, and
none is added or changed after an anonymous survey has spoken. A migration that changes `Survey`, `Answer`,
`AnonymousAnswer` or `AnonymousComment` must end with `keep_in_key_order` and `install` again, because SQLite builds the
table anew and drops its order and its triggers; a test watches over it.
"""

from typing import Any

SURVEY, SEAT, ANSWER = "surveys_survey", "surveys_participant", "surveys_answer"
WITHOUT_NAME = ("surveys_anonymousanswer", "surveys_anonymouscomment")
FROZEN = ("assessment_id", "mode", "minimum_group", "minimum_role_group", "facilitated_comments", "frozen_on")
CHANGED = "What a survey promises cannot change once somebody has begun to answer."
WRONG_MODE = "A survey stores answers either with names or without, never both."
SPOKEN = "An anonymous survey that has been summarized takes no more answers."

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {SURVEY}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = '{SURVEY}' THEN
    IF OLD.frozen_on IS NOT NULL AND ({" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in FROZEN)}
      OR NEW.role_groups::text IS DISTINCT FROM OLD.role_groups::text)
    THEN RAISE EXCEPTION '{CHANGED}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    IF OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at
    THEN RAISE EXCEPTION '{SPOKEN}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NEW;
  END IF;
  IF TG_TABLE_NAME = '{ANSWER}' THEN
    IF (SELECT s.mode FROM {SURVEY} s JOIN {SEAT} p ON p.survey_id = s.id WHERE p.id = NEW.participant_id) <> 'named'
    THEN RAISE EXCEPTION '{WRONG_MODE}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
    UPDATE {SURVEY} SET frozen_on = CURRENT_DATE
      WHERE id = (SELECT survey_id FROM {SEAT} WHERE id = NEW.participant_id) AND frozen_on IS NULL;
    RETURN NEW;
  END IF;
  IF (SELECT mode FROM {SURVEY} WHERE id = NEW.survey_id) <> 'anonymous'
  THEN RAISE EXCEPTION '{WRONG_MODE}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF TG_TABLE_NAME = '{WITHOUT_NAME[0]}' AND (SELECT published_at FROM {SURVEY} WHERE id = NEW.survey_id) IS NOT NULL
  THEN RAISE EXCEPTION '{SPOKEN}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  UPDATE {SURVEY} SET frozen_on = CURRENT_DATE WHERE id = NEW.survey_id AND frozen_on IS NULL;
  RETURN NEW;
END $$;
"""
POSTGRESQL_EVENTS = {
    SURVEY: "BEFORE UPDATE",
    ANSWER: "BEFORE INSERT OR UPDATE",
    WITHOUT_NAME[0]: "BEFORE INSERT OR UPDATE",
    WITHOUT_NAME[1]: "BEFORE INSERT OR UPDATE",
}


def _raise(sentence: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"


def sqlite_triggers() -> dict[str, str]:
    """The bodies by name."""
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in (*FROZEN, "role_groups"))
    own = f"(SELECT survey_id FROM {SEAT} WHERE id = NEW.participant_id)"
    found = {
        f"{SURVEY}_frozen": f"BEFORE UPDATE ON {SURVEY} WHEN OLD.frozen_on IS NOT NULL AND ({changed}) "
        + _raise(CHANGED),
        f"{SURVEY}_spoken": f"BEFORE UPDATE ON {SURVEY} WHEN OLD.published_at IS NOT NULL "
        "AND NEW.published_at IS NOT OLD.published_at " + _raise(SPOKEN),
    }
    for table, survey, mode in [(ANSWER, own, "named"), *((t, "NEW.survey_id", "anonymous") for t in WITHOUT_NAME)]:
        for event in ("INSERT", "UPDATE"):
            when = f"(SELECT mode FROM {SURVEY} WHERE id = {survey}) IS NOT '{mode}'"
            found[f"{table}_mode_{event.lower()}"] = f"BEFORE {event} ON {table} WHEN {when} {_raise(WRONG_MODE)}"
            if table == WITHOUT_NAME[0]:
                when = f"(SELECT published_at FROM {SURVEY} WHERE id = {survey}) IS NOT NULL"
                found[f"{table}_spoken_{event.lower()}"] = f"BEFORE {event} ON {table} WHEN {when} {_raise(SPOKEN)}"
        found[f"{table}_freezes"] = (
            f"AFTER INSERT ON {table} BEGIN UPDATE {SURVEY} SET frozen_on = date('now') "
            f"WHERE id = {survey} AND frozen_on IS NULL; END"
        )
    return found


def install(_apps: Any, schema_editor: Any) -> None:
    """For RunPython: put the triggers there, in place of those that stand."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        for table, event in POSTGRESQL_EVENTS.items():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_guard ON {table}", params=None)
            statement = (
                f"CREATE TRIGGER {table}_guard {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {SURVEY}_guard()"
            )
            schema_editor.execute(statement, params=None)
        return
    for name, body in sqlite_triggers().items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        schema_editor.execute(f"CREATE TRIGGER {name} {body}", params=None)


def remove(_apps: Any, schema_editor: Any) -> None:
    """The way back, for a migration that is undone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {SURVEY}_guard() CASCADE", params=None)
        return
    for name in sqlite_triggers():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)


def keep_in_key_order(_apps: Any, schema_editor: Any) -> None:
    """On SQLite, rows without names have no row number, which would tell the order in which they came.

    What the tables hold is kept.
    """
    if schema_editor.connection.vendor != "sqlite":
        return
    for table in WITHOUT_NAME:
        rows = schema_editor.connection.cursor().execute(
            "SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table]
        )
        found = rows.fetchall()
        made = next(sql for kind, sql in found if kind == "table")
        if made.upper().endswith("WITHOUT ROWID"):
            continue
        schema_editor.execute(f"ALTER TABLE {table} RENAME TO {table}_before", params=None)
        schema_editor.execute(f"{made} WITHOUT ROWID", params=None)
        schema_editor.execute(f"INSERT INTO {table} SELECT * FROM {table}_before ORDER BY slot", params=None)
        schema_editor.execute(f"DROP TABLE {table}_before", params=None)
        for sql in (sql for kind, sql in found if kind == "index"):
            schema_editor.execute(sql, params=None)
