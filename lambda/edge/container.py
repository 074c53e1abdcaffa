"""What a function is built from, once in each container that Lambda starts."""

import os
from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from typing import Any

from edge.adapters.dynamodb import DynamoDbAttempts
from edge.adapters.sqs import SqsDeadLetters, SqsRedelivery
from edge.adapters.ssm import SsmParameters
from edge.http import Handler, Request, serve
from edge.paging import PageTokens
from edge.parameters import ApiKey, LiveParameters
from edge.queue import Intake
from kernel import logs
from kernel.aws import client
from kernel.clock import SECOND_MS, Clock, now_ms
from kernel.invocation import LambdaContext

Function = Callable[[Mapping[str, Any], LambdaContext], Any]
"""What Lambda calls with an event."""


class Container:
    """The environment that the stack gave a function, AWS's clients by service, and the clock.

    What a function is built from reads every variable at once: one that is missing stops the first
    invocation, not the one that would need it.
    """

    def __init__(
        self, environment: Mapping[str, str], aws: Callable[[str], Any], clock: Clock
    ) -> None:
        self._environment, self.aws, self.clock = environment, aws, clock
        self._live: list[str] = []

    def setting(self, name: str) -> str:
        """A variable of the environment; raises KeyError without it."""
        return self._environment[name]

    def live(self, name_setting: str) -> Callable[[], str]:
        """Gives the present value of the parameter that a variable names.

        All that a function asks for are read together.
        """
        name = self.setting(name_setting)
        self._live.append(name)
        return partial(self._parameters.value, name)

    def page_tokens(self) -> Callable[[], PageTokens]:
        """Gives what seals paging tokens at present."""
        secret = self.live("PAGE_TOKEN_PARAMETER")
        return lambda: PageTokens(secret())

    def attempts(self) -> DynamoDbAttempts:
        """First attempts of requests with an idempotency key."""
        return DynamoDbAttempts(self.aws("dynamodb"), self.setting("IDEMPOTENCY_TABLE"))

    def intake(self, queue_setting: str, function: str) -> Intake:
        """The queue that a function consumes."""
        sqs = self.aws("sqs")
        return Intake(
            function,
            SqsDeadLetters(sqs, self.setting("DEAD_LETTER_QUEUE_URL")),
            SqsRedelivery(sqs, self.setting(queue_setting)),
        )

    def answering(self, routes: Mapping[str, Handler]) -> Function:
        """The function of these routes, for callers who bring the API key if one is set."""
        api_key = ApiKey(self.live("API_KEY_PARAMETER"), self.setting("API_KEY_PLACEHOLDER"))

        def admit(request: Request) -> None:
            api_key.require(request.headers.get("x-api-key"))

        return lambda event, context: serve(event, context, routes, admit)

    @cached_property
    def _parameters(self) -> LiveParameters:
        fresh_for_ms = int(self.setting("PARAMETERS_FRESH_SECONDS")) * SECOND_MS
        return LiveParameters(self._live, SsmParameters(self.aws("ssm")), self.clock, fresh_for_ms)


def on_first_use(build: Callable[[Container], Function]) -> Function:
    """The handler that Lambda calls; importing it touches neither the environment nor AWS."""

    @cache
    def built() -> Function:
        try:
            return build(Container(os.environ, client, now_ms))
        except Exception:
            logs.error("function_not_built")
            raise

    return lambda event, context: built()(event, context)
