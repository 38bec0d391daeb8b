"""The database itself refuses to change or delete an audit event, whoever asks.

One update is let through: the keys of the two people may become empty, which is how a person is erased. A migration
that changes `AuditEvent` must end with `install` again, because SQLite builds the table anew; a test watches over it.
"""

from typing import Any

TABLE = "accounts_auditevent"
ERASABLE = ("who_id", "about_id")
REFUSAL = "Audit events are append-only."

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND to_jsonb(NEW) - ARRAY['who_id', 'about_id'] = to_jsonb(OLD) - ARRAY['who_id', 'about_id']
    AND (NEW.who_id IS NULL OR NEW.who_id IS NOT DISTINCT FROM OLD.who_id)
    AND (NEW.about_id IS NULL OR NEW.about_id IS NOT DISTINCT FROM OLD.about_id)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER IF EXISTS {TABLE}_keep_rows ON {TABLE};
CREATE TRIGGER {TABLE}_keep_rows BEFORE UPDATE OR DELETE ON {TABLE}
  FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse();
DROP TRIGGER IF EXISTS {TABLE}_keep_table ON {TABLE};
CREATE TRIGGER {TABLE}_keep_table BEFORE TRUNCATE ON {TABLE}
  FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse();
"""


def sqlite_triggers(columns: list[str]) -> dict[str, str]:
    """By name: no deleting, no changing, and no REPLACE, which on SQLite deletes without a delete trigger."""
    same = [f"NEW.{column} IS OLD.{column}" for column in columns if column not in ERASABLE]
    erased = [f"(NEW.{column} IS NULL OR NEW.{column} IS OLD.{column})" for column in ERASABLE]
    when = {
        "delete": "BEFORE DELETE ON {table}",
        "update": "BEFORE UPDATE ON {table} WHEN NOT (" + " AND ".join(same + erased) + ")",
        "replace": "BEFORE INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR rowid = NEW.rowid)",
    }
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return {
        f"{TABLE}_no_{name}": f"CREATE TRIGGER {TABLE}_no_{name} {event.format(table=TABLE)} {refuse}"
        for name, event in when.items()
    }


def install(_apps: Any, schema_editor: Any) -> None:
    """For RunPython: put the triggers there, in place of those that stand."""
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, TABLE)]
    for name, statement in sqlite_triggers(columns).items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        schema_editor.execute(statement, params=None)


def remove(_apps: Any, schema_editor: Any) -> None:
    """The way back, for a migration that is undone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {TABLE}_refuse() CASCADE", params=None)
        return
    for name in sqlite_triggers([]):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
