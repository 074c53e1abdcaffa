"""A parameter that operators change while the pipeline runs."""

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from lib.constructs.policy import Grant, sid_of


class Parameter(Construct):
    """An SSM parameter whose value is the operators' once it is made: no deploy resets it.

    With a key it is a secret, which Terraform hands over once and never keeps in its state.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        description: str,
        value: str,
        key_arn: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        parameter = SsmParameter(
            self,
            "parameter",
            name=name,
            description=description,
            type="SecureString" if key_arn else "String",
            key_id=key_arn,
            **_secret(value) if key_arn else _plain(value),
        )
        self._sid = sid_of(self)
        self.name = name
        self.arn = parameter.arn

    def reading(self) -> Grant:
        """Read the present value, alone as earlier versions do, or with others."""
        return Grant(f"Read{self._sid}", ["ssm:GetParameter", "ssm:GetParameters"], [self.arn])


def _secret(value: str) -> dict[str, Any]:
    return {
        "value_wo": value,
        "value_wo_version": 1,
        # Whatever it changed, the provider would put an empty value in the place of the operators':
        # their own change may have taken another key.
        "lifecycle": TerraformResourceLifecycle(ignore_changes="all"),
    }


def _plain(value: str) -> dict[str, Any]:
    return {
        "value": value,
        "lifecycle": TerraformResourceLifecycle(ignore_changes=["value"]),
    }
