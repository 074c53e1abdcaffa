"""A stream of batches over a bounded number of requests at a time."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from iot_pipeline.errors import PipelineError
from iot_pipeline.readings.batching import Batch
from iot_pipeline.readings.model import Reading, SendReport
from iot_pipeline.transport import Answered

DEFAULT_CONCURRENCY = 4
MAX_CONCURRENCY = 64

Progress = Callable[[SendReport], None]


class SendStopped(PipelineError):
    """`send_stream` ended before the end of the readings, by the error that is its `__cause__`.

    `report` counts what was accepted, `readings` is the batch that was not, in the order in
    which the server saw it. Sending everything again is safe.
    """

    def __init__(self, report: SendReport, readings: Sequence[Reading], error: str) -> None:
        super().__init__(f"stopped after {report.accepted:,} accepted readings: {error}")
        self.report = report
        self.readings = tuple(readings)


@dataclass
class Sending:
    """The running count of one `send_stream`; memory holds one batch more than requests."""

    post: Callable[[bytes], Answered]
    on_progress: Progress | None = None
    report: SendReport = field(default_factory=SendReport)
    _under_way: dict[Future[Answered], Batch] = field(default_factory=dict)
    _stopped_by: tuple[Batch, PipelineError] | None = None

    def run(self, batches: Iterable[Batch], concurrency: int) -> SendReport:
        """Send all; raises SendStopped at the first batch that fails, once the rest is answered."""
        with ThreadPoolExecutor(concurrency, thread_name_prefix="send") as executor:
            try:
                for batch in batches:
                    self._under_way[executor.submit(self.post, batch.body)] = batch
                    # One batch waits beside those under way, so that no thread waits for the
                    # reader.
                    if len(self._under_way) > concurrency:
                        self._settle_some()
                    if self._stopped_by:
                        break
            finally:
                # Also when the stream breaks: what is under way arrives, and is counted.
                while self._under_way:
                    self._settle_some()
        if self._stopped_by:
            batch, error = self._stopped_by
            raise SendStopped(self.report, batch.readings, str(error)) from error
        return self.report

    def _settle_some(self) -> None:
        done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        for future in done:
            batch = self._under_way.pop(future)
            try:
                answered = future.result()
            except PipelineError as error:
                self._stopped_by = self._stopped_by or (batch, error)
            else:
                self._count(batch, answered)

    def _count(self, batch: Batch, answered: Answered) -> None:
        report = self.report
        self.report = replace(
            report,
            accepted=report.accepted + len(batch.readings),
            requests=report.requests + 1,
            retries=report.retries + answered.attempts - 1,
            body_bytes=report.body_bytes + len(batch.body),
            sent_bytes=report.sent_bytes + answered.sent_bytes,
        )
        if self.on_progress:
            self.on_progress(self.report)
