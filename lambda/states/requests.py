"""The parameters of the statistics, each declared once."""

from edge import fields
from edge.declared import Parameters
from edge.schemas import schema_ref


class DayParameters(Parameters):
    """The parameters of `GET /stats-html`."""

    date = fields.day(schema_ref("Day"), "The day (UTC); without it today.")


class StatsParameters(DayParameters):
    """The parameters of `GET /stats`."""

    limit = fields.limit(
        "How many counts the page may have; without it, as many as one answer can hold.",
        default=None,
    )
    next_token = fields.next_token()
