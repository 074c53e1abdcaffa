"""Where a stack lives: the names of its resources' ARNs before the resources exist."""

from dataclasses import dataclass

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from constructs import Construct


@dataclass(frozen=True, slots=True)
class Place:
    """Partition, region and account of a deployment."""

    partition: str
    region: str
    account_id: str

    @classmethod
    def of(cls, scope: Construct, region: str) -> "Place":
        """The place that the deploying credentials and the region name."""
        return cls(
            partition=DataAwsPartition(scope, "partition").partition,
            region=region,
            account_id=DataAwsCallerIdentity(scope, "account").account_id,
        )

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this place."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    @property
    def account_root(self) -> str:
        """The ARN that stands for the account's own administrators."""
        return f"arn:{self.partition}:iam::{self.account_id}:root"
