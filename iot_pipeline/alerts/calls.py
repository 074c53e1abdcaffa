"""What the client does with alerts."""

from collections.abc import Iterator

from iot_pipeline.alerts.model import Alert
from iot_pipeline.moments import Moment
from iot_pipeline.paging import MAX_PAGE_SIZE, moment_parameter, paged
from iot_pipeline.transport import Transport


class Alerts:
    """Alerts listed."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        device_id: str | None = None,
        rule_id: str | None = None,
        status: str | None = None,
        start: Moment | None = None,
        end: Moment | None = None,
        page_size: int = MAX_PAGE_SIZE,
    ) -> Iterator[Alert]:
        """Iterate over alerts, newest first, fetching pages as they are needed.

        `start` to `end` is half open, of the times at which they fired; `status` is one of
        STATUSES.
        """
        asked = {
            "device_id": device_id,
            "rule_id": rule_id,
            "status": status,
            "start": moment_parameter(start),
            "end": moment_parameter(end),
            "limit": str(page_size),
        }
        return map(Alert.of, paged(self._transport, "/alerts", asked, entries="alerts"))
