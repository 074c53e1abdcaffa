"""A shell as operators have it."""

import os
import subprocess


def shell(deployment, command, **variables):
    """Run a command as an operator would who sourced the environment file."""
    file = deployment.credentials_file.parent.parent / "env"
    return subprocess.run(
        ["bash", "-c", f'. "{file}" && {command}'],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
