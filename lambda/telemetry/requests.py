"""The requests about readings that are not on the hot path, each declared once."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from edge import fields
from edge.declared import Body, OpenSpan, Parameters, Said
from kernel.clock import DAY_MS
from kernel.parsing import object_of
from telemetry.ports import Span
from telemetry.reprocess import ReprocessRequest

TABLES = ("processed", "raw")
ORDERS = ("asc", "desc")
MAX_SPAN_MS = 31 * DAY_MS


def parse_reprocess(body: bytes) -> ReprocessRequest:
    """Read the body of `POST /process`; raises Malformed, or Invalid with every fault."""
    request: ReprocessRequest = ReprocessBody().load(object_of(body))
    return request


class _ShortSpan:
    """A span with both of its ends, of at most 31 days."""

    @validates_schema(skip_on_field_errors=False)
    def _is_short(self, said: Said, **_: Any) -> None:
        start, end = said.get("start"), said.get("end")
        if start is None or end is None:
            return
        if end <= start:
            raise ValidationError("must be later than start", "end")
        if end - start > MAX_SPAN_MS:
            raise ValidationError("must be at most 31 days after start", "end")


class ReprocessBody(_ShortSpan, Body):
    """The body of `POST /process`."""

    device_id = fields.device_id(required=True)
    start = fields.moment(required=True)
    end = fields.moment(required=True)
    dry_run = fields.flag("Only count.", default=False)

    @post_load
    def _request(self, said: Said, **_: Any) -> ReprocessRequest:
        return ReprocessRequest(
            said["device_id"], Span(said["start"], said["end"]), said["dry_run"]
        )


class QueryParameters(_ShortSpan, Parameters):
    """The parameters of `GET /query`: of a day, of a span, or of today."""

    device_id = fields.device_id("The device.", required=True)
    event_date = fields.day({"type": "string", "format": "date"}, "A UTC day.")
    start = fields.asked_moment("The first moment.")
    end = fields.asked_moment("The moment before which readings end.")
    table = fields.choice(
        TABLES, "Readings as they were processed, or as they were sent.", default=TABLES[0]
    )
    order = fields.choice(ORDERS, "Oldest or newest first.", default=ORDERS[0])
    limit = fields.limit()
    next_token = fields.next_token()

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _day_or_span(self, _: Said, query: Mapping[str, Any], **__: Any) -> None:
        missing = {"start", "end"} - query.keys()
        faults = {}
        if len(missing) == 1:
            faults[missing.pop()] = ["is required: start and end go together"]
        if len(missing) < 2 and "event_date" in query:
            faults["event_date"] = ["cannot be combined with start and end"]
        if faults:
            raise ValidationError(faults)


class EventParameters(OpenSpan, Parameters):
    """The parameters of `GET /devices/{device_id}/events`."""

    IN_PATH = ("device_id",)

    device_id = fields.device_id(required=True)
    start = fields.asked_moment("The first moment.")
    end = fields.asked_moment("The moment before which events end.")
    type = fields.any_text("Only events of this type.")
    order = fields.choice(ORDERS, "Oldest or newest first.", default=ORDERS[0])
    limit = fields.limit()
    next_token = fields.next_token()
