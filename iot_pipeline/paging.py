"""Lists that come in pages."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from iot_pipeline.answers import ListPage, field_of, optional_field_of
from iot_pipeline.errors import UnexpectedAnswer
from iot_pipeline.moments import Moment, epoch_ms
from iot_pipeline.transport import Transport

MAX_PAGE_SIZE = 1_000


def paged(
    transport: Transport, path: str, asked: Mapping[str, str | None], *, entries: str
) -> Iterator[dict[str, Any]]:
    """Iterate over the objects that the pages hold under `entries`, fetched as they are needed.

    What is asked as None is left out. Raises UnexpectedAnswer where pages do not get on.
    """

    def page(query: Mapping[str, str]) -> ListPage:
        content = transport.get(path, query).content
        token = optional_field_of(content, "next_token", str)
        return ListPage(field_of(content, entries, list), token)

    return _followed(page, asked)


def paged_list(
    transport: Transport, path: str, asked: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    """Iterate over the objects of a list whose pages are lists, with the token in a header.

    Otherwise as `paged`.
    """
    return _followed(lambda query: transport.get_list(path, query), asked)


def moment_parameter(moment: Moment | None) -> str | None:
    """A moment as query parameters say it: epoch milliseconds. Raises ValueError for none."""
    return None if moment is None else str(epoch_ms(moment))


def day_parameter(day: date | str | None) -> str | None:
    """A day as query parameters say it: `YYYY-MM-DD`; a text is taken as it is."""
    return f"{day:%Y-%m-%d}" if isinstance(day, date) else day


def _followed(
    page: Callable[[Mapping[str, str]], ListPage], asked: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    query = {name: value for name, value in asked.items() if value is not None}
    while True:
        found = page(query)
        yield from found.entries
        if found.next_token is None:
            return
        if found.next_token == query.get("next_token"):
            raise UnexpectedAnswer("the API answered with the page token that it was given")
        query["next_token"] = found.next_token
