"""Rows read and written by their id in one plain statement each."""

from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from .. import fields
from ..models import DataKey, Mail
from . import vault
from .vault import Diary, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def diary(db):
    vault.make_tables()
    return Diary.objects.create(
        data_key=DataKey.objects.fresh(), title="blue", words="I miss her", answers={"sleep": [1]}
    )


@contextmanager
def nothing():
    yield


def test_a_row_is_read_as_the_mapper_reads_it(diary):
    fields.forget()
    found, known = Diary.locked(diary.pk), Diary.objects.get(pk=diary.pk)
    names = [field.attname for field in Diary._meta.concrete_fields]
    assert [getattr(found, n) for n in names] == [getattr(known, n) for n in names]
    assert (found.words, found.answers, found.secret) == ("I miss her", {"sleep": [1]}, None)
    assert not found._state.adding


def test_instants_and_keys_come_back_as_the_mapper_gives_them():
    key = DataKey.objects.fresh()
    found, known = DataKey.locked(key.pk), DataKey.objects.get(pk=key.pk)
    assert (found.pk, found.created_at, bytes(found.wrapped), found.shredded_at) == (
        known.pk, known.created_at, bytes(known.wrapped), None,
    )  # fmt: skip
    assert found.read() == key.read()


def test_one_statement_reads_and_one_writes(diary, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = Diary.locked(diary.pk)
    found.data_key = diary.data_key
    found.title, found.words = "green", "she wrote"
    with django_assert_num_queries(1):
        found.rewrite("title", "words")


def test_only_what_is_named_is_written_and_words_lie_sealed(diary):
    found = Diary.locked(diary.pk)
    found.title, found.words, found.answers = "green", "she wrote", {"sleep": [3]}
    found.rewrite("words", "answers")
    known = Diary.objects.get(pk=diary.pk)
    assert (known.title, known.words, known.answers) == ("blue", "she wrote", {"sleep": [3]})
    assert "she wrote" not in str(raw(diary, "words"))


def test_instants_are_written_as_they_are():
    mail = Mail.objects.create(
        to="a@b.example", subject="s", body="b", template="t", language="en", dedupe_key="x",
        created_at=datetime(2026, 3, 2, tzinfo=UTC), moved_at=datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip
    mail.moved_at = datetime(2026, 3, 2, 9, 30, 0, 250, tzinfo=UTC)
    mail.sent_at = None
    mail.rewrite("moved_at", "sent_at")
    assert Mail.objects.get().moved_at == mail.moved_at


def test_a_row_that_has_gone_is_not_there(diary):
    with pytest.raises(Diary.DoesNotExist):
        Diary.locked(uuid4())
    Diary.objects.all().delete()
    with pytest.raises(Diary.DoesNotExist):
        diary.rewrite("title")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_outside_a_transaction():
    key = DataKey.objects.fresh()
    with pytest.raises(TransactionManagementError):
        DataKey.locked(key.pk)
    with transaction.atomic():
        assert DataKey.locked(key.pk) == key


@pytest.mark.skipif(connection.vendor == "sqlite", reason="its transactions write alone anyway")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", [True, False])
def test_nobody_else_takes_a_locked_row(locks):
    key = DataKey.objects.fresh()
    other = connection.copy()
    try:
        with transaction.atomic():
            if locks:  # the control: without it, the row can be had
                DataKey.locked(key.pk)
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
                blocked = pytest.raises(Exception, match="lock timeout") if locks else nothing()
                with blocked:
                    cursor.execute("UPDATE core_datakey SET kind = kind")
    finally:
        other.close()
