"""Counting a day again from what was kept as sent; invoked by operators, not through the API."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from edge.container import Container, Function, on_first_use
from edge.entrance import entered
from edge.pages import AnswerSpace
from kernel import exact_json, logs
from kernel.clock import to_ms
from kernel.errors import Fault, Invalid
from kernel.invocation import LambdaContext
from kernel.parsing import day_of_text, refuse_unknown
from states.adapters.dynamodb import DynamoDbCounters
from states.adapters.s3 import S3RawBodies
from states.adapters.sqs import SqsCountQueue
from states.recount import Compared, Recount


def build(container: Container) -> Function:
    """Bodies come from the bucket, and counters are put right in their table."""
    setting = container.setting
    recount = Recount(
        S3RawBodies(container.aws("s3"), setting("RAW_BUCKET")),
        DynamoDbCounters(
            container.aws("dynamodb"), setting("COUNTS_TABLE"), setting("IDEMPOTENCY_TABLE")
        ),
        SqsCountQueue(container.aws("sqs"), setting("STATES_QUEUE_URL")),
        container.clock,
        int(setting("RAW_RETENTION_DAYS")),
    )

    def recount_day(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Recount `{"date": "YYYY-MM-DD", "repair": false}`; an event that is none of these fails.

        The answer lists as many differences as it can hold, and says how many more there are; a
        repair is of all of them.
        """
        faults: list[Fault] = []
        refuse_unknown(event, {"date", "repair"}, "", faults)
        day = day_of_text(str(event.get("date", "")), "date", faults)
        repair = event.get("repair", False)
        if not isinstance(repair, bool):
            faults.append(Fault("repair", "must be true or false"))
        if faults:
            raise Invalid(faults)
        first_ms = to_ms(datetime.fromisoformat(day).replace(tzinfo=UTC))
        with entered(context):
            found = recount(day, first_ms, repair=repair)
        shown = _as_many_as_fit(found.differences)
        logs.info(
            "recounted",
            date=day,
            differences=len(found.differences),
            expired=found.expired,
            repaired=found.repaired,
        )
        return {
            "date": day,
            "submissions": found.submissions,
            "items": found.items,
            "counters": len(found.counters),
            "differences": shown,
            "more_differences": len(found.differences) - len(shown),
            "pending": found.pending,
            "expired": found.expired,
            "repaired": found.repaired,
        }

    return recount_day


def _as_many_as_fit(differences: Sequence[Compared]) -> list[dict[str, Any]]:
    space = AnswerSpace()
    rows = map(asdict, differences)
    return list(takewhile(lambda row: space.takes(exact_json.dumps(row)), rows))


handler = on_first_use(build)
