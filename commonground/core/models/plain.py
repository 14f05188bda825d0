"""Reading one row to change it, and writing it back, in statements that are composed once.

The object mapper composes every statement anew, which takes many times longer than the database
needs to find a row by its id. What many people do every day goes this way; encrypted fields are
sealed and opened as always.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Self
from uuid import UUID

from django.db import connection, models
from django.db.transaction import TransactionManagementError

Converter = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True)
class _Reading:
    """How a row of one model is read: the statement, the fields' names, what makes their values."""

    statement: str
    names: list[str]
    converters: list[tuple[int, Any, list[Converter]]]

    def row(self, model: Any, values: Iterable[Any]) -> Any:
        """The row with these values as the database gave them."""
        read = list(values)
        for place, column, converters in self.converters:
            for convert in converters:
                read[place] = convert(read[place], column, connection)
        return model.from_db(connection.alias, self.names, read)


class Plain(models.Model):
    """A row that can be read and written by its id in one plain statement each."""

    class Meta:
        abstract = True

    @classmethod
    def locked(cls, pk: UUID) -> Self:
        """This row as it stands now, and nobody else's to change until the transaction ends.

        Raises DoesNotExist, and TransactionManagementError outside a transaction.
        """
        if not connection.in_atomic_block:
            raise TransactionManagementError("A row is locked until its transaction ends.")
        reading = _reading(cls, connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(reading.statement, [_prepared(cls._meta.pk, pk)])
            found = cursor.fetchone()
        if found is None:
            raise cls.DoesNotExist(f"There is no {cls._meta.label} with this id.")
        return reading.row(cls, found)  # type: ignore[no-any-return]

    def rewrite(self, *names: str) -> None:
        """Save these fields of a row that is there already. Raises DoesNotExist if it has gone.

        For rows without signals or history of their own: neither hears of it.
        """
        fields: list[Any] = [self._meta.get_field(name) for name in names]
        values = [_prepared(field, field.pre_save(self, False)) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(
                _writing(type(self), names, connection.vendor),
                [*values, _prepared(self._meta.pk, self.pk)],
            )
            if cursor.rowcount != 1:
                raise self.DoesNotExist(f"There is no {self._meta.label} with this id.")


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


@cache
def _reading(model: Any, vendor: str) -> _Reading:
    fields = model._meta.concrete_fields
    columns = [field.get_col(model._meta.db_table) for field in fields]
    made = [
        [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
        for column in columns
    ]
    quoted = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    return _Reading(
        f"SELECT {quoted} FROM {connection.ops.quote_name(model._meta.db_table)}"
        f" WHERE {connection.ops.quote_name(model._meta.pk.column)} = %s{lock}",
        [field.attname for field in fields],
        [(n, columns[n], found) for n, found in enumerate(made) if found],
    )


@cache
def _writing(model: Any, names: tuple[str, ...], vendor: str) -> str:
    quote = connection.ops.quote_name
    put = ", ".join(f"{quote(model._meta.get_field(name).column)} = %s" for name in names)
    return (
        f"UPDATE {quote(model._meta.db_table)} SET {put} WHERE {quote(model._meta.pk.column)} = %s"
    )
