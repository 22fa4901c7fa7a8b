"""Figures, their bounds, and how they are shown."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

BUDGET = Path(__file__).parent / "budget.json"


class Figures:
    """Every figure is the median of its rounds, with the least and the greatest."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, name: str, values: list[float] | float) -> None:
        self.values[name] = [values] if isinstance(values, (int, float)) else values

    def median(self, name: str) -> float:
        return statistics.median(self.values[name])

    def ratio(self, name: str, over: list[float], under: list[float]) -> None:
        """Inside each pair of one round."""
        self.add(name, [one / other for one, other in zip(over, under)])

    def json(self) -> dict:
        return {
            name: {"median": statistics.median(values), "least": min(values), "greatest": max(values), "rounds": len(values)}
            for name, values in self.values.items()}


class Missing(Exception):
    pass


def bound(expression: float | str, figures: Figures) -> float:
    """A number, or a formula over other figures such as `1000 + 2 * flush_p99_us`."""
    if not isinstance(expression, str):
        return expression
    names = {name: figures.median(name) for name in figures.values}
    try:
        return eval(expression, {"__builtins__": {}}, names)  # Of a file of this repository.
    except NameError as missing:
        raise Missing(str(missing)) from None


def judge(figures: Figures, loose: bool) -> tuple[list[tuple], int]:
    """Rows (name, median, least, greatest, bound as text, verdict), and how many are outside of their bounds."""
    budget = json.loads(BUDGET.read_text())
    rows, broken = [], 0
    for name, values in figures.values.items():
        entry = budget.get(name, {})
        # A greatest of many runs is bounded itself, not the median.
        value = max(values) if entry.get("of") == "greatest" else statistics.median(values)
        text, verdict = "", ""
        try:
            if "at_most" in entry:
                limit = bound(entry["at_most"], figures)
                if loose and not entry.get("exact"):
                    # A neighbour's time slice that meets the yardstick meets this, too.
                    limit = 10 * max(limit, bound(entry.get("loosely", 0), figures))
                text, is_broken = f"≤ {limit:.4g}", value > limit
            elif "at_least" in entry:
                limit = bound(entry["at_least"], figures)
                if loose and not entry.get("exact"):
                    limit /= 10
                text, is_broken = f"≥ {limit:.4g}", value < limit
            else:
                is_broken = False
        except Missing:
            # The figure it is compared with was not measured in this run.
            is_broken = False
        if is_broken:
            verdict = "MISSED"
            broken += 1
        elif text:
            verdict = "met"
        rows.append((name, statistics.median(values), min(values), max(values), text, verdict))
    return rows, broken


def number(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def text_table(rows: list[tuple]) -> str:
    lines = [f"{'figure':44} {'median':>10} {'least':>10} {'greatest':>10}  {'bound':>12}"]
    for name, middle, least, greatest, limit, verdict in rows:
        spread = (number(least), number(greatest)) if least != greatest else ("", "")
        lines.append(f"{name:44} {number(middle):>10} {spread[0]:>10} {spread[1]:>10}  {limit:>12} {verdict}")
    return "\n".join(lines)


def markdown_table(rows: list[tuple]) -> str:
    lines = ["| figure | median (least–greatest) | bound | |", "|---|---|---|---|"]
    for name, middle, least, greatest, limit, verdict in rows:
        spread = f" ({number(least)}–{number(greatest)})" if least != greatest else ""
        lines.append(f"| `{name}` | {number(middle)}{spread} | {limit} | {verdict} |")
    return "\n".join(lines)
