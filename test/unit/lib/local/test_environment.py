"""What a shell gets when it sources the environment file."""

import os
import subprocess
from pathlib import Path

import pytest

from lib.local.environment import (
    applied_to,
    connection_variables,
    output_variables,
    read_environment,
    without_proxy,
    write_environment,
)
from lib.local.layout import Layout

AWKWARD = {
    "PLAIN": "value",
    "SPACED": "two words",
    "QUOTED": 'it\'s "both" kinds',
    "DOLLAR": "$HOME `id` \\ #",
    "EMPTY": "",
}


def sourced(file: Path, script: str, shell: str = "sh", **before: str) -> str:
    done = subprocess.run(
        [shell, "-euc", f'. "$FILE"; {script}'],
        env={"PATH": os.environ["PATH"], "FILE": str(file), **before},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("name", AWKWARD)
def test_a_shell_reads_every_value_as_it_was_written(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a directory" / "env"
    file.parent.mkdir()

    write_environment(file, AWKWARD)

    assert sourced(file, f'printf %s "${name}"') == AWKWARD[name]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write_environment(tmp_path / "env", AWKWARD)

    assert read_environment(tmp_path / "env") == AWKWARD


def test_nothing_is_read_where_nothing_was_written(tmp_path: Path) -> None:
    assert read_environment(tmp_path / "env") == {}


def test_keys_in_the_shell_do_not_win_over_the_profile(tmp_path: Path) -> None:
    write_environment(tmp_path / "env", {})

    printed = sourced(
        tmp_path / "env", 'echo "${AWS_ACCESS_KEY_ID-gone}"', AWS_ACCESS_KEY_ID="AKIA"
    )

    assert printed == "gone"
    assert applied_to({"AWS_ACCESS_KEY_ID": "AKIA", "A": "1"}, {"B": "2"}) == {"A": "1", "B": "2"}


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_aws_command_is_sent_to_the_engine(tmp_path: Path, shell: str) -> None:
    stand_in = tmp_path / "aws"
    stand_in.write_text('#!/bin/sh\necho "$@"\n')
    stand_in.chmod(0o755)
    write_environment(tmp_path / "env", {"AWS_ENDPOINT_URL": "https://127.0.0.1:1"})

    printed = sourced(tmp_path / "env", f'PATH="{tmp_path}:$PATH"; aws sqs "list queues"', shell)

    assert printed == "--endpoint-url https://127.0.0.1:1 sqs list queues"


def test_bash_hands_the_aws_function_to_its_scripts(tmp_path: Path) -> None:
    write_environment(tmp_path / "env", {"AWS_ENDPOINT_URL": "https://127.0.0.1:1"})

    assert sourced(tmp_path / "env", 'bash -c "type -t aws"', "bash") == "function"


def test_every_tool_is_told_where_the_engine_is_and_what_to_trust(tmp_path: Path) -> None:
    layout = Layout(tmp_path)

    variables = connection_variables(layout, "https://127.0.0.1:1", "eu-west-1", "operator")

    assert variables["AWS_ENDPOINT_URL"] == "https://127.0.0.1:1"
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert variables["AWS_PROFILE"] == "operator"
    assert variables["AWS_SHARED_CREDENTIALS_FILE"] == str(layout.credentials)
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        assert variables[name] == str(layout.trust_bundle)


def test_outputs_are_named_as_a_shell_names_them() -> None:
    outputs = {"ApiEndpoint": "a", "IngestionDeadLetterQueueUrl": "b", "IngestDLQUrl": "c"}

    assert output_variables(outputs) == {
        "API_ENDPOINT": "a",
        "INGESTION_DEAD_LETTER_QUEUE_URL": "b",
        "INGEST_DLQ_URL": "c",
    }


def test_hosts_that_already_bypass_the_proxy_still_do() -> None:
    expected = "example.com,127.0.0.1,localhost"

    variables = without_proxy({"no_proxy": "example.com,127.0.0.1"})

    assert variables == {"NO_PROXY": expected, "no_proxy": expected}
