"""Encrypted fields: what they keep, and everything they refuse."""

import copy
import pickle
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django import forms
from django.apps import apps
from django.core import checks, serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import models, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Value
from django.db.models.functions import Length, Lower

from .. import fields
from ..fields import EncryptedTextField, Shredded, Undecipherable
from ..fields.encrypted import Ciphertext
from ..models import DataKey
from . import vault
from .vault import Diary, Page, PageHistory, put, raw

pytestmark = pytest.mark.django_db
LONG = "Grüße — 中文 😀\n" * 400


@pytest.fixture(autouse=True)
def tables(db):
    vault.make_tables()


@pytest.fixture
def key():
    return DataKey.objects.fresh()


@pytest.fixture
def diary(key):
    return Diary.objects.create(data_key=key, words="I miss her", answers={"sleep": [1, 2]})


@pytest.fixture
def installed(monkeypatch):
    """Copies and pickles look their model up by name."""
    known = SimpleNamespace(get_model=lambda name, **_: apps.all_models["vault"][name.lower()])
    monkeypatch.setitem(apps.app_configs, "vault", known)


def again(row):
    """The row as another request would find it."""
    fields.forget()
    return type(row).objects.get(pk=row.pk)


# ——— what they keep ———


@pytest.mark.parametrize("words", ["I miss her", "", LONG, "1:0:x", "'; DROP TABLE x --"])
def test_words_come_back_as_they_were_written(key, words):
    assert again(Diary.objects.create(data_key=key, words=words)).words == words


@pytest.mark.parametrize("value", [{"a": [1, None, True, "ü"]}, [], "words", 0, 1.5])
def test_a_structure_comes_back_as_it_was_written(key, value):
    assert again(Diary.objects.create(data_key=key, answers=value)).answers == value


def test_the_column_holds_the_key_id_and_no_word(diary):
    lies = raw(diary, "words")
    assert lies.startswith(f"1:{diary.data_key_id.hex}:")
    assert "miss" not in lies


def test_none_is_null_and_the_empty_text_is_encrypted(key):
    diary = Diary.objects.create(data_key=key, words="", secret=None)
    assert raw(diary, "secret") is None
    assert raw(diary, "words").startswith("1:")


def test_the_same_words_never_look_the_same(key):
    one, two = (Diary.objects.create(data_key=key, words="x") for _ in range(2))
    assert raw(one, "words")[-8:] != raw(two, "words")[-8:]


def test_what_was_not_changed_keeps_its_ciphertext(diary):
    before = raw(diary, "words"), raw(diary, "answers")
    row = again(diary)
    row.title = "Spring"
    row.save()
    assert (row.words, row.answers) == ("I miss her", {"sleep": [1, 2]})
    row.words = "I miss her"
    row.full_clean()
    row.save()
    assert (raw(diary, "words"), raw(diary, "answers")) == before


def test_a_structure_changed_in_place_is_written_anew(diary):
    row = again(diary)
    row.answers["sleep"].append(3)
    row.save()
    assert again(diary).answers == {"sleep": [1, 2, 3]}


def test_a_row_saved_without_being_opened_needs_no_key(diary, django_assert_num_queries):
    row = again(diary)
    with django_assert_num_queries(1):
        row.save()


def test_many_rows_at_once(key):
    Diary.objects.bulk_create([Diary(data_key=key, words=str(n)) for n in range(5)])
    assert sorted(row.words for row in Diary.objects.all()) == list("01234")


def test_a_deferred_field_is_fetched_as_it_lies(diary, django_assert_num_queries):
    fields.forget()
    row = Diary.objects.defer("words").select_related("data_key").get(pk=diary.pk)
    with django_assert_num_queries(1):
        assert row.words == "I miss her"


def test_a_deferred_field_can_be_set_and_saved(diary):
    row = Diary.objects.only("title").get(pk=diary.pk)
    row.words = "I dreamt"
    row.save()
    assert again(diary).words == "I dreamt"


def test_a_refreshed_row_reads_the_new_words_and_keeps_their_ciphertext(diary):
    other = again(diary)
    other.words = "I dreamt"
    other.save()
    diary.refresh_from_db()
    assert diary.words == "I dreamt"
    before = raw(diary, "words")
    diary.save()
    assert raw(diary, "words") == before


def test_a_shredded_row_can_be_refreshed_but_not_read(diary):
    diary.data_key.shred()
    diary.refresh_from_db()
    with pytest.raises(Shredded):
        _ = diary.words


def test_a_copy_under_a_new_id_gets_a_ciphertext_of_its_own(diary):
    row = again(diary)
    row.pk, row._state.adding = uuid4(), True
    row.save()
    assert again(row).words == again(diary).words == "I miss her"
    assert raw(row, "words") != raw(diary, "words")


def test_a_copied_object_leaves_the_first_one_alone(diary, installed):
    row = again(diary)
    _ = row.data_key
    twin, deep = copy.copy(row), copy.deepcopy(row)
    twin.pk, twin._state.adding = uuid4(), True
    twin.save()
    deep.words = "other"
    assert (row.words, again(row).words, again(twin).words) == ("I miss her",) * 3


def test_a_pickle_holds_ciphertext(diary, installed):
    row = again(diary)
    assert row.words == "I miss her"
    parcel = pickle.dumps(row)
    assert b"I miss her" not in parcel
    assert pickle.loads(parcel).words == "I miss her"


def test_unsaved_words_are_not_pickled(diary, installed):
    row = again(diary)
    row.words = "not yet saved"
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(row)


def test_nothing_shows_in_a_representation(diary):
    assert "miss" not in repr(diary.__dict__)


def test_the_key_is_found_along_the_path(diary):
    page = Page.objects.create(diary=diary, words="Monday")
    assert raw(page, "words").startswith(f"1:{diary.data_key_id.hex}:")
    assert again(page).words == "Monday"


def test_a_history_row_keeps_its_origins_label_and_id(diary):
    page = Page.objects.create(diary=diary, words="Monday")
    old = PageHistory.objects.create(diary=diary, origin_id=page.pk, words="x")
    put(old, "words", raw(page, "words"))
    assert again(old).words == "Monday"


def test_reading_many_rows_asks_for_their_keys_with_them(django_assert_num_queries):
    for n in range(5):
        Diary.objects.create(data_key=DataKey.objects.fresh(), words=str(n))
    fields.forget()
    with django_assert_num_queries(1):
        assert len([row.words for row in Diary.objects.select_related("data_key")]) == 5


def test_the_house_key_is_asked_for_once(django_assert_num_queries, key):
    for n in range(5):
        Diary.objects.create(data_key=key, house=str(n))
    fields.forget()
    with django_assert_num_queries(2):
        assert len([row.house for row in Diary.objects.all()]) == 5


# ——— who may not read ———


def test_a_ciphertext_moved_to_another_row_is_refused(diary, key):
    other = Diary.objects.create(data_key=key, words="mine")
    put(other, "words", raw(diary, "words"))
    with pytest.raises(Undecipherable):
        _ = again(other).words


def test_a_ciphertext_moved_to_another_column_is_refused(diary):
    put(diary, "secret", raw(diary, "words"))
    with pytest.raises(Undecipherable):
        _ = again(diary).secret


def test_a_row_led_to_another_key_is_refused(diary):
    Diary.objects.filter(pk=diary.pk).update(data_key=DataKey.objects.fresh())
    with pytest.raises(Undecipherable):
        _ = again(diary).words


@pytest.mark.parametrize("place", [0, 10, 40, -3])
def test_an_altered_ciphertext_is_refused(diary, place):
    lies = list(raw(diary, "words"))
    lies[place] = "0" if lies[place] != "0" else "1"
    put(diary, "words", "".join(lies))
    with pytest.raises(Undecipherable):
        _ = again(diary).words


@pytest.mark.parametrize("lies", ["", "plain words", "2:00:00", "1:zz:AAAA", "1::", "1:ü:é"])
def test_what_is_no_ciphertext_is_refused(diary, lies):
    put(diary, "words", lies)
    with pytest.raises(Undecipherable):
        _ = again(diary).words


def test_what_a_destroyed_key_wrote_is_gone(diary):
    assert diary.words == "I miss her"
    diary.data_key.shred()
    with pytest.raises(Shredded):
        _ = again(diary).words


def test_nothing_is_written_with_a_destroyed_key(diary):
    diary.data_key.shred()
    row = again(diary)
    row.words = "new"
    with pytest.raises(Shredded):
        row.save()


def test_nothing_is_written_without_a_key():
    with pytest.raises(ValueError, match="no data key"):
        Diary.objects.create(words="x")


# ——— what cannot be asked or written ———


@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: rows.filter(words="x"),
        lambda rows: rows.exclude(words__contains="x"),
        lambda rows: rows.filter(Q(words__in=["x"])),
        lambda rows: rows.filter(answers__sleep=1),
        lambda rows: rows.order_by("words"),
        lambda rows: rows.order_by(F("words").desc()),
        lambda rows: rows.order_by(Lower("words")),
        lambda rows: rows.values("words"),
        lambda rows: rows.values(),
        lambda rows: rows.values_list("title", "words"),
        lambda rows: rows.values_list("words", flat=True).distinct(),
        lambda rows: rows.annotate(x=F("words")),
        lambda rows: rows.annotate(x=Lower("words")),
        lambda rows: rows.annotate(x=Length("words")).values("x"),
        lambda rows: rows.alias(x=Lower("words")).filter(x="x"),
        lambda rows: rows.filter(title=F("words")),
        lambda rows: rows.values("title").annotate(x=Max("words")),
        lambda rows: rows.annotate(x=Count("words")),
        lambda rows: rows.filter(title__in=Diary.objects.values("words")),
        lambda rows: Page.objects.filter(diary__words="x"),
        lambda rows: Page.objects.values("diary__words"),
        lambda rows: Page.objects.order_by("diary__words"),
        lambda rows: [rows.aggregate(x=Max("words"))],
        lambda rows: [rows.update(words="x")],
        lambda rows: [rows.update(words=Value("x"))],
        lambda rows: [rows.update(words=F("title"))],
        lambda rows: [rows.update(title=F("words"))],
        lambda rows: [rows.bulk_update(list(rows), ["words"])],
        lambda rows: [rows.get_or_create(words="x")],
    ],
)
def test_it_cannot_be_searched_sorted_fetched_or_written_apart_from_its_row(diary, ask):
    with pytest.raises(FieldError, match="encrypted"), transaction.atomic():
        list(ask(Diary.objects.all()))
    assert again(diary).words == "I miss her"


@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: rows.filter(secret__isnull=True),
        lambda rows: rows.exclude(secret__isnull=False),
        lambda rows: rows.filter(secret__isnull=True).order_by("title").distinct(),
        lambda rows: rows.annotate(n=Count("data_key")),
        lambda rows: rows.filter(secret__isnull=True) | rows.filter(title="x"),
        lambda rows: rows.union(rows.filter(title="none")),
        lambda rows: rows.filter(pk__in=Diary.objects.filter(secret__isnull=True)),
        lambda rows: rows.filter(
            Exists(Diary.objects.filter(pk=OuterRef("pk"), secret__isnull=True))
        ),
        lambda rows: rows.select_related("data_key").iterator(),
        lambda rows: rows.select_for_update(),
        lambda rows: rows.raw("SELECT * FROM vault_diary"),
    ],
)
def test_whether_anything_is_there_can_be_asked_and_rows_can_be_loaded_in_any_way(diary, ask):
    assert [row.words for row in ask(Diary.objects.all())] == ["I miss her"]


def test_rows_can_be_counted_named_and_emptied(diary):
    rows = Diary.objects.filter(secret__isnull=True)
    assert rows.distinct().count() == 1
    assert list(rows.values_list("title", flat=True)) == [""]
    assert rows.update(secret=None) == 1
    assert rows.exists()
    assert rows.delete()[0] == 1


def test_a_row_can_be_loaded_with_what_it_belongs_to(diary):
    Page.objects.create(diary=diary, words="Monday")
    page = Page.objects.select_related("diary__data_key").get()
    assert (page.words, page.diary.words) == ("Monday", "I miss her")


def test_it_does_not_leave_by_dumpdata(diary):
    with pytest.raises(TypeError, match="dumpdata"):
        serializers.serialize("json", [diary])


# ——— in forms ———


class DiaryForm(forms.ModelForm):
    class Meta:
        model = Diary
        fields = ["words", "secret", "answers"]


def test_a_form_shows_and_saves_it(diary):
    assert "I miss her" in str(DiaryForm(instance=again(diary)))
    form = DiaryForm({"words": "New", "secret": "", "answers": '{"a": 1}'}, instance=again(diary))
    form.save()
    row = again(diary)
    assert (row.words, row.secret, row.answers) == ("New", None, {"a": 1})


def test_a_text_has_an_area_and_a_line_has_its_length():
    form = DiaryForm()
    assert isinstance(form.fields["words"].widget, forms.Textarea)
    assert isinstance(form.fields["secret"].widget, forms.TextInput)
    assert form.fields["secret"].max_length == 20


@pytest.mark.parametrize("letter", ["\x00", "\ud800", "\udfff"])
def test_a_letter_that_cannot_be_kept_is_refused_once_and_kindly(diary, letter):
    form = DiaryForm({"words": f"a{letter}b", "answers": "{}"}, instance=diary)
    assert form.errors["words"] == [
        "This holds a character that cannot be kept. Please type it again."
    ]


@pytest.mark.parametrize("letter", ["\x00", "\ud800"])
def test_a_letter_that_cannot_be_kept_is_not_saved(diary, letter):
    diary.words = f"a{letter}b"
    with pytest.raises(ValidationError):
        diary.full_clean()
    with pytest.raises(ValueError, match="NUL"):
        diary.save()
    diary.words, diary.answers = "fine", {"a": [letter]}
    with pytest.raises(ValueError, match="NUL"):
        diary.save()


def test_what_is_not_text_is_not_saved(diary):
    diary.words = 5
    with pytest.raises(TypeError, match="holds text"):
        diary.save()


def test_the_length_counts_the_plain_words(diary):
    diary.secret = "x" * 20
    diary.full_clean()
    diary.secret = "x" * 21
    with pytest.raises(ValidationError):
        diary.full_clean()


# ——— how they are declared ———


def test_a_ciphertext_pasted_into_a_form_is_only_words(diary):
    diary.words = str(raw(diary, "words"))
    diary.save()
    assert again(diary).words.startswith("1:")
    assert not isinstance(again(diary).words, Ciphertext)


@pytest.mark.parametrize("option", ["unique", "db_index", "primary_key"])
def test_it_can_have_no_index(option):
    with pytest.raises(TypeError, match="index"):
        EncryptedTextField(label="x", **{option: True})


def test_a_careless_declaration_is_told():
    class Careless(models.Model):
        words = EncryptedTextField(key="nowhere")

        class Meta:
            app_label = "vault"

    ids = {m.id for m in Careless._meta.get_field("words").check() if isinstance(m, checks.Error)}
    assert ids == {"core.E101", "core.E102", "core.E103"}


def test_a_migration_names_label_and_key():
    name, path, _args, told = Page._meta.get_field("words").deconstruct()
    assert (name, path) == ("words", "commonground.core.fields.EncryptedTextField")
    assert told == {"label": "vault.page.words", "key": "diary.data_key"}
