"""What a run has found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure

# More than this runs beside the benchmarks, and disturbs them.
BUSY = 0.5
HEADINGS = ("figure", "ours", "peer", "ratio", "range", "target", "")


def heading(machine: Mapping[str, object]) -> str:
    """Say on what machine, and whether it was busy."""
    said = ", ".join(f"{name} {value}" for name, value in machine.items())
    load = machine.get("load_before")
    if isinstance(load, float) and load > BUSY:
        said += (
            "\nOther work was running on this machine: times are not to be trusted, ratios less."
        )
    return said + "\n"


def row(figure: Figure, *, judged: bool) -> tuple[str, ...]:
    unit = f" {figure.unit}" if figure.unit != "/s" else figure.unit
    ratios = figure.ratios
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}" if len(ratios) > 1 else ""
    target = figure.target
    limit = _number(target.limit) + ("x" if target.of == "ratio" else unit)
    if target.of == "difference":
        limit = f"peer's + {limit}"
    sign = ">=" if target.sense == "at least" else "<="
    verdict = "pass" if figure.passed else "MISSED"
    return (
        figure.name,
        f"{_number(figure.value)}{unit}",
        f"{_number(median(figure.peer))}{unit}",
        f"{figure.ratio:.2f}x" + ("*" if figure.base is not None else ""),
        spread,
        f"{sign} {limit}",
        verdict if judged else "",
    )


def table(figures: Iterable[Figure], *, judged: bool = True) -> str:
    """Lay the figures out, and say below what each is."""
    figures = list(figures)
    rows = [HEADINGS, *(row(figure, judged=judged) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(cells, widths) for cells in rows]
    lines.insert(1, "-" * len(lines[0]))
    for figure in figures:
        lines += ["", f"{figure.name}: {figure.what}", f"    peer: {figure.peer_is}"]
        if figure.base is not None:
            base = f"{_number(median(figure.base))} {figure.unit}"
            lines.append(f"    * the ratio is to {figure.base_is}: {base}")
        if figure.details:
            said = ", ".join(f"{name} {_number(n)}" for name, n in figure.details.items())
            lines.append(f"    {said}")
    return "\n".join(lines)


def write_json(
    file: Path,
    figures: Sequence[Figure],
    machine: Mapping[str, object],
    *,
    quick: bool,
    seconds: float,
) -> None:
    found = {
        "machine": machine,
        "quick": quick,
        "seconds": seconds,
        "figures": [_plain(figure) for figure in figures],
    }
    file.write_text(json.dumps(found, indent=2) + "\n")


def _plain(figure: Figure) -> dict[str, object]:
    plain: dict[str, object] = {
        "name": figure.name,
        "what": figure.what,
        "unit": figure.unit,
        "value": figure.value,
        "values": list(figure.values),
        "peer": median(figure.peer),
        "peer_is": figure.peer_is,
        "ratio": figure.ratio,
        "ratios": figure.ratios,
        "target": f"{figure.target.of} {figure.target.sense} {figure.target.limit:g}",
        "passed": figure.passed,
        "details": dict(figure.details),
    }
    if figure.base is not None:
        plain["ratio_to"] = {"what": figure.base_is, "value": median(figure.base)}
    return plain


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(width) if index in (0, 6) else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((first, *rest))


def _number(number: float) -> str:
    if number == 0 or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"
