"""How many of an API's calls X-Ray traces: 5 % and one a second, if nobody says otherwise."""

from decimal import Decimal

from cdktf_cdktf_provider_aws.xray_sampling_rule import XraySamplingRule
from constructs import Construct

# Below what an account sets up to catch everything for an hour, above a rule for all it has. No
# two environments' rules are of the same stage, so it does not matter that they stand level.
_PRIORITY = 5_000
# Over all of API Gateway, not of each of its machines.
_FIRST_EACH_SECOND = 1


class StageSampling(Construct):
    """The sampling rule of one stage; the functions behind it heed what it decided.

    traced_percent: of the calls beyond the first of each second; 0 traces that one neither.
    """

    def __init__(
        self, scope: Construct, id_: str, *, api_name: str, stage: str, traced_percent: Decimal
    ) -> None:
        super().__init__(scope, id_)
        XraySamplingRule(
            self,
            "rule",
            # At most 32 characters, and one for each API of the account and region.
            rule_name=api_name,
            priority=_PRIORITY,
            version=1,
            reservoir_size=_FIRST_EACH_SECOND if traced_percent else 0,
            fixed_rate=float(traced_percent / 100),
            service_type="AWS::ApiGateway::Stage",
            service_name=f"{api_name}/{stage}",
            host="*",
            http_method="*",
            url_path="*",
            resource_arn="*",
        )
