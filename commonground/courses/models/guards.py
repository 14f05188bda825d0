"""The database's own refusal to change or remove a signed note."""

from commonground.core.models.guards import append_only, guard

SENTENCE = "A signed note is never changed."
append_only("courses_note", when="OLD.signed_at IS NOT NULL", sentence=SENTENCE)

# On SQLite, INSERT OR REPLACE and UPDATE OR REPLACE would pass the guard against deletion.
_IN_ITS_PLACE = f"""
WHEN EXISTS (
    SELECT 1 FROM courses_note signed WHERE signed.signed_at IS NOT NULL
      AND (signed.id = NEW.id OR signed.session_id = NEW.session_id)
)
BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"""
guard(
    "courses_note",
    "not replaced",
    sqlite=[
        f"CREATE TRIGGER guard_courses_note_insert BEFORE INSERT ON courses_note {_IN_ITS_PLACE}",
        f"""CREATE TRIGGER guard_courses_note_replace
        BEFORE UPDATE OF id, session_id ON courses_note {_IN_ITS_PLACE}""",
    ],
    postgresql=[],
)

append_only("courses_amendment", sentence="What was added to a note is never changed.")
append_only("courses_coursechange", sentence="A change of the plan is never rewritten.")
append_only(
    "courses_formulation",
    when="OLD.agreed_at IS NOT NULL",
    sentence="A formulation that was agreed is never changed.",
)
append_only("courses_worksheetversion", sentence="An earlier version is never changed.")
