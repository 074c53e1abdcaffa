"""Which API the commands talk to, and as whom."""

import os
from typing import Literal

from lib.client import Misconfigured, PipelineClient
from lib.local.environment import OVERRIDING_VARIABLES, read_environment
from lib.local.settings import LocalSettings

Role = Literal["writer", "reader", "operator"]

ENDPOINT = "API_ENDPOINT"


def connect(role: Role) -> PipelineClient:
    """The client of the API that the environment names, or else of the local deployment.

    Only for the local deployment is `role` the profile that signs, unless `AWS_PROFILE` names
    another: elsewhere the caller's own credentials do. Raises Misconfigured.
    """
    enter_deployment(role, ENDPOINT)
    return PipelineClient.from_environment()


def enter_deployment(role: Role, wanted: str) -> str:
    """The variable `wanted` of the deployment that the environment is, or else of the local one.

    The local one's variables become this process's own, as `connect` says. Raises Misconfigured.
    """
    if not (os.environ.get(ENDPOINT) or os.environ.get(wanted)):
        _enter_local_deployment(role)
    found = os.environ.get(wanted)
    if not found:
        raise Misconfigured(
            f"{wanted} is not set: run 'make up', or source the environment of a deployment."
        )
    return found


def _enter_local_deployment(role: Role) -> None:
    variables = read_environment(LocalSettings.from_environment(os.environ).directory / "env")
    if ENDPOINT not in variables:
        return
    profile = os.environ.get("AWS_PROFILE") or role
    for name in OVERRIDING_VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(variables, AWS_PROFILE=profile)
