"""What happened in the house, line after line, and the head of that chain."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import connection, models

from .. import chain
from . import guards

HEAD = 1
"""The id of the only head."""
ADD = """INSERT INTO core_auditevent
    (number, at, actor_kind, actor_id, verb, object_kind, object_id, detail, previous, seal)
    VALUES """
LINE = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
MOVE = "UPDATE core_audithead SET number = %s, seal = %s, mac = %s WHERE id = %s"


class AuditEvents(models.QuerySet["AuditEvent"]):
    def about(self, obj: models.Model) -> "AuditEvents":
        """What was done to or seen of this object, oldest first."""
        return self.filter(object_kind=obj._meta.label_lower, object_id=str(obj.pk))

    def of(self, actor: models.Model) -> "AuditEvents":
        """What this person did."""
        return self.filter(actor_kind=actor._meta.label_lower, actor_id=str(actor.pk))


class AuditEvent(models.Model):
    """One line of the audit: who did what to which object. Ids and codes only, never a name."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=64)
    actor_id = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)

    objects: ClassVar[Any] = AuditEvents.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="core_audit_object"),
            models.Index(fields=["actor_kind", "actor_id"], name="core_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"

    @classmethod
    def of(cls, sealed: chain.Sealed) -> "AuditEvent":
        """The row for a sealed line; not saved."""
        line = sealed.line
        return cls(
            number=line.number,
            at=line.at,
            actor_kind=line.actor_kind,
            actor_id=line.actor_id,
            verb=line.verb,
            object_kind=line.object_kind,
            object_id=line.object_id,
            detail=dict(line.detail),
            previous=sealed.previous,
            seal=sealed.seal,
        )

    @property
    def sealed(self) -> chain.Sealed:
        """This row as a line of the chain."""
        line = chain.Line(
            self.number,
            self.at,
            self.actor_kind,
            self.actor_id,
            self.verb,
            self.object_kind,
            self.object_id,
            self.detail,
        )
        return chain.Sealed(line, self.previous, self.seal)


class AuditHeads(models.QuerySet["AuditHead"]):
    """In plain SQL: every verb and every look of the house ends here, and composing the same
    statements anew took longer than the database needs for them."""

    def locked(self) -> "AuditHead | None":
        """The head, which nobody else reads or moves until the transaction ends; None: no row yet.

        SQLite needs no more than the transaction: it is the only one that writes.
        """
        alone = " FOR UPDATE" if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, number, seal, mac FROM core_audithead WHERE id = %s{alone}", [HEAD]
            )
            found = cursor.fetchone()
        return self.model(*found) if found else None

    def append(self, lines: Sequence[chain.Sealed], to: chain.Head) -> None:
        """Add sealed lines and let the head name the last of them; in one statement where the
        database can, as everybody who waits for the head waits for this."""
        moved = (to.number, to.seal, to.mac, HEAD)
        rows = [_columns(each) for each in lines]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                added = ADD + ", ".join([LINE] * len(rows))
                values = [value for row in rows for value in row]
                cursor.execute(f"WITH added AS ({added}) {MOVE}", (*values, *moved))
            else:
                cursor.executemany(ADD + LINE, rows)
                cursor.execute(MOVE, moved)


def _columns(each: chain.Sealed) -> tuple[Any, ...]:
    line, ops = each.line, connection.ops
    return (
        line.number,
        ops.adapt_datetimefield_value(line.at),
        line.actor_kind,
        line.actor_id,
        line.verb,
        line.object_kind,
        line.object_id,
        ops.adapt_json_value(dict(line.detail), None),
        each.previous,
        each.seal,
    )


class AuditHead(models.Model):
    """The one row that says how long the audit is; whoever adds to it locks this row last."""

    number = models.BigIntegerField()
    seal = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64)

    objects: ClassVar[Any] = AuditHeads.as_manager()

    def __str__(self) -> str:
        return str(self.number)

    @property
    def head(self) -> chain.Head:
        """This row as the head of the chain."""
        return chain.Head(self.number, self.seal, self.mac)


guards.append_only("core_auditevent", sentence="The audit is append only.")
guards.guard(
    "core_auditevent",
    "grows at its end",  # on SQLite, INSERT OR REPLACE would pass the guard against deletion
    sqlite=[
        """CREATE TRIGGER guard_core_auditevent_insert BEFORE INSERT ON core_auditevent
           WHEN NEW.number <= (SELECT MAX(number) FROM core_auditevent)
           BEGIN SELECT RAISE(ABORT, 'The audit grows at its end.'); END""",
    ],
    postgresql=[
        """CREATE OR REPLACE FUNCTION guard_core_auditevent_end() RETURNS trigger
           LANGUAGE plpgsql AS $$ BEGIN
               IF NEW.number <= (SELECT MAX(number) FROM core_auditevent) THEN
                   RAISE EXCEPTION 'The audit grows at its end.'
                   USING ERRCODE = 'integrity_constraint_violation';
               END IF;
               RETURN NEW;
           END $$""",
        """CREATE TRIGGER guard_core_auditevent_insert BEFORE INSERT ON core_auditevent
           FOR EACH ROW EXECUTE FUNCTION guard_core_auditevent_end()""",
    ],
)
guards.guard(
    "core_audithead",
    "never goes back",
    sqlite=[
        """CREATE TRIGGER guard_core_audithead_update BEFORE UPDATE ON core_audithead
           WHEN NEW.number <= OLD.number
           BEGIN SELECT RAISE(ABORT, 'The audit never goes back.'); END""",
        """CREATE TRIGGER guard_core_audithead_delete BEFORE DELETE ON core_audithead
           BEGIN SELECT RAISE(ABORT, 'The audit never goes back.'); END""",
    ],
    postgresql=[
        """CREATE OR REPLACE FUNCTION guard_core_audithead() RETURNS trigger
           LANGUAGE plpgsql AS $$ BEGIN
               IF TG_OP = 'UPDATE' AND NEW.number > OLD.number THEN RETURN NEW; END IF;
               RAISE EXCEPTION 'The audit never goes back.'
               USING ERRCODE = 'integrity_constraint_violation';
           END $$""",
        """CREATE TRIGGER guard_core_audithead_update BEFORE UPDATE OR DELETE ON core_audithead
           FOR EACH ROW EXECUTE FUNCTION guard_core_audithead()""",
        """CREATE TRIGGER guard_core_audithead_truncate BEFORE TRUNCATE ON core_audithead
           FOR EACH STATEMENT EXECUTE FUNCTION guard_core_audithead()""",
    ],
)
