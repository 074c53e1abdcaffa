"""A function that runs by the clock."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import (
    LambdaFunctionEventInvokeConfig,
)
from constructs import Construct

from lib.constructs.alarms import Watch
from lib.constructs.python_function import PythonFunction
from lib.constructs.watches import schedule_watches

_OLDEST_SECONDS = 60


class EveryMinute(Construct):
    """Runs a function every minute; a run that fails is not repeated, since the next one comes."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, description: str, function: PythonFunction
    ) -> None:
        super().__init__(scope, id_)
        self._watches = schedule_watches(id_, name, function)
        rule = CloudwatchEventRule(
            self,
            "rule",
            name=name,
            description=description,
            schedule_expression="rate(1 minute)",
        )
        LambdaFunctionEventInvokeConfig(
            self,
            "invocation",
            function_name=function.name_reference,
            maximum_event_age_in_seconds=_OLDEST_SECONDS,
            maximum_retry_attempts=0,
        )
        permission = function.allow_invocation(
            self, "permission", principal="events.amazonaws.com", source_arn=rule.arn
        )
        CloudwatchEventTarget(
            self, "target", rule=rule.name, arn=function.arn, depends_on=[permission]
        )

    def watches(self) -> Sequence[Watch]:
        """That it runs."""
        return self._watches
