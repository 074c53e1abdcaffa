"""The deployment on this machine, for commands that no other was named for."""

import os

from iot_pipeline import Misconfigured
from iot_pipeline.cli.connection import ENDPOINT, Role
from lib.cli.local_errors import errors_as_sentences
from lib.local.environment import OVERRIDING_VARIABLES, read_environment
from lib.local.settings import LocalSettings


def enter_local_deployment(role: Role) -> None:
    """Make the local deployment's variables this process's own; raises Misconfigured.

    `role` is the profile that signs, unless `AWS_PROFILE` names another.
    """
    with errors_as_sentences():
        directory = LocalSettings.from_environment(os.environ).directory
    variables = read_environment(directory / "env")
    if ENDPOINT not in variables:
        raise Misconfigured(
            f"{ENDPOINT} is not set: run 'make up', or source the environment of a deployment."
        )
    profile = os.environ.get("AWS_PROFILE") or role
    for name in OVERRIDING_VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(variables, AWS_PROFILE=profile)
