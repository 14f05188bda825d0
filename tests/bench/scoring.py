"""Totals in bulk against a plain sum() over the same rows, in the same run.

python -m tests.bench.scoring
"""

import statistics
import sys
import time
from collections.abc import Callable
from itertools import product

from commonground.measures import scoring
from commonground.measures.storages import SHIPPED, parse

GOAL, LIMIT, ROUNDS = 1_000_000, 0.7, 9


def rate(work: Callable[[], object], rows: int) -> float:
    """Rows per second of one go."""
    began = time.perf_counter()
    work()
    return rows / (time.perf_counter() - began)


def main() -> int:
    phq9 = parse((SHIPPED / "phq9-1.toml").read_text("utf-8"), "phq9-1.toml")
    rows = [bytes(vector) for vector in product(range(4), repeat=9)]
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(rate(lambda: scoring.totals(phq9, rows), len(rows)))
        plain.append(rate(lambda: [sum(row) for row in rows], len(rows)))
    ratio = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    print(f"totals: {statistics.median(ours):,.0f} response sets per second (goal {GOAL:,})")
    print(f"totals in bulk / plain sum: {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
