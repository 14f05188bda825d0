"""What the database refuses of a diary, whichever way a row is written.

No therapist, no client and no seat of a room has two standing appointments at once, times that
are kept free included; no room has more seats than it holds. On SQLite every writer waits for the
one write lock, so a trigger sees all that came before it. On PostgreSQL exclusion constraints, made
in the migrations, keep the same (`scheduling_…_no_overlap`).

An overlap that is meant carries its reason and passes. Nothing that comes later may overlap it
without a reason of its own: on PostgreSQL that half is kept by a trigger, and by the therapist's
row, which every verb locks.
"""

from commonground.core.models.guards import guard

TABLE = "scheduling_appointment"
TAKES_TIME = "('planned', 'held', 'on_hold')"

SAME = {
    "therapist": "other.therapist_id = NEW.therapist_id",
    "client": "other.client_id = NEW.client_id",
    "room": "other.room_id = NEW.room_id AND other.seat = NEW.seat",
}
WATCHED = "therapist_id, client_id, room_id, seat, starts_at, ends_at, state, overlap_because"


def _meets(same: str, meant: str = "") -> str:
    return f"""SELECT 1 FROM {TABLE} other
    WHERE {same} AND other.id <> NEW.id AND other.state IN {TAKES_TIME} {meant}
      AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at"""


def no_overlap(same: dict[str, str]) -> list[str]:
    """The triggers by which SQLite refuses two standing rows at once of the same of each."""
    refusals = "\n".join(
        f"SELECT RAISE(ABORT, 'scheduling_{what}_no_overlap') WHERE EXISTS ({_meets(one)});"
        for what, one in same.items()
    )
    clash = f"""WHEN NEW.state IN {TAKES_TIME} AND NEW.overlap_because = ''
        BEGIN {refusals} END"""
    name = "CREATE TRIGGER scheduling_no_overlap"
    return [
        f"{name}_insert BEFORE INSERT ON {TABLE} {clash}",
        f"{name}_update BEFORE UPDATE OF {WATCHED} ON {TABLE} {clash}",
    ]


def _sqlite() -> list[str]:
    full = """BEGIN SELECT RAISE(ABORT, 'scheduling_room_is_full')
        WHERE NEW.seat >= (SELECT capacity FROM scheduling_room WHERE id = NEW.room_id); END"""
    name = "CREATE TRIGGER scheduling"
    return [
        *no_overlap(SAME),
        f"{name}_seat_insert BEFORE INSERT ON {TABLE} {full}",
        f"{name}_seat_update BEFORE UPDATE OF room_id, seat ON {TABLE} {full}",
    ]


def _postgresql() -> list[str]:
    meant = "AND other.overlap_because <> ''"
    refusals = "\n".join(
        f"""IF EXISTS ({_meets(same, meant)}) THEN
            RAISE EXCEPTION 'scheduling_{what}_no_overlap'
            USING ERRCODE = 'exclusion_violation'; END IF;"""
        for what, same in SAME.items()
    )
    function = f"""CREATE OR REPLACE FUNCTION guard_{TABLE}() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN
    IF NEW.state IN {TAKES_TIME} AND NEW.overlap_because = '' THEN {refusals} END IF;
    IF NEW.room_id IS NOT NULL
       AND NEW.seat >= (SELECT capacity FROM scheduling_room WHERE id = NEW.room_id) THEN
        RAISE EXCEPTION 'scheduling_room_is_full'
        USING ERRCODE = 'integrity_constraint_violation'; END IF;
    RETURN NEW; END $$"""
    return [
        function,
        f"""CREATE TRIGGER scheduling_meant_insert BEFORE INSERT ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION guard_{TABLE}()""",
        f"""CREATE TRIGGER scheduling_meant_update BEFORE UPDATE OF {WATCHED} ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION guard_{TABLE}()""",
    ]


guard(TABLE, "no overlap", sqlite=_sqlite(), postgresql=_postgresql())
