"""How Terraform is run: its surroundings, and how its failures are told."""

from pathlib import Path

import pytest

from lib.local.errors import LocalPipelineError
from lib.local.terraform import Terraform, terraform_environment

FAILING = """#!/bin/sh
echo 'aws_sqs_queue.ingestion: Creating...'
printf '│ Error: creating SQS Queue (ingestion-dev): denied.\\n│   with aws_sqs_queue\\n' >&2
exit 1
"""


def terraform(directory: Path, script: str) -> Terraform:
    program = directory / "terraform"
    program.write_text(script)
    program.chmod(0o755)
    return Terraform(
        program=str(program),
        stack="pipeline",
        directory=directory,
        state=directory / "pipeline.tfstate",
        data=directory / "data",
        environment={"PATH": "/bin:/usr/bin"},
        log=directory / "terraform.log",
    )


def test_a_failure_is_told_in_terraforms_own_words(tmp_path: Path) -> None:
    with pytest.raises(LocalPipelineError) as raised:
        terraform(tmp_path, FAILING).apply()

    assert str(raised.value) == (
        "terraform init of pipeline failed: creating SQS Queue (ingestion-dev): denied "
        f"(see {tmp_path / 'terraform.log'})."
    )


def test_all_that_terraform_prints_is_kept_in_the_log(tmp_path: Path) -> None:
    with pytest.raises(LocalPipelineError):
        terraform(tmp_path, FAILING).destroy()

    assert "Creating..." in (tmp_path / "terraform.log").read_text()
    assert "with aws_sqs_queue" in (tmp_path / "terraform.log").read_text()


def test_warnings_do_not_disturb_the_outputs(tmp_path: Path) -> None:
    script = """#!/bin/sh
echo 'There are some problems with the CLI configuration:' >&2
echo '{"ApiId": {"sensitive": false, "type": "string", "value": "a1b2"}}'
"""

    assert terraform(tmp_path, script).outputs() == {"ApiId": "a1b2"}


def test_the_developers_own_aws_and_terraform_settings_do_not_reach_terraform() -> None:
    outer = {
        "PATH": "/bin",
        "AWS_ENDPOINT_URL_S3": "https://elsewhere",
        "AWS_ACCESS_KEY_ID": "real",
        "TF_WORKSPACE": "production",
        "TF_LOG": "debug",
        "TF_CLI_CONFIG_FILE": "/own.tfrc",
    }

    inner = terraform_environment(outer, {"AWS_PROFILE": "deployer"}, None)

    assert inner == {
        "PATH": "/bin",
        "TF_LOG": "debug",
        "TF_CLI_CONFIG_FILE": "/own.tfrc",
        "AWS_PROFILE": "deployer",
    }


def test_a_mirrors_configuration_wins_over_the_developers() -> None:
    outer = {"TF_CLI_CONFIG_FILE": "/missing"}

    inner = terraform_environment(outer, {}, Path("/found.tfrc"))

    assert inner["TF_CLI_CONFIG_FILE"] == "/found.tfrc"
