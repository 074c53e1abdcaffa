"""Which API the commands talk to, and as whom."""

import os
from typing import Literal

import click

from iot_pipeline import Misconfigured, PipelineClient

Role = Literal["writer", "reader", "operator"]

ENDPOINT = "API_ENDPOINT"

LOCAL_DEPLOYMENT = f"{__name__}.local"
"""Where click's `meta` has what enters the deployment on this machine, if there can be one.

It takes the role, and makes the deployment's variables this process's own.
"""


def connect(role: Role) -> PipelineClient:
    """The client of the API that the environment names, or else of the local deployment.

    Only for the local deployment is `role` the profile that signs, unless `AWS_PROFILE` names
    another: elsewhere the caller's own credentials do. Raises Misconfigured.
    """
    enter_deployment(role, ENDPOINT)
    return PipelineClient.from_environment()


def enter_deployment(role: Role, wanted: str) -> str:
    """The variable `wanted` of the deployment that the environment is, or else of the local one.

    Raises Misconfigured.
    """
    if not (os.environ.get(ENDPOINT) or os.environ.get(wanted)):
        enter_local_deployment = click.get_current_context().meta.get(LOCAL_DEPLOYMENT)
        if enter_local_deployment is not None:
            enter_local_deployment(role)
    found = os.environ.get(wanted)
    if not found:
        raise Misconfigured(f"{wanted} is not set: it belongs to the environment of a deployment.")
    return found
