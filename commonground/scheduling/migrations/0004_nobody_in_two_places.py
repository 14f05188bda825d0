"""PostgreSQL refuses two appointments at once of one therapist, one client or one seat of a room.

Times that are kept free count; an overlap that is meant and carries its reason does not, and is
looked after by a trigger (models/guards.py), as is all of this on SQLite.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TAKES_TIME = "state IN ('planned', 'held', 'on_hold') AND overlap_because = ''"
RANGE = "tstzrange(starts_at, ends_at) WITH &&"
BEFORE = """ALTER TABLE scheduling_appointment ADD CONSTRAINT scheduling_appointment_no_overlap
    EXCLUDE USING gist (uuidrange(therapist_id, therapist_id, '[]') WITH &&,
    tstzrange(starts_at, ends_at) WITH &&) WHERE (state IN ('planned', 'held'))"""


def only_one(what: str, one: str, when: str = "") -> str:
    """An exclusion constraint; an id that is null would be a range without bounds, so `when`."""
    return f"""ALTER TABLE scheduling_appointment ADD CONSTRAINT scheduling_{what}_no_overlap
    EXCLUDE USING gist ({one}, {RANGE}) WHERE ({TAKES_TIME} {when})"""


ADD = {
    "therapist": only_one("therapist", "uuidrange(therapist_id, therapist_id, '[]') WITH &&"),
    "client": only_one(
        "client", "uuidrange(client_id, client_id, '[]') WITH &&", "AND client_id IS NOT NULL"
    ),
    "room": only_one(
        "room",
        "uuidrange(room_id, room_id, '[]') WITH &&, int4range(seat, seat, '[]') WITH &&",
        "AND room_id IS NOT NULL",
    ),
}


def drop(what: str) -> str:
    return f"ALTER TABLE scheduling_appointment DROP CONSTRAINT scheduling_{what}_no_overlap"


def add(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    run(editor, [drop("appointment"), *ADD.values()])


def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    run(editor, [*map(drop, ADD), BEFORE])


def run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements if editor.connection.vendor == "postgresql" else []:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0003_hours_rooms_holds")]
    operations = [migrations.RunPython(add, remove)]
