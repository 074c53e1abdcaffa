"""Measure, tell, keep: `make bench` everything, `make bench-quick` what may not get worse."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench import (
    cold_start,
    counting,
    day_query,
    end_to_end,
    evaluation,
    growth,
    guard,
    sections,
    sweep,
)
from bench import throughput as passing
from bench.bodies import made_up, source
from bench.cold_start import ColdStarts
from bench.sections import Section
from bench.throughput import Measured

from lib.cost import prices, readme
from lib.cost.counted import keep
from lib.settings import PROJECT_ROOT

_ROUNDS, _COLD_ROUNDS, _GROWTH_ROUNDS = 5, 7, 3
_PAGE = PROJECT_ROOT / "docs" / "performance.md"


def quick() -> None:
    """Measure what is guarded; exits with 1 when a ratio fell by a third, whenever measured."""
    before, begun = guard.recorded(), time.monotonic()
    now: Mapping[str, float] = {}
    for _ in range(2):
        measured, started = _guarded()
        for section in (*sections.throughput(measured), sections.cold_start(started)):
            _say(str(section))
        now = guard.best(now, guard.ratios(measured, started))
        worse = guard.fallen(before, now)
        if not worse:
            break
        _say("A ratio fell by a third. On a busy machine that may be chance: once more.")
    _say(f"It took {time.monotonic() - begun:.0f} s.")
    if worse:
        sys.exit("What was faster or cheaper before:\n" + "\n".join(worse))


def everything() -> None:
    """Measure everything, and keep it beside this module and in the docs."""
    measured, started = _guarded()
    guarded, readings = guard.ratios(measured, started), source()
    if readings.name != made_up().name:
        measured = list(passing.measure(readings, _ROUNDS))
    shown = [*sections.throughput(measured), sections.cold_start(started)]
    _say("\n".join(map(str, shown)))
    days = list(day_query.measure(readings))
    units = {case.name: evaluation.units(case) for case in evaluation.CASES}
    grown = list(growth.measure(readings, _GROWTH_ROUNDS))
    swept = sweep.measure()
    more = [
        sections.day_query(days),
        sections.evaluation(units),
        sections.growth(grown),
        sections.sweep(swept),
    ]
    _say("\n".join(map(str, more)))
    through = end_to_end.measure(readings)
    more.append(sections.end_to_end(through))
    _say(str(more[-1]))
    kept = {
        "commit": _commit(),
        "readings": readings.name,
        "prices": f"{prices.REGION}, {prices.PUBLISHED}",
        "guarded": guarded,
        "throughput": {one.case.name: _kept(one) for one in measured},
        "cold_start": asdict(started),
        "day_query": [{**asdict(one), "ratio": one.ratio} for one in days],
        "evaluation": {name: asdict(one) for name, one in units.items()},
        "growth": {one.what: one.ratios for one in grown},
        "sweep": swept,
        "end_to_end": asdict(through),
    }
    steady = {
        (case.a_message, len(case.rules)): units[case.name]
        for case in evaluation.CASES
        if case.is_steady
    }
    keep(counting.counted(readings.name, measured, steady))
    readme.write()
    guard.RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    _PAGE.write_text(_page(kept, [*shown, *more]), encoding="utf-8")


def _guarded() -> tuple[list[Measured], ColdStarts]:
    # Made up readings are the same everywhere.
    readings = made_up()
    return list(passing.measure(readings, _ROUNDS)), cold_start.measure(readings, _COLD_ROUNDS)


def _kept(one: Measured) -> dict[str, Any]:
    passage = one.passages["ours"]
    return {
        "micros": {way: one.median(way) for way in one.micros},
        "plain / ours": one.ratio("plain", "ours"),
        "ours / limit": one.ratio("ours", "limit"),
        "dollars_a_million": one.dollars,
        "ours_a_million": {
            name: {
                f"{unit.service}, {unit.name}": count
                for unit, count in passage.per_million(name).items()
            }
            for name in passage.stages
        },
    }


def _page(kept: dict[str, Any], shown: Sequence[Section]) -> str:
    return (
        "# Performance\n\n"
        "Written by `make bench`; do not edit. "
        f"Commit {kept['commit']}; readings: {kept['readings']}; "
        f"list prices of {kept['prices']}, without the free tier.\n\n"
        "Times are of one machine: their ratios count. The pipeline's own handlers run, and AWS is "
        "a canned transport below botocore, which counts what AWS bills. How long Lambda waits "
        "for AWS, 8 ms a call, is assumed.\n\n" + "\n".join(map(str, shown))
    )


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--", "lambda", "lib", "test/bench/*.py")
    return git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
