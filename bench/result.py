"""One line of the report, its table and its file."""

import dataclasses
import json
import pathlib


@dataclasses.dataclass
class Result:
    name: str
    value: float
    unit: str
    target: str
    ok: bool
    reference: str = ""
    reference_value: float | None = None
    ratio: float | None = None
    note: str = ""


def at_least(name, comparison, unit, reference, target, note="") -> Result:
    return Result(
        name,
        round(comparison.value, 1),
        unit,
        f">= {target:.2f}x",
        comparison.ratio >= target,
        reference,
        round(comparison.reference, 1),
        round(comparison.ratio, 3),
        note,
    )


def not_below(name, value, unit, target, note="") -> Result:
    return Result(name, round(value, 1), unit, f">= {target:,} {unit}", value >= target, note=note)


def at_most(name, value, unit, target, note="") -> Result:
    return Result(name, round(value, 3), unit, f"<= {target} {unit}", value <= target, note=note)


def at_most_times(name, value, unit, reference, reference_value, ratio, target, note="") -> Result:
    return Result(
        name,
        round(value, 3),
        unit,
        f"<= {target:.2f}x",
        ratio <= target,
        reference,
        round(reference_value, 3),
        round(ratio, 3),
        note,
    )


def table(results) -> str:
    def number(x):
        return "-" if x is None else f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.2f}"

    rows = [("measure", "value", "unit", "against", "its value", "ratio", "target", "")]
    rows += [
        (
            r.name,
            number(r.value),
            r.unit,
            r.reference or "-",
            number(r.reference_value),
            "-" if r.ratio is None else f"{r.ratio:.2f}x",
            r.target,
            "ok" if r.ok else "SHORT",
        )
        for r in results
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"{r.name}: {r.note}" for r in results if r.note]
    return "\n".join(lines + ([""] + notes if notes else []))


def write(results, path: pathlib.Path) -> None:
    path.write_text(json.dumps([dataclasses.asdict(r) for r in results], indent=2) + "\n")
