"""Birthdays as the law counts them: an age is reached as the day begins.

Somebody born on 29 February comes of age on 1 March in a year without that day (England and
Wales: Family Law Reform Act 1969 s.9, and the common reading of it).
"""

from datetime import date


def birthday(born_on: date, age: int) -> date:
    """The day on which somebody born on `born_on` reaches `age`, in whole years."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def age(born_on: date, on: date) -> int:
    """Whole years lived by `on`. Raises ValueError for a day before the birth."""
    if on < born_on:
        raise ValueError("Nobody has an age before they are born.")
    years = on.year - born_on.year
    return years if birthday(born_on, years) <= on else years - 1
