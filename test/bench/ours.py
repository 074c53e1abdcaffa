"""The pipeline itself: its handlers, built as Lambda builds them, on a canned AWS."""

import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from bench.bodies import RECEIVED_AT_MS
from bench.transport import CannedAws
from samples.invocations import Invocation
from samples.stack import recorded

import kernel.aws
from edge.container import Container, Function
from functions.alerting import evaluate
from functions.telemetry import ingest, process

_REFERENCE = re.compile(r"\$\{\w+\.(\w+)\.\w+\}")
PARAMETERS = {
    "/iot-pipeline/dev/api-key": "unset",
    "/iot-pipeline/dev/config": "{}",
    "/iot-pipeline/dev/page-token-key": "0" * 64,
}


class Ours:
    """The functions that a reading passes, each in a container of its own."""

    name = "ours"

    def __init__(self, aws: CannedAws) -> None:
        self._invocation = Invocation()
        self._ingest, self._process, self._evaluate = built(aws, ingest, process, evaluate)
        self.queue = environment_of("telemetry.ingest")["INGESTION_QUEUE_URL"]
        self.evaluation_queue = environment_of("telemetry.process")["EVALUATION_QUEUE_URL"]

    def ingest(self, event: Mapping[str, Any]) -> Any:
        """Answer one call of the API."""
        return self._ingest(event, self._invocation)

    def process(self, event: Mapping[str, Any]) -> Any:
        """Work off one batch of the ingestion queue."""
        return self._process(event, self._invocation)

    def evaluate(self, event: Mapping[str, Any]) -> Any:
        """Work off one batch of the evaluation queue."""
        return self._evaluate(event, self._invocation)


def environment_of(function: str) -> dict[str, str]:
    """What the stack tells a function, `telemetry.ingest`; queues have URLs, the rest is named."""
    (found,) = [
        one
        for one in recorded()["aws_lambda_function"].values()
        if one["filename"] == f"{function}.zip"
    ]
    told: dict[str, str] = found["environment"]["variables"]
    return {name: _REFERENCE.sub(_named, value) for name, value in told.items()}


def built(aws: CannedAws, *modules: ModuleType) -> list[Function]:
    """Deployed functions on a canned AWS; those that were built before are not to be used on."""
    # Clients are made once a process, and would go on speaking to the AWS before.
    kernel.aws.client.cache_clear()
    served: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in served:
            served[service] = aws.serve(kernel.aws.client(service))
        return served[service]

    def one(module: ModuleType) -> Function:
        environment = environment_of(module.__name__.removeprefix("functions."))
        function: Function = module.build(Container(environment, client, lambda: RECEIVED_AT_MS))
        return function

    return [one(module) for module in modules]


def _named(reference: re.Match[str]) -> str:
    address = reference[1]
    if address.endswith("_queue"):
        return f"https://sqs.us-east-1.amazonaws.com/123456789012/{address}"
    return f"arn:aws:sns:us-east-1:123456789012:{address}"
