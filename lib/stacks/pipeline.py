"""The pipeline's stack: signed HTTP in, kept raw, queued, processed, queried out."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Protocol

from cdktf import TerraformOutput
from constructs import Construct

from api_document.endpoints import ENDPOINTS
from lib.constructs.alarms import Alarms, Watch
from lib.constructs.callers import CallerPolicy
from lib.constructs.policy import Grant
from lib.constructs.protection import Protection
from lib.constructs.signed_api import STAGE, Route, SignedApi
from lib.constructs.stack import AwsStack
from lib.constructs.stage_sampling import StageSampling
from lib.constructs.watches import api_watches
from lib.packaging import Packages
from lib.settings import Settings
from lib.stacks.alerting import Alerting
from lib.stacks.caller_grants import calling, operator_grants
from lib.stacks.former_addresses import let_go
from lib.stacks.foundation import Foundation
from lib.stacks.service import Service
from lib.stacks.states import States
from lib.stacks.telemetry import ReadingTables, Telemetry


class Part(Protocol):
    """What a context brings beside the tables, queues and functions that it makes."""

    def watches(self) -> Sequence[Watch]:
        """What else is watched."""

    def outputs(self) -> Mapping[str, str]:
        """What whoever deployed is told, by name."""


class PipelineStack(AwsStack):
    """Everything that one environment consists of."""

    def __init__(self, scope: Construct, settings: Settings, packages: Packages) -> None:
        super().__init__(scope, settings)
        self._foundation = foundation = Foundation(self, settings, packages)
        tables = ReadingTables(foundation)
        alerting = Alerting(self, settings, foundation, readings=tables.processed)
        self._states = States(self, settings, foundation)
        telemetry = Telemetry(
            settings,
            foundation,
            tables=tables,
            evaluation=alerting.evaluation,
            states=self._states.intake,
        )
        service = Service(settings, foundation)
        self._parts: Sequence[Part] = (telemetry, alerting, self._states, service, foundation)
        self._api = SignedApi(
            self,
            "api",
            name=settings.named("iot-api"),
            routes=_routes(foundation),
            requests_per_second=(
                settings.throttle_requests_per_second or settings.concurrency.requests_per_second
            ),
            burst=settings.throttle_burst or settings.concurrency.burst,
            method_metrics=settings.api_method_metrics,
        )
        StageSampling(
            self,
            "sampling",
            api_name=self._api.name,
            stage=STAGE,
            traced_percent=settings.traced_percent,
        )
        self.reserved_concurrency = {
            one.name: one.reserved_concurrency for one in foundation.functions.values()
        }
        self._watch_over_it()
        self._tell_outputs(self._admit_callers())
        Protection(self, "data", protected=settings.protect_data)
        self.add_override("removed", let_go())

    def _watch_over_it(self) -> None:
        Alarms(
            self,
            "alarm",
            name=self.settings.stack_name,
            topic_arn=self._foundation.alerts.arn,
            watches=[
                *chain.from_iterable(part.watches() for part in self._parts),
                *api_watches("api", self._api.name, STAGE),
            ],
        )

    def _admit_callers(self) -> Mapping[str, str]:
        """The outputs that name the managed policies."""
        operate = operator_grants(self._foundation, recount=self._states.recount)
        api = self._api
        # Two for operators, since a managed policy takes 6,144 characters.
        policies = {
            "Writer": ("writer", "Sends readings to the pipeline", calling(api, "writer")),
            "Reader": ("reader", "Queries the pipeline", calling(api, "reader")),
            # IAM makes a policy anew whose description changes, and cannot while it is attached.
            "Operator": (
                "operator",
                "Operates the pipeline: API, dead letters, logs, metrics, parameters",
                operate,
            ),
            "OperatorApi": ("operator-api", "Calls the whole API", calling(api, "operator")),
        }
        return {f"{name}PolicyArn": self._caller(*policy) for name, policy in policies.items()}

    def _caller(self, name: str, description: str, grants: list[Grant]) -> str:
        # IAM knows no regions: the same suffix may be in use in another one.
        whole = f"{self.settings.named(f'iot-pipeline-{name}')}-{self._foundation.place.region}"
        id_ = name.replace("-", "_")
        return CallerPolicy(self, id_, name=whole, description=description, grants=grants).arn

    def _tell_outputs(self, policies: Mapping[str, str]) -> None:
        api = {
            "ApiEndpoint": self._api.url,
            "ApiId": self._api.id,
            "StageName": self._api.stage_name,
        }
        for outputs in (api, *(part.outputs() for part in self._parts), policies):
            for name, value in outputs.items():
                TerraformOutput(self, name, value=value)


def _routes(foundation: Foundation) -> list[Route]:
    """What the contract says, and the functions that it names."""
    answering = {one.module: one for one in foundation.functions.values()}
    routes = []
    for endpoint in ENDPOINTS.values():
        method, path = endpoint.route.split(" ")
        routes.append(Route(method, path, answering[endpoint.function], endpoint.callers))
    return routes
