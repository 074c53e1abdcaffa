"""The page of one day's device states: HTML that needs neither scripts nor other files."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date as calendar_date
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from states.model import Count
from states.page_figures import MAX_ROWS, figures_of, first_rows
from states.page_style import STYLE
from states.page_template import TEMPLATE

if TYPE_CHECKING:
    from jinja2 import Template

# A list longer than this is folded: the largest are seen at a glance.
_LEADING_FIGURES = 8


def render(date: str, counts: Sequence[Count], today: str) -> str:
    """The page of a day with its counts; `date` and `today` are UTC days, YYYY-MM-DD."""
    day = calendar_date.fromisoformat(date)
    figures = figures_of(counts)
    rows = sum(len(one.states) for one in figures.detail)
    return _template().render(
        style=STYLE,
        date=date,
        today=today,
        day_text=f"{day.day} {day:%B} {day.year}",
        weekday=f"{day:%A}",
        previous=(day - timedelta(days=1)).isoformat() if day > calendar_date.min else None,
        following=(day + timedelta(days=1)).isoformat() if date < today else None,
        figures=figures,
        leading=_LEADING_FIGURES,
        detail=first_rows(figures.detail),
        max_rows=MAX_ROWS,
        rows_left_out=max(0, rows - MAX_ROWS),
    )


def headers() -> dict[str, str]:
    """The headers that go with every page: it may show itself and ask for another day, no more."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


@cache
def _template() -> "Template":
    # Imported here: it takes longer than all of /stats, which never needs it.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["grouped"] = "{:,}".format
    return environment.from_string(TEMPLATE)
