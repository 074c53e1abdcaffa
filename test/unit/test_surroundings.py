"""The tests run the same wherever they are started, and never leave the machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

import pytest
from samples.surroundings import leave_surroundings

from lib.settings import PROJECT_ROOT

NOBODY = "http://127.0.0.1:9"
HOSTILE = {
    "AWS_ENDPOINT_URL": NOBODY,
    "AWS_ENDPOINT_URL_DYNAMODB": NOBODY,
    "AWS_PROFILE": "nosuch",
    "AWS_REGION": "eu-south-9",
    "AWS_CA_BUNDLE": "/nonexistent",
    "REQUESTS_CA_BUNDLE": "/nonexistent",
    "CURL_CA_BUNDLE": "/nonexistent",
    "SSL_CERT_FILE": "/nonexistent",
    "HTTPS_PROXY": NOBODY,
    "HTTP_PROXY": NOBODY,
    "http_proxy": NOBODY,
    "ALL_PROXY": NOBODY,
    "no_proxy": "example.com",
    "ENVIRONMENT_SUFFIX": "x",
    "ALARM_EMAIL": "nobody",
    "STATE_BUCKET": "kept",
    "API_ENDPOINT": NOBODY,
    "PIPELINE_DIRECTORY": "/nonexistent",
    "PIPELINE_ENGINE_PORT": "everywhere",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
# AWS in memory, the client on a loopback socket, the command line, the settings.
SAMPLE = (
    "test/unit/lambda/edge/adapters/test_ssm.py",
    "test/unit/iot_pipeline/test_client.py",
    "test/unit/iot_pipeline/cli/readings/test_query_command.py",
    "test/unit/lib/local/test_settings.py",
    # Ctrl-C.
    "test/unit/iot_pipeline/cli/simulation/test_sending.py",
)


def test_tests_pass_in_any_environment(tmp_path):
    files = {"config": f"[default]\nregion = x\nendpoint_url = {NOBODY}\n", "credentials": "[x"}
    (tmp_path / ".aws").mkdir()
    for name, content in files.items():
        (tmp_path / ".aws" / name).write_text(content)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *SAMPLE],
        cwd=PROJECT_ROOT,
        env={**os.environ, **HOSTILE, "HOME": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr


def test_only_how_programs_run_and_the_suites_own_settings_reach_the_tests():
    kept = {
        "PATH": "/bin",
        "PIP_PROXY": "http://proxy",
        "TF_CLI_CONFIG_FILE": "mirror.tfrc",
        "PIPELINE_TEST_DIRECTORY": "/var/kept",
    }
    environment = {**HOSTILE, **kept}

    leave_surroundings(environment)

    assert not set(HOSTILE) & set(environment)
    assert environment.items() >= kept.items()


def connect_without_errors(address):
    with socket.socket() as connection:
        connection.connect_ex(address)


# 192.0.2.0/24 and .invalid are reserved: nobody is there.
@pytest.mark.parametrize(
    "leave",
    [
        lambda: socket.create_connection(("192.0.2.1", 443)),
        lambda: connect_without_errors(("192.0.2.1", 443)),
        lambda: socket.getaddrinfo("sqs.invalid", 443),
    ],
)
def test_who_leaves_the_machine_fails_even_where_errors_are_caught(leave):
    def leave_regardless():
        with contextlib.suppress(Exception):
            leave()

    with pytest.raises(pytest.fail.Exception, match="left this machine"):
        leave_regardless()
