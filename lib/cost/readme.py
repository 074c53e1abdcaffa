"""The README's table of what fleets cost, as `pipeline cost` tells it."""

import re

from lib.cost.counted import counted
from lib.cost.fleet import Fleet, month_of
from lib.cost.standing import recorded
from lib.settings import PROJECT_ROOT

FILE = PROJECT_ROOT / "README.md"
_ROW = re.compile(r"^\| `((?:--[a-z]+(?: \d+)? ?)+)` \| .+ \| .+ \|$", re.MULTILINE)


def with_present_costs(text: str) -> str:
    """The text with the dollars of each row as they are now."""
    return _ROW.sub(_row, text)


def write() -> None:
    """Bring the README up to date."""
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(with_present_costs(text), encoding="utf-8")


def _row(found: re.Match[str]) -> str:
    month = month_of(_fleet(found[1]), counted(), recorded())
    least, most = (f"{bill.dollars:,.0f}" for bill in (month.least, month.most))
    return f"| `{found[1]}` | {least} | {most} |"


def _fleet(options: str) -> Fleet:
    given = dict(re.findall(r"--([a-z]+)(?: (\d+))?", options))
    return Fleet(
        devices=int(given["devices"]),
        interval_seconds=int(given["interval"]),
        batch=int(given["batch"]),
        rules=int(given.get("rules", 0)),
        mixed="mixed" in given,
    )


if __name__ == "__main__":
    write()
