"""`GET /stats` and `GET /stats-html`: a day's device states, for programs and for people."""

from edge.container import Container, Function, on_first_use
from edge.http import Answer, Request
from kernel.clock import day_of
from states.adapters.dynamodb import DynamoDbCounts
from states.page import headers, render
from states.stats_http import counts_answer, parse_day, parse_stats_query


def build(container: Container) -> Function:
    """Counts come from their table."""
    counts = DynamoDbCounts(container.aws("dynamodb"), container.setting("COUNTS_TABLE"))

    page_tokens = container.page_tokens()

    def get_stats(request: Request) -> Answer:
        tokens = page_tokens()
        asked = parse_stats_query(request, container.clock(), tokens)
        return counts_answer(asked, counts.listed(asked.day, asked.after), tokens)

    def get_page(request: Request) -> Answer:
        now = container.clock()
        day = parse_day(request, now)
        return Answer(200, render(day, counts.read(day).counts, day_of(now)), headers())

    return container.answering({"GET /stats": get_stats, "GET /stats-html": get_page})


handler = on_first_use(build)
