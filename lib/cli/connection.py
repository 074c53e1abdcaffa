"""Which API the commands talk to, and as whom."""

import os
from typing import Literal

from lib.client import Misconfigured, PipelineClient
from lib.local.environment import OVERRIDING_VARIABLES, read_environment
from lib.local.settings import LocalSettings

Role = Literal["writer", "reader", "operator"]

_NOT_SET = "API_ENDPOINT is not set: run 'make up', or source the environment of a deployment."


def connect(role: Role) -> PipelineClient:
    """The client of the API that the environment names, or else of the local deployment.

    Only for the local deployment is `role` the profile that signs, unless `AWS_PROFILE` names
    another: elsewhere the caller's own credentials do. Raises Misconfigured.
    """
    if os.environ.get("API_ENDPOINT"):
        return PipelineClient.from_environment()
    profile = os.environ.get("AWS_PROFILE") or role
    variables = read_environment(LocalSettings.from_environment(os.environ).directory / "env")
    if "API_ENDPOINT" not in variables:
        raise Misconfigured(_NOT_SET)
    for name in OVERRIDING_VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(variables, AWS_PROFILE=profile)
    return PipelineClient.from_environment()
