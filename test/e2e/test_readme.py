"""The README's commands, run as they stand there."""

import os
import re
import shutil
import subprocess

import pytest
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT

README = (PROJECT_ROOT / "README.md").read_text()


def blocks(language):
    """The README's code blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment(pipeline, deployment):
    """A developer's environment, pointed to the engine that the tests have started."""
    directory = deployment.credentials_file.parent.parent
    return {
        **os.environ,
        "PIPELINE_DIRECTORY": str(directory),
        "PIPELINE_ENGINE_PORT": deployment.endpoint.rpartition(":")[2],
        "ENVIRONMENT_SUFFIX": deployment.suffix,
    }


def run(script, environment):
    """Run a script in bash from the project's root; any command that fails ends it."""
    script = script.replace(".local/", f"{environment['PIPELINE_DIRECTORY']}/")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return done.stdout


@pytest.mark.parametrize("block", blocks("bash"))
def test_a_block_of_commands_works(block, environment):
    if "curl" in block and shutil.which("curl") is None:
        pytest.skip("curl is not asked for, only served")
    run(block, environment)


def test_the_python_example_works(deployment, environment):
    (program,) = blocks("python")

    def fahrenheit():
        script = f". .local/env\n.venv/bin/python - <<'END'\n{program}\nEND"
        return "68\n" in "".join(
            line.split(" ")[-1] for line in run(script, environment).splitlines(True)
        )

    wait_until(fahrenheit)


def test_make_brings_the_pipeline_up_and_down(pipeline, deployment, environment):
    run("make down && make up", environment)
    assert pipeline.status().healthy


def test_the_commands_that_the_readme_gives_for_aws_are_those_that_are_tested():
    deploying = "".join(block for block in blocks("sh") if "cdktf" in block)
    commands = re.findall(r"^(.*?)npx cdktf (\w+) iot-pipeline-dev(.*)$", deploying, re.MULTILINE)
    assert commands == [
        ("", "deploy", " --auto-approve"),
        ("", "output", ""),
        ("PROTECT_DATA=off ", "deploy", " --auto-approve"),
        ("PROTECT_DATA=off ", "destroy", " --auto-approve"),
    ]
