"""The one form builder: a worksheet's fields, whatever its file says, as a form without script."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words

from .. import filled
from ..worksheet import LINKS, MOST, SPARE, Field, Kind, Worksheet

Names = Mapping[Kind, Mapping[str, str]]
"""Whom and what the course has to name, by kind: id and name."""


class BeginWorksheet(forms.Form):
    """Which sheet to begin; its choices are the sheets there are."""

    kind = forms.ChoiceField(choices=[])

    def __init__(self, *args: Any, sheets: list[Worksheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = {sheet.key: sheet for sheet in sheets}
        self.fields["kind"].choices = [(key, key) for key in self.sheets]  # type: ignore[attr-defined]

    @property
    def sheet(self) -> Worksheet:
        return self.sheets[self.cleaned_data["kind"]]


@dataclass(frozen=True)
class Control:
    """One control, and the question it answers."""

    field: Field
    bound: forms.BoundField


@dataclass(frozen=True)
class RowOfControls:
    """One row in the form: its name, and a control for each column. `spare`: room for more."""

    name: str
    cells: list[Control]
    spare: bool


@dataclass(frozen=True)
class Group:
    """One field of the sheet in the form: a control, or rows of them."""

    field: Field
    bound: forms.BoundField | None
    rows: list[RowOfControls]

    @property
    def shown(self) -> list[RowOfControls]:
        return [row for row in self.rows if not row.spare]

    @property
    def spare(self) -> list[RowOfControls]:
        return [row for row in self.rows if row.spare]


class FillWorksheet(forms.Form):
    """Every control is optional: a sheet is kept at whatever point somebody stops.

    Only `names` can be named. Rows keep a few blank ones at their end; whoever needs more keeps
    what is written, and has them.
    """

    def __init__(
        self, data: Any = None, *, sheet: Worksheet, answers: Mapping[str, Any], names: Names
    ) -> None:
        super().__init__(data, initial=_initial(sheet, answers), use_required_attribute=False)
        self.sheet, self.names, self.given = sheet, names, answers
        self.fields["seen"] = forms.CharField(
            required=False,
            widget=forms.HiddenInput,
            max_length=20_000,
            initial=json.dumps(filled.stamps(sheet, answers)),
        )
        self.lengths: dict[str, int] = {}
        for each in sheet.fields:
            if each.kind is Kind.ROWS:
                self._add_rows(each)
            elif self._askable(each):
                self.fields[each.key] = self._control(each)

    def _add_rows(self, each: Field) -> None:
        there = len(self.given.get(each.key, ()))
        posted = 0
        if self.is_bound:
            found = (re.fullmatch(rf"{each.key}-(\d{{1,2}})-.+", name) for name in self.data)
            posted = 1 + max((int(match[1]) for match in found if match), default=-1)
        wanted = max(there + SPARE, posted, len(each.first))
        self.lengths[each.key] = min(MOST, wanted)
        for n in range(self.lengths[each.key]):
            for column in filter(self._askable, each.columns):
                control = self._control(column, in_row=True)
                control.label = f"{column.label} ({each.row_name(n).lower()})"
                self.fields[f"{each.key}-{n}-{column.key}"] = control

    def _askable(self, each: Field) -> bool:
        """Nobody is asked to choose from a list with nobody in it."""
        return each.kind not in LINKS or bool(self.names.get(each.kind))

    def _control(self, each: Field, *, in_row: bool = False) -> forms.Field:
        told: dict[str, Any] = {
            "label": each.label, "required": False, "help_text": each.hint,
        }  # fmt: skip
        nothing = ("", _("–"))
        if each.kind is Kind.TEXT:
            rows = forms.Textarea(attrs={"rows": 3})
            return Words(**told, max_length=filled.LONGEST[each.kind], widget=rows)
        if each.kind is Kind.LINE:
            # A row is narrow: what is long must not run out of sight.
            line = forms.Textarea(attrs={"rows": 1}) if in_row else forms.TextInput()
            return Words(**told, max_length=filled.LONGEST[each.kind], widget=line)
        if each.kind is Kind.PHONE:
            tel = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
            return Words(**told, max_length=filled.LONGEST[each.kind], widget=tel)
        if each.kind is Kind.CHOICE:
            choices = [nothing, *((o.key, o.label) for o in each.options)]
            return forms.ChoiceField(**told, choices=choices)
        if each.kind is Kind.TICKS:
            options = [(o.key, o.label) for o in each.options]
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(**told, choices=options, widget=boxes)
        if each.kind is Kind.RATING:
            number = forms.NumberInput(attrs={"inputmode": "numeric"})
            return forms.IntegerField(
                **told, min_value=each.low, max_value=each.high, widget=number
            )
        if each.kind is Kind.DATE:
            day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            return forms.DateField(**told, widget=day)
        them = [nothing, *self.names.get(each.kind, {}).items()]
        return forms.ChoiceField(**told, choices=them)

    # ——— for the page ———

    @property
    def groups(self) -> list[Group]:
        """The controls in the order of the sheet."""
        found = []
        for each in self.sheet.fields:
            if each.kind is Kind.ROWS:
                found.append(Group(each, None, self._rows(each)))
            elif each.key in self.fields:
                found.append(Group(each, self[each.key], []))
        return found

    def _rows(self, each: Field) -> list[RowOfControls]:
        """All rows; those behind the first blank one at the end are spare."""
        rows = [
            [
                Control(column, self[name])
                for column in each.columns
                if (name := f"{each.key}-{n}-{column.key}") in self.fields
            ]
            for n in range(self.lengths[each.key])
        ]
        filled_in = (n for n, row in enumerate(rows) if any(cell.bound.value() for cell in row))
        last = max(max(filled_in, default=-1) + 1, len(each.first) - 1)
        return [RowOfControls(each.row_name(n), row, n > last) for n, row in enumerate(rows)]

    # ——— what was written ———

    @property
    def answers(self) -> dict[str, Any]:
        """What stands in the form, in the shape of the sheet."""
        told = self.cleaned_data
        found: dict[str, Any] = {}
        for each in self.sheet.fields:
            if each.kind is Kind.ROWS:
                found[each.key] = [
                    {c.key: _plain(told.get(f"{each.key}-{n}-{c.key}")) for c in each.columns}
                    for n in range(self.lengths[each.key])
                ]
            else:
                found[each.key] = _plain(told.get(each.key))
        return filled.tidy(self.sheet, found)

    @property
    def seen(self) -> dict[str, str]:
        """What the writer had before them; nothing where the form does not say."""
        try:
            told = json.loads(self.cleaned_data.get("seen") or "{}")
        except json.JSONDecodeError:
            return {}
        return told if isinstance(told, dict) else {}

    def look_again(self, seen: Mapping[str, str]) -> None:
        """Keep what is typed, and let the next save know what its writer has now seen."""
        self.data = data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["seen"] = json.dumps({**self.seen, **seen})


def _initial(sheet: Worksheet, answers: Mapping[str, Any]) -> dict[str, Any]:
    parts = filled.pieces(sheet, answers)
    return filled.inputs(parts, parts, sheet)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
