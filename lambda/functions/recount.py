"""Counting a day again from what was kept as sent; invoked by operators, not through the API."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from itertools import takewhile
from typing import Any

from kernel import exact_json, logs
from kernel.aws import client
from kernel.clock import now_ms, to_ms
from kernel.errors import Fault, Invalid
from kernel.invocation import LambdaContext, running
from kernel.pages import AnswerSpace
from kernel.parsing import refuse_unknown
from kernel.wiring import setting
from states.adapters.dynamodb import DynamoDbCounters
from states.adapters.s3 import S3RawBodies
from states.adapters.sqs import SqsCountQueue
from states.parsing import day_of_text
from states.recount import Compared, Recount


@cache
def _recount() -> Recount:
    dynamodb = client("dynamodb")
    return Recount(
        S3RawBodies(client("s3"), setting("RAW_BUCKET")),
        DynamoDbCounters(dynamodb, setting("COUNTS_TABLE"), setting("IDEMPOTENCY_TABLE")),
        SqsCountQueue(client("sqs"), setting("STATES_QUEUE_URL")),
        now_ms,
        int(setting("RAW_RETENTION_DAYS")),
    )


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Recount `{"date": "YYYY-MM-DD", "repair": false}`; an event that is none of these fails.

    The answer lists as many differences as it can hold, and says how many more there are; a repair
    is of all of them.
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
    with running(context):
        found = _recount()(day, first_ms, repair=repair)
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


def _as_many_as_fit(differences: Sequence[Compared]) -> list[dict[str, Any]]:
    space = AnswerSpace()
    rows = map(asdict, differences)
    return list(takewhile(lambda row: space.takes(exact_json.dumps(row)), rows))
