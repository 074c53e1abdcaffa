"""A REST API that takes signed requests only: every method is AWS_IAM, there is no other way in."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.api_gateway_deployment import ApiGatewayDeployment
from cdktf_cdktf_provider_aws.api_gateway_gateway_response import ApiGatewayGatewayResponse
from cdktf_cdktf_provider_aws.api_gateway_integration import ApiGatewayIntegration
from cdktf_cdktf_provider_aws.api_gateway_method import ApiGatewayMethod
from cdktf_cdktf_provider_aws.api_gateway_method_settings import (
    ApiGatewayMethodSettings,
    ApiGatewayMethodSettingsSettings,
)
from cdktf_cdktf_provider_aws.api_gateway_resource import ApiGatewayResource
from cdktf_cdktf_provider_aws.api_gateway_rest_api import (
    ApiGatewayRestApi,
    ApiGatewayRestApiEndpointConfiguration,
)
from cdktf_cdktf_provider_aws.api_gateway_stage import ApiGatewayStage
from constructs import Construct

from lib.constructs.python_function import PythonFunction

STAGE = "prod"
_AUTHORIZATION = "AWS_IAM"
_BINARY_MEDIA_TYPES = ["*/*"]
# Answers shorter than this grow when they are compressed.
_COMPRESS_FROM_BYTES = 1_024
_RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path, the function that answers it, and who may call it."""

    method: str
    path: str
    function: PythonFunction
    callers: Collection[str]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """How an answer of the gateway itself looks: the same shape as the functions' errors."""

    code: str
    retry: bool = False
    status: str | None = None


# `$context.error.responseType` names the reason: INVALID_SIGNATURE, EXPIRED_TOKEN, ACCESS_DENIED …
_REFUSALS: Mapping[str, _Refusal] = {
    "DEFAULT_4XX": _Refusal("$context.error.responseType"),
    # A function that is refused its run is a 500 to API Gateway; repeating is always safe.
    # https://repost.aws/questions/QUfI6bsdd0SOiPeyimzxSkfQ
    "DEFAULT_5XX": _Refusal("UNAVAILABLE", retry=True, status="503"),
    "INTEGRATION_FAILURE": _Refusal("UNAVAILABLE", retry=True, status="503"),
    "INTEGRATION_TIMEOUT": _Refusal("UNAVAILABLE", retry=True, status="503"),
    "QUOTA_EXCEEDED": _Refusal("THROTTLED", retry=True, status="429"),
    "REQUEST_TOO_LARGE": _Refusal("PAYLOAD_TOO_LARGE", status="413"),
    "THROTTLED": _Refusal("THROTTLED", retry=True, status="429"),
    # A body that is not what its Content-Encoding says.
    "UNSUPPORTED_MEDIA_TYPE": _Refusal("MALFORMED_JSON", status="400"),
}


class SignedApi(Construct):
    """The API with its routes, deployed to the stage `prod`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        routes: Sequence[Route],
        requests_per_second: int,
        burst: int,
        method_metrics: bool,
    ) -> None:
        super().__init__(scope, id_)
        self.routes = tuple(routes)
        api = ApiGatewayRestApi(
            self,
            "api",
            name=name,
            description="IoT data pipeline: signed requests only",
            endpoint_configuration=ApiGatewayRestApiEndpointConfiguration(types=["REGIONAL"]),
            # Bodies reach the functions byte for byte, broken UTF-8 included; where compression
            # is enabled, AWS itself unpacks those that come as gzip.
            binary_media_types=_BINARY_MEDIA_TYPES,
            minimum_compression_size=str(_COMPRESS_FROM_BYTES),
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        self._api = api
        self._resources: dict[str, str] = {"": api.root_resource_id}
        self._variables: dict[str, str] = {}
        parts: list[Construct] = [part for route in routes for part in self._add_route(route)]
        for function in dict.fromkeys(route.function for route in routes):
            # One for all its routes: the policy of a function takes 20 KB.
            function.allow_invocation(
                self,
                f"calls_{function.node.id}",
                principal="apigateway.amazonaws.com",
                source_arn=f"{api.execution_arn}/*",
            )
        parts += [self._add_refusal(kind, refusal) for kind, refusal in _REFUSALS.items()]
        deployment = ApiGatewayDeployment(
            self,
            "deployment",
            rest_api_id=api.id,
            triggers={"definition": self._definition_digest()},
            depends_on=[cast(ITerraformDependable, part) for part in parts],
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        stage = ApiGatewayStage(
            self,
            "stage",
            rest_api_id=api.id,
            deployment_id=deployment.id,
            stage_name=STAGE,
            xray_tracing_enabled=True,
            # Access logs need a role that is set once for the whole account and region, so they
            # belong to whoever looks after the account: a deploy leaves them as they are.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["access_log_settings"]),
        )
        ApiGatewayMethodSettings(
            self,
            "limits",
            rest_api_id=api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings=ApiGatewayMethodSettingsSettings(
                # Those of the stage, which the alarms watch, are there in any case.
                metrics_enabled=method_metrics,
                throttling_rate_limit=requests_per_second,
                throttling_burst_limit=burst,
            ),
        )
        self.id = api.id
        self.name = name
        self.execution_arn = api.execution_arn
        self.url = stage.invoke_url
        self.stage_name = stage.stage_name

    def callable_by(self, caller: str) -> list[str]:
        """The ARNs of the routes that a kind of caller may call."""
        return [
            f"{self.execution_arn}/{STAGE}/{route.method}{_any_parameter(route.path)}"
            for route in self.routes
            if caller in route.callers
        ]

    def _add_route(self, route: Route) -> tuple[Construct, ...]:
        slug = f"{route.method.lower()}{_slug(route.path)}"
        method = ApiGatewayMethod(
            self,
            f"{slug}_method",
            rest_api_id=self._api.id,
            resource_id=self._resource(route.path),
            http_method=route.method,
            authorization=_AUTHORIZATION,
        )
        integration = ApiGatewayIntegration(
            self,
            f"{slug}_integration",
            rest_api_id=self._api.id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=route.function.invoke_arn,
        )
        return method, integration

    def _resource(self, path: str) -> str:
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            if part.startswith("{") and self._variables.setdefault(parent, part) != part:
                # API Gateway takes one variable at each place of a path.
                raise ValueError(f"{path}: {parent} has the variable {self._variables[parent]}")
            resource = ApiGatewayResource(
                self,
                f"{_slug(path).lstrip('_')}_path",
                rest_api_id=self._api.id,
                parent_id=self._resource(parent),
                path_part=part,
            )
            self._resources[path] = resource.id
        return self._resources[path]

    def _add_refusal(self, kind: str, refusal: _Refusal) -> Construct:
        retry = {"gatewayresponse.header.Retry-After": f"'{_RETRY_AFTER_SECONDS}'"}
        return ApiGatewayGatewayResponse(
            self,
            f"{kind.lower()}_answer",
            rest_api_id=self._api.id,
            response_type=kind,
            status_code=refusal.status,
            response_templates={"application/json": _error_template(refusal.code)},
            response_parameters=retry if refusal.retry else None,
        )

    def _definition_digest(self) -> str:
        # A stage serves what was there when it was deployed: all that callers can tell counts.
        definition = {
            "routes": [
                [route.method, route.path, route.function.name, _AUTHORIZATION]
                for route in self.routes
            ],
            "refusals": {
                kind: [_error_template(refusal.code), refusal.status, refusal.retry]
                for kind, refusal in _REFUSALS.items()
            },
            "retry_after_seconds": _RETRY_AFTER_SECONDS,
            "binary_media_types": _BINARY_MEDIA_TYPES,
            "compress_from_bytes": _COMPRESS_FROM_BYTES,
        }
        return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


def _any_parameter(path: str) -> str:
    return re.sub(r"{[^}]*}", "*", path)


def _slug(path: str) -> str:
    return path.replace("{", "").replace("}", "").replace("/", "_").replace(".", "_")


def _error_template(code: str) -> str:
    return (
        f'{{"error":{{"code":"{code}","message":$context.error.messageString,'
        '"details":[],"requestId":"$context.requestId"}}'
    )
