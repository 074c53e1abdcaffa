"""A Lambda function in Python: its zip, its own role, its encrypted log group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdktf import AssetType, TerraformAsset
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_metric_filter import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import (
    LambdaFunction,
    LambdaFunctionDeadLetterConfig,
    LambdaFunctionEnvironment,
    LambdaFunctionTracingConfig,
)
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from lib.constructs.place import Place
from lib.constructs.policy import Grant, policy, trust
from lib.constructs.work_queue import DeadLetterQueue
from lib.packaging.function_zip import FunctionPackage

FAILURES_NAMESPACE = "IotPipeline/Failures"


@dataclass(frozen=True, slots=True)
class FunctionPlatform:
    """What all functions of a stack share."""

    place: Place
    key_arn: str
    layer_arn: str
    runtime: str
    architecture: str
    log_retention_days: int
    failed_invocations: DeadLetterQueue


@dataclass(frozen=True, slots=True)
class FunctionProperties:
    """One function; `reserved_concurrency` 0 reserves none, `module` is below `functions`."""

    name: str
    description: str
    module: str
    package: FunctionPackage
    timeout_seconds: int
    memory_mb: int
    reserved_concurrency: int
    environment: Mapping[str, str]
    grants: Sequence[Grant]


class PythonFunction(Construct):
    """A function that may do what it was granted, and nothing else."""

    def __init__(
        self, scope: Construct, id_: str, platform: FunctionPlatform, properties: FunctionProperties
    ) -> None:
        super().__init__(scope, id_)
        self.name = properties.name
        self.module = properties.module
        self.reserved_concurrency = properties.reserved_concurrency
        # Made first: a function whose group is missing makes one that is kept for ever, in clear.
        logs = CloudwatchLogGroup(
            self,
            "logs",
            name=f"/aws/lambda/{properties.name}",
            retention_in_days=platform.log_retention_days,
            kms_key_id=platform.key_arn,
        )
        role = IamRole(
            self,
            "role",
            name=f"{properties.name}-{platform.place.region}",
            description=f"What the function {properties.name} may do",
            assume_role_policy=trust("lambda.amazonaws.com"),
        )
        grants = (
            Grant(
                "WriteLogs",
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                [logs.arn, f"{logs.arn}:*"],
            ),
            # X-Ray knows no resources: https://docs.aws.amazon.com/xray/latest/devguide/security_iam_service-with-iam.html
            Grant("Trace", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
            platform.failed_invocations.burying(),
            *properties.grants,
        )
        permissions = IamRolePolicy(
            self,
            "permissions",
            name="granted",
            role=role.name,
            policy=policy(*(grant.statement() for grant in grants)),
        )
        code = TerraformAsset(self, "code", path=str(properties.package.path), type=AssetType.FILE)
        function = LambdaFunction(
            self,
            "function",
            function_name=properties.name,
            description=properties.description,
            role=role.arn,
            runtime=platform.runtime,
            architectures=[platform.architecture],
            handler=properties.package.handler,
            filename=code.path,
            source_code_hash=properties.package.sha256_base64,
            layers=[platform.layer_arn],
            timeout=properties.timeout_seconds,
            memory_size=properties.memory_mb,
            reserved_concurrent_executions=properties.reserved_concurrency or None,
            kms_key_arn=platform.key_arn,
            environment=LambdaFunctionEnvironment(variables=dict(properties.environment)),
            tracing_config=LambdaFunctionTracingConfig(mode="Active"),
            dead_letter_config=LambdaFunctionDeadLetterConfig(
                target_arn=platform.failed_invocations.arn
            ),
            depends_on=[logs, permissions],
        )
        # Lambda's own Errors count crashes only: what the code catches and tells shows up here.
        CloudwatchLogMetricFilter(
            self,
            "failures",
            name=f"{properties.name}-failures",
            log_group_name=logs.name,
            pattern='{ $.level = "ERROR" }',
            metric_transformation=CloudwatchLogMetricFilterMetricTransformation(
                namespace=FAILURES_NAMESPACE, name=properties.name, value="1"
            ),
        )
        # Whoever names the function by this waits until it is there; with the bare name,
        # Terraform would try in vain for five minutes.
        self.name_reference = function.function_name
        self.arn = function.arn
        self.invoke_arn = function.invoke_arn
        self.log_group_arn = logs.arn
        self.log_group_name = logs.name

    def allow_invocation(
        self, scope: Construct, id_: str, *, principal: str, source_arn: str
    ) -> LambdaPermission:
        """Let one part of a service invoke the function."""
        return LambdaPermission(
            scope,
            id_,
            action="lambda:InvokeFunction",
            function_name=self.name_reference,
            principal=principal,
            source_arn=source_arn,
        )
