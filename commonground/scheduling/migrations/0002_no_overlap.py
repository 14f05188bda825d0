"""PostgreSQL refuses two standing appointments of one therapist at the same time.

A range over one id stands in for the extension that exclusion constraints on plain columns would
need, so stock PostgreSQL will do. SQLite keeps the rule with triggers (models/guards.py).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ADD = [
    "CREATE TYPE uuidrange AS RANGE (subtype = uuid)",
    """ALTER TABLE scheduling_appointment ADD CONSTRAINT scheduling_appointment_no_overlap
    EXCLUDE USING gist (
        uuidrange(therapist_id, therapist_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (state IN ('planned', 'held'))""",
]
REMOVE = [
    "ALTER TABLE scheduling_appointment DROP CONSTRAINT scheduling_appointment_no_overlap",
    "DROP TYPE uuidrange",
]


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    run(editor, ADD)


def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    run(editor, REMOVE)


def run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements if editor.connection.vendor == "postgresql" else []:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
