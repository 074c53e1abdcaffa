"""What every context says of its part of the API, row by row.

From these rows come routes, permissions and policies of the stack, the OpenAPI document, and the
tests that walk over all routes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from edge.schemas import Schema

Caller = Literal["writer", "reader", "operator"]
Callers = frozenset[Caller]
WRITERS: Callers = frozenset({"writer", "operator"})
READERS: Callers = frozenset({"reader", "operator"})
OPERATORS: Callers = frozenset({"operator"})
EVERYBODY: Callers = WRITERS | READERS

# The moment that all examples play at: 2025-11-21T00:00:00Z.
EXAMPLE_MOMENT = 1_763_683_200_000
EXAMPLE_REQUEST_ID = "8d9d2bd7-3c0f-4d8b-a0ea-6bd1b6c0f5a3"


@dataclass(frozen=True, slots=True)
class Exchange:
    """An example: a request that is taken, and what it is answered; None where there is no body."""

    name: str
    summary: str
    answer: Any
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path: all that is said of it, in one place.

    function: the module below `lambda/functions` that answers it.
    callers: who may call it; each has a managed policy of its own.
    body, answer: schemas of what is sent and answered; None where there is no body.
    status: of the answer to a request that was carried out; `outcome` says what it means.
    media_type: what the answer is written in.
    idempotent_by_key: whether a repeat is known by its Idempotency-Key.
    refusals: statuses that not every operation refuses requests with.
    headers: what such an answer may bring beside its body, by name.
    """

    route: str
    function: str
    callers: Callers
    operation_id: str
    summary: str
    status: int
    outcome: str
    answer: Schema | None
    exchanges: Sequence[Exchange]
    description: str = ""
    parameters: Sequence[Schema] = ()
    body: Schema | None = None
    media_type: str = "application/json"
    idempotent_by_key: bool = False
    refusals: Collection[int] = frozenset()
    headers: Mapping[str, Schema] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiPart:
    """What one context answers, under one heading."""

    title: str
    description: str
    endpoints: Sequence[Endpoint]
    schemas: Mapping[str, Schema] = field(default_factory=dict)
