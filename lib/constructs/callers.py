"""Managed policies that a platform team attaches to the roles of its callers."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from lib.constructs.policy import Grant, policy


class CallerPolicy(Construct):
    """One kind of caller: what its role may do with the pipeline."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, description: str, grants: Sequence[Grant]
    ) -> None:
        super().__init__(scope, id_)
        managed = IamPolicy(
            self,
            "policy",
            name=name,
            description=description,
            policy=policy(*(grant.statement() for grant in grants)),
        )
        self.arn = managed.arn
