"""Importing a function costs neither the network nor the environment, nor what it does not use."""

import subprocess
import sys
from pathlib import Path

import pytest

import kernel
from lib.packaging import function_modules

LAMBDA = Path(kernel.__file__).parent.parent
MODULES = function_modules(LAMBDA)

# Only PYTHONPATH is in the environment; whoever opens a socket or loads the SDK fails.
_IMPORT = """
import socket, sys

def refuse(*_args, **_more):
    raise AssertionError("importing opened a socket")

socket.socket.connect = refuse
socket.getaddrinfo = refuse
import functions.{module}

assert "boto3" not in sys.modules and "botocore" not in sys.modules
assert ("marshmallow" in sys.modules) is {declared}
"""
# Those that read requests outside the hot path, and the one that writes their document.
READ_DECLARED_REQUESTS = {
    "alerting.alerts",
    "alerting.rules",
    "service.openapi",
    "states.stats",
    "telemetry.query",
    "telemetry.reprocess",
}


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_function_touches_neither_network_nor_environment(module):
    finished = subprocess.run(
        [
            sys.executable,
            "-c",
            _IMPORT.format(module=module, declared=module in READ_DECLARED_REQUESTS),
        ],
        env={"PYTHONPATH": str(LAMBDA)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
