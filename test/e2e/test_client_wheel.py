"""The client as services install it, a wheel in an empty place, against the deployed stack."""

import json
import os
import re
import subprocess
import sys
from email import message_from_bytes
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from samples.signed_calls import new_device
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT, VERSION

README = (PROJECT_ROOT / "iot_pipeline/README.md").read_text()
EXAMPLE, TEST_EXAMPLE = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
# What every virtual environment begins with.
GIVEN = {"pip", "setuptools"}
USED = """
import sys
from importlib.metadata import packages_distributions
imported = {name.partition(".")[0] for name in sys.modules}
found = packages_distributions().items()
print("used:", *sorted({one for name, many in found if name in imported for one in many}))
"""


def run(*command, environment=None):
    """What a command prints, run far from the checkout; it must succeed."""
    done = subprocess.run(
        command,
        cwd="/",
        env=environment or os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel():
    """The wheel that `make client` builds."""
    run("make", "--directory", PROJECT_ROOT, "client")
    (found,) = (PROJECT_ROOT / "build/client").glob(f"iot_pipeline_client-{VERSION}-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment into which the wheel was installed, as it was then."""
    programs = tmp_path_factory.mktemp("client") / "bin"
    run(sys.executable, "-m", "venv", programs.parent)
    pip = (programs / "pip", "--disable-pip-version-check")
    run(*pip, "install", wheel)
    listed = json.loads(run(*pip, "list", "--format", "json"))
    return SimpleNamespace(
        programs=programs,
        python=programs / "python",
        distributions={one["name"] for one in listed} - GIVEN,
        # Another test adds the extra.
        command=subprocess.run(
            [programs / "pipeline"], capture_output=True, check=False, text=True
        ),
    )


@pytest.fixture(scope="module")
def with_commands(wheel, installed):
    """The same environment, into which the extra was installed."""
    pip = (installed.programs / "pip", "--disable-pip-version-check")
    run(*pip, "install", f"{wheel}[cli]")
    return installed.programs


@pytest.fixture(scope="module")
def environment(deployment):
    """A service's environment that names the stack."""
    return {**deployment.environment_within(os.environ), "AWS_PROFILE": "operator"}


def test_the_wheel_says_what_it_is(wheel):
    with ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("/METADATA"))
        told = message_from_bytes(archive.read(name))
        held = archive.namelist()
    assert told["Version"] == VERSION
    assert told.get_payload(decode=True).decode() == README
    assert "iot_pipeline/py.typed" in held
    assert {one.partition("/")[0] for one in held} == {"iot_pipeline", name.partition("/")[0]}


def test_a_signed_reading_is_sent_and_queried_back(installed, environment):
    def queried():
        return " 21.5\n" in run(installed.python, "-c", EXAMPLE, environment=environment)

    wait_until(queried)


def test_what_is_installed_is_what_is_used(installed, environment):
    told = run(installed.python, "-c", EXAMPLE + USED, environment=environment)
    assert set(told.splitlines()[-1].split()[1:]) - GIVEN == installed.distributions


def test_the_example_of_a_test_runs_without_aws(installed):
    run(installed.python, "-c", TEST_EXAMPLE)


def test_without_the_extra_the_command_says_how_to_get_it(installed):
    assert installed.command.returncode == 1
    assert installed.command.stderr == (
        "pipeline: the command line is an extra: pip install 'iot-pipeline-client[cli]'\n"
    )


def test_the_extra_brings_the_commands_that_need_no_checkout(with_commands, environment):
    pipeline = with_commands / "pipeline"
    listed = re.findall(r"^  (\w+)  ", run(pipeline, "--help").partition("Commands:")[2], re.M)
    assert listed == ["alerts", "dlq", "events", "readings", "rules", "simulate", "stats"]
    device = new_device()
    run(pipeline, "readings", "send", device, "temperature=21.5", environment=environment)
    query = (pipeline, "readings", "query", device, "--format", "json")
    lines = wait_until(lambda: run(*query, environment=environment).splitlines())
    assert [json.loads(line)["temperature"] for line in lines] == [21.5]
    assert "ingestion" in run(pipeline, "dlq", "list", environment=environment)
