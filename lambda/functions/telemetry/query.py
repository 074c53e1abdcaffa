"""`GET /query`, `GET /devices/{device_id}/events` and `GET /health`: readings out."""

from collections.abc import Mapping

from edge.container import Container, Function, on_first_use
from edge.http import Answer, Request, json_answer
from telemetry.adapters.dynamodb import DynamoDbProcessedReadings, DynamoDbRawReadings
from telemetry.event_query_http import event_item, found_events, parse_event_query
from telemetry.ports import Segments
from telemetry.query import Render, processed_item, raw_item, read_page
from telemetry.query_http import parse_query, queried


def build(container: Container) -> Function:
    """Readings come from the processed table, or as they were sent from the raw one."""
    dynamodb, setting = container.aws("dynamodb"), container.setting
    raw = DynamoDbRawReadings(dynamodb, setting("RAW_TABLE"))
    processed = DynamoDbProcessedReadings(dynamodb, setting("PROCESSED_TABLE"))
    tables: Mapping[str, tuple[Segments, Render]] = {
        "processed": (processed, processed_item),
        "raw": (raw, raw_item),
    }
    page_tokens = container.page_tokens()
    health = {"status": "ok", "version": setting("PIPELINE_VERSION")}

    def get_query(request: Request) -> Answer:
        tokens = page_tokens()
        asked = parse_query(request, container.clock(), tokens)
        segments, render = tables[asked.table]
        return queried(asked, read_page(segments, asked.query, render, asked.limit), tokens)

    def get_events(request: Request) -> Answer:
        tokens = page_tokens()
        asked = parse_event_query(request, container.clock(), tokens)
        page = read_page(raw, asked.query, event_item, asked.limit, keep=asked.wants)
        return found_events(asked, page, tokens)

    return container.answering(
        {
            "GET /query": get_query,
            "GET /devices/{device_id}/events": get_events,
            "GET /health": lambda _: json_answer(200, health),
        }
    )


handler = on_first_use(build)
