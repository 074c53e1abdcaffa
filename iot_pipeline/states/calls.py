"""What the client does with device states."""

from collections.abc import Iterable
from datetime import date

from iot_pipeline.answers import WebPage, field_of
from iot_pipeline.errors import InvalidReading
from iot_pipeline.paging import day_parameter, paged_list
from iot_pipeline.states.model import DeviceState, StateCount, StatesAccepted
from iot_pipeline.transport import Transport

MAX_STATES = 5_000


class States:
    """Device states sent, and their counts of a day; a day is UTC, and today unless said."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send_batch(self, states: Iterable[DeviceState]) -> StatesAccepted:
        """Send up to 5,000 device states in one request: all are stored, or none is.

        Every one counts, equal ones too; the very same request again counts nothing, which is
        what makes a repeat safe. Raises InvalidReading where there are none or too many.
        """
        request = [state.as_request() for state in states]
        if not 1 <= len(request) <= MAX_STATES:
            raise InvalidReading(
                f"a request holds 1 to {MAX_STATES:,} device states, not {len(request):,}"
            )
        content = self._transport.post("/ingest", {"processed_devices": request}).content
        return StatesAccepted(field_of(content, "raw_key", str), field_of(content, "enqueued", int))

    def stats(self, date: date | str | None = None) -> list[StateCount]:
        """All counts of a day, sorted by type, then state, from as many pages as they take."""
        found = paged_list(self._transport, "/stats", _asked(date))
        return [StateCount.of(one) for one in found]

    def stats_page(self, date: date | str | None = None) -> WebPage:
        """The counts of a day as an HTML page, with the headers that protect who looks at it."""
        return self._transport.get_page("/stats-html", _asked(date))


def _asked(day: date | str | None) -> dict[str, str]:
    parameter = day_parameter(day)
    return {} if parameter is None else {"date": parameter}
