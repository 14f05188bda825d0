"""Text and JSON that lie encrypted in the database, and are opened when they are looked at.

Stored as `1:<data key>:<nonce and ciphertext>`. The associated data is the field's label and
the row's id: a value that is moved to another row, column or key is refused. The label is
written in the field, once and for ever, so tables and columns can be renamed.
"""

import copy
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models
from django.db.models import lookups
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler, SQLUpdateCompiler
from django.utils.translation import gettext_lazy as _

from ..outside.keyring import WrongKey, shut, unshut
from .errors import Undecipherable
from .held import copying, held

VERSION = "1"
ESCAPED = "\\u"
HOUSE = "house"
HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class Ciphertext(str):
    """What the column holds; the only thing that is ever written into it."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[UUID, bytes]:
        """The id of the data key, and the nonce with the sealed words."""
        try:
            version, key_id, parcel = self.split(":")
            if version != VERSION:
                raise ValueError(version)
            return UUID(hex=key_id), urlsafe_b64decode(parcel.encode("ascii"))
        except ValueError as error:
            raise Undecipherable("The column does not hold what was written.") from error


class Parcel:
    """A value on a row: its ciphertext as stored (if it is), its plain form (once opened)."""

    __slots__ = ("before", "dump", "opened", "plain", "row_id", "stored")

    def __init__(self, stored: Ciphertext | None = None, row_id: UUID | None = None) -> None:
        self.stored = stored
        self.row_id = row_id  # whose ciphertext it is, should the row be copied under a new id
        self.opened = False
        self.plain: Any = None
        self.before: str | None = None  # as it was when opened: what differs is written anew
        self.dump: Callable[[Any], str] = str

    def __reduce__(self) -> tuple[Any, ...]:
        if self.opened and self.dump(self.plain) != self.before:
            raise TypeError("Save the row before it is pickled: plain words stay in this process.")
        return (Parcel, (self.stored, self.row_id))

    def __copy__(self) -> "Parcel":
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> "Parcel":
        twin = Parcel(self.stored, self.row_id)
        twin.opened, twin.before, twin.dump = self.opened, self.before, self.dump
        twin.plain = copy.deepcopy(self.plain, memo)
        return twin

    def __repr__(self) -> str:
        return "<encrypted>"


class Opener:
    """The attribute of an encrypted field on its model: opens when read, seals nothing yet."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            self._load(row)
        parcel = row.__dict__[name]
        if parcel is None:
            return None
        if copying.get():
            return parcel
        if not parcel.opened:
            self.field.open(row, parcel)
        return parcel.plain

    def __set__(self, row: Any, value: Any) -> None:
        name = self.field.attname
        if isinstance(value, Ciphertext):
            value = Parcel(value, row.__dict__.get("id") if self.field.aad_id == "id" else None)
        elif value is not None and not isinstance(value, Parcel):
            parcel, old = Parcel(), row.__dict__.get(name)
            if old is not None:
                parcel.stored, parcel.row_id, parcel.before = old.stored, old.row_id, old.before
            parcel.plain, parcel.opened, parcel.dump = value, True, self.field.dump
            value = parcel
        row.__dict__[name] = value

    def _load(self, row: Any) -> None:
        """Fetch a deferred value as it is, without opening it on the way."""
        name = self.field.attname
        rows = type(row)._base_manager.db_manager(row._state.db, hints={"instance": row})
        row.__dict__[name] = rows.only(name).get(pk=row.pk).__dict__[name]


class SealedColumn(Col):
    """The column in a query: it may be loaded into rows of its model, and nothing else."""

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        query = compiler.query
        if isinstance(compiler, SQLUpdateCompiler) or not query.default_cols:
            raise self._refusal()
        if any(part is self for ann in query.annotations.values() for part in _parts(ann)):
            raise self._refusal()
        if compiler.select is not None and all(col is not self for col, *_ in compiler.select):
            raise self._refusal()
        return super().as_sql(compiler, connection)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        raise self._refusal()

    def _refusal(self) -> FieldError:
        return FieldError(
            f"{self.target.name} is encrypted: it is read from a row and written by save(); "
            "it cannot be searched, sorted, computed with or fetched by values()."
        )


def _parts(expression: Any) -> Iterator[Any]:
    yield expression
    for source in expression.get_source_expressions():
        if hasattr(source, "get_source_expressions"):
            yield from _parts(source)


class IsNull(lookups.IsNull):
    """Whether anything is written there: the one question that needs no key."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        super().__init__(Col(lhs.alias, lhs.target), rhs)


class EncryptedField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """What both kinds of encrypted field have in common.

    `label` names the kind of fact for ever, as in "people.contact.email". `key` is the path from
    the row to its DataKey, as in "data_key" or "patient.data_key", or "house". `aad_id` names
    the attribute with the id the value is bound to: a history row names its origin's.

    The empty text is encrypted like any other; only None is NULL. A `bulk_create` that updates
    on conflict must not name an encrypted field, as the row keeps the id it had.
    """

    def __init__(
        self, *args: Any, label: str = "", key: str = "data_key", aad_id: str = "id", **kwargs: Any
    ) -> None:
        if any(kwargs.get(option) for option in ("unique", "db_index", "primary_key")):
            raise TypeError("An encrypted field cannot be unique or have an index.")
        self.label, self.key, self.aad_id = label, key, aad_id
        super().__init__(*args, **kwargs)

    # ——— how it is declared ———

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        kwargs |= {"label": self.label, "key": self.key}
        if self.aad_id != "id":
            kwargs["aad_id"] = self.aad_id
        return name, f"commonground.core.fields.{type(self).__name__}", args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        from ..models.base import House

        found = list(super().check(**kwargs))
        if not self.label:
            found.append(checks.Error(f"{self} needs a label.", obj=self, id="core.E101"))
        if not issubclass(self.model, House):
            found.append(checks.Error(f"{self.model} must be a House.", obj=self, id="core.E102"))
        first = self.key.split(".")[0]
        if self.key != HOUSE and not any(f.name == first for f in self.model._meta.fields):
            found.append(checks.Error(f"There is no {first}.", obj=self, id="core.E103"))
        return found

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, Opener(self))

    # ——— plain words, and their form on the way in ———

    def dump(self, value: Any) -> str:
        """The text that is sealed. Raises ValueError for what cannot be kept."""
        raise NotImplementedError

    def load(self, text: str) -> Any:
        """The value from the text that was sealed."""
        raise NotImplementedError

    # ——— sealing and opening ———

    def open(self, row: Any, parcel: Parcel) -> None:
        """Decrypt in place. Raises Undecipherable, Shredded, KeysMissing."""
        assert parcel.stored is not None
        key_id, sealed = parcel.stored.parts
        expected, fetch = self._key_of(row)
        if expected != key_id:
            raise Undecipherable(f"{self.label} was written with another key than its row's.")
        about = self._about(parcel.row_id or self._row_id(row))
        try:
            text = unshut(self._plain_key(key_id, fetch), sealed, about).decode()
        except WrongKey as error:
            raise Undecipherable(f"{self.label} was moved or altered.") from error
        parcel.plain, parcel.before = self.load(text), text
        parcel.dump, parcel.opened = self.dump, True

    def seal(self, row: Any, text: str) -> Ciphertext:
        """Encrypt for this row. Raises Shredded, KeysMissing, ValueError if the row has no key."""
        key_id, fetch = self._key_of(row)
        if key_id is None:
            raise ValueError(f"{self.label} cannot be written: its row has no data key.")
        sealed = shut(self._plain_key(key_id, fetch), text.encode(), self._about(self._row_id(row)))
        return Ciphertext(f"{VERSION}:{key_id.hex}:{urlsafe_b64encode(sealed).decode()}")

    def _about(self, row_id: UUID) -> bytes:
        return self.label.encode() + b"\x00" + row_id.bytes

    def _row_id(self, row: Any) -> UUID:
        row_id = getattr(row, self.aad_id)
        if row_id is None:
            raise ValueError(f"{self.label} needs the id of its row.")
        return row_id if isinstance(row_id, UUID) else UUID(str(row_id))

    def _key_of(self, row: Any) -> tuple[UUID | None, Callable[[], Any]]:
        """The id of the row's data key, and how to fetch it if it has not been opened yet."""
        from ..models.keys import DataKey

        if self.key == HOUSE:
            house = DataKey.objects.house()
            return house.pk, lambda: house
        *way, last = self.key.split(".")
        for step in way:
            row = getattr(row, step)
        return getattr(row, f"{last}_id"), lambda: getattr(row, last)

    @staticmethod
    def _plain_key(key_id: UUID, fetch: Callable[[], Any]) -> bytes:
        from ..models.keys import DataKey

        known: bytes | None = held().get(key_id)
        return known if known is not None else DataKey.unwrap(fetch())

    # ——— on the way to the database and back ———

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Ciphertext(value)

    def pre_save(self, row: Any, add: bool) -> Ciphertext | None:
        """Seal what has changed; what has not keeps its ciphertext, unopened if it was."""
        if self.attname not in row.__dict__:
            getattr(row, self.attname)
        parcel: Parcel | None = row.__dict__[self.attname]
        if parcel is None:
            return None
        moved = parcel.row_id is not None and parcel.row_id != self._row_id(row)
        if moved:  # a copy of a row: it gets a ciphertext of its own
            parcel = row.__dict__[self.attname] = copy.copy(parcel)
            if not parcel.opened:
                self.open(row, parcel)
        if not parcel.opened:
            return parcel.stored
        text = self.dump(parcel.plain)
        if moved or parcel.stored is None or text != parcel.before:
            parcel.stored, parcel.before = self.seal(row, text), text
            parcel.row_id = row.pk if self.aad_id == "id" else None
        return parcel.stored

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if not isinstance(value, Ciphertext):
            raise FieldError(f"{self.name} is encrypted: set it on a row and save() that row.")
        return str(value)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        if value is not None and not isinstance(value, str):
            raise FieldError(f"{self.name} is encrypted: no expression can be written into it.")
        return "%s"

    def value_to_string(self, obj: Any) -> str:
        raise TypeError(f"{self.name} is encrypted and does not leave by dumpdata; use a backup.")

    # ——— in queries ———

    def get_col(self, alias: str | None, output_field: Any = None) -> Any:
        return SealedColumn(cast(str, alias), self, output_field or self)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self.name} is encrypted: only isnull can be asked of it.")

    def get_transform(self, name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: only isnull can be asked of it.")


class EncryptedTextField(EncryptedField):
    """Words that lie encrypted. With `max_length` it is one line in a form, without a text area."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators.append(validate_storable)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def dump(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{self.name} holds text, not {type(value).__name__}.")
        return _storable(str(value), self.name)

    def load(self, text: str) -> str:
        return text

    def formfield(self, **kwargs: Any) -> Any:
        line = {"max_length": self.max_length} if self.max_length else {"widget": forms.Textarea}
        options: dict[str, Any] = {
            "form_class": Words,
            "empty_value": None if self.null else "",
            **line,
        }
        return models.Field.formfield(self, **(options | kwargs))


class EncryptedJSONField(EncryptedField):
    """A structure of JSON that lies encrypted; changed in place, it is written anew by save()."""

    empty_strings_allowed = False
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators.append(validate_storable)

    def dump(self, value: Any) -> str:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
        if ESCAPED in text:  # all that cannot be kept is escaped, so is much that can
            for words in _strings(value):
                _storable(words, self.name)
        return text

    def load(self, text: str) -> Any:
        return json.loads(text)

    def to_python(self, value: Any) -> Any:
        return value

    def formfield(self, **kwargs: Any) -> Any:
        options: dict[str, Any] = {
            "form_class": forms.JSONField,
            "validators": [validate_storable],
        }
        return models.Field.formfield(self, **(options | kwargs))


class Words(forms.CharField):
    """A form's field for words; what cannot be kept is refused in our own words, once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        ours = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]
        self.validators = [*ours, validate_storable]


@contextmanager
def resealing(*rows: Any) -> Iterator[None]:
    """Open all that lies encrypted on these rows; inside, they are given another key, and the next
    save seals every value anew with it."""
    opened = [
        (row, field.attname, getattr(row, field.attname))
        for row in rows
        for field in row._meta.concrete_fields
        if isinstance(field, EncryptedField)
    ]
    yield
    for row, name, plain in opened:
        row.__dict__.pop(name)
        setattr(row, name, plain)


def validate_storable(value: Any) -> None:
    """Refuse characters that no text is made of: NUL, and halves of a surrogate pair."""
    for words in _strings(value):
        if not _is_storable(words):
            raise ValidationError(
                _("This holds a character that cannot be kept. Please type it again."),
                code="unstorable",
            )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(name)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _storable(words: str, name: str) -> str:
    if not _is_storable(words):
        raise ValueError(f"{name} holds a NUL or half a surrogate pair, which cannot be kept.")
    return words


def _is_storable(words: str) -> bool:
    return "\x00" not in words and not HALF_A_PAIR.search(words)
