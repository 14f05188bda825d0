"""A table that only tests have: rows with encrypted columns, and what refers to them."""

from django.db import connection, models

from ..fields import EncryptedJSONField, EncryptedTextField
from ..models import DataKey
from ..models.base import House


class Diary(House):
    """Somebody's diary, under a key of its own."""

    data_key = models.ForeignKey(
        DataKey, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    title = models.CharField(max_length=40, default="", blank=True)
    words = EncryptedTextField(label="vault.diary.words", default="", blank=True)
    secret = EncryptedTextField(label="vault.diary.secret", null=True, blank=True, max_length=20)
    answers = EncryptedJSONField(label="vault.diary.answers", default=dict, blank=True)
    house = EncryptedTextField(label="vault.diary.house", key="house", default="", blank=True)

    class Meta:
        app_label = "vault"


class Page(House):
    """A page of a diary, under the diary's key."""

    diary = models.ForeignKey(Diary, models.CASCADE, related_name="+", db_constraint=False)
    words = EncryptedTextField(label="vault.page.words", key="diary.data_key")

    class Meta:
        app_label = "vault"


class PageHistory(House):
    """What a page said before: it keeps the page's label and id."""

    origin_id = models.UUIDField()
    diary = models.ForeignKey(Diary, models.CASCADE, related_name="+", db_constraint=False)
    words = EncryptedTextField(label="vault.page.words", key="diary.data_key", aad_id="origin_id")

    class Meta:
        app_label = "vault"


def make_tables() -> None:
    """In a test's transaction they go with it; elsewhere call `drop_tables` at the end."""
    with connection.cursor() as cursor:
        for model in (Diary, Page, PageHistory):
            cursor.execute(create_table(model))


def drop_tables() -> None:
    """Take them away again."""
    with connection.cursor() as cursor:
        for model in (Diary, Page, PageHistory):
            cursor.execute(f"DROP TABLE {model._meta.db_table}")


def create_table(model: type[models.Model]) -> str:
    """Its SQL, without the schema editor, which SQLite forbids inside a transaction."""
    columns = [
        f"{field.column} {field.db_type(connection)}"
        + (" PRIMARY KEY" if field.primary_key else "" if field.null else " NOT NULL")
        for field in model._meta.local_concrete_fields
    ]
    return f"CREATE TABLE {model._meta.db_table} ({', '.join(columns)})"


def raw(row: models.Model, column: str) -> str:
    """What lies in the column itself."""
    table, key = row._meta.db_table, row._meta.pk.get_db_prep_value(row.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [key])
        return cursor.fetchone()[0]


def put(row: models.Model, column: str, value: object) -> None:
    """Write into the column itself, as an intruder would."""
    table, key = row._meta.db_table, row._meta.pk.get_db_prep_value(row.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, key])
