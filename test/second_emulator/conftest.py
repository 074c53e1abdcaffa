"""The stack on a second emulator, moto's server: what one emulator hides, another may show."""

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import boto3
import pytest
from samples.ports import free_port
from samples.waiting import wait_until

from lib.local.layout import DeploymentLayout
from lib.local.programs import find_terraform
from lib.local.provider_mirror import configure_provider
from lib.local.synthesis import synthesise
from lib.local.terraform import terraform_environment
from lib.settings import LOCAL_ACCOUNT, PROJECT_ROOT

LISTED = tomllib.loads(Path(__file__).with_name("differences.toml").read_text(encoding="utf-8"))
REGION = "us-east-1"


def pytest_generate_tests(metafunc):
    """Run what asks for a difference that is `planned_anew` once for each that is listed."""
    if "planned_anew" in metafunc.fixturenames:
        metafunc.parametrize("planned_anew", LISTED["planned_anew"])


@pytest.fixture(scope="session")
def listed():
    """Where moto is known to be otherwise than AWS, with the reasons."""
    return LISTED


class Deployment:
    """The stack, synthesised for moto, and Terraform on it."""

    def __init__(self, directory, endpoint):
        self.endpoint = endpoint
        self._layout = DeploymentLayout(directory / "deployment")
        self._connection = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "moto",
            "AWS_SECRET_ACCESS_KEY": "moto",
        }
        configuration = configure_provider(os.environ, directory / "terraform.tfrc")
        self._environment = {
            **terraform_environment(os.environ, self._connection, configuration),
            "CHECKPOINT_DISABLE": "1",
        }

    def apply(self, **settings):
        """Make moto hold what the stack describes with these settings, less what is left out."""
        environment = {**os.environ, **self._connection, **settings, "ENVIRONMENT_SUFFIX": "moto"}
        synthesis = synthesise(PROJECT_ROOT, self._layout, environment)
        (stack,) = synthesis.stacks
        self._directory = synthesis.stack_directory(stack)
        _leave_out(LISTED["left_out"], self._directory / "cdk.tf.json")
        self.terraform("init", "-input=false")
        self.terraform("apply", "-input=false", "-auto-approve")

    def plan(self):
        """What Terraform would do now, as it tells programs."""
        self.terraform("plan", "-input=false", "-out=second.plan")
        return json.loads(self.terraform("show", "-json", "second.plan"))

    def terraform(self, subcommand, *arguments, accepted=0):
        """Run Terraform on the stack; gives what it prints."""
        done = subprocess.run(
            [find_terraform(), f"-chdir={self._directory}", subcommand, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == accepted, done.stdout[-3_000:] + done.stderr[-6_000:]
        return done.stdout + done.stderr if accepted else done.stdout

    def aws(self, service):
        """A client that speaks to moto."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="moto",
            aws_secret_access_key="moto",
        )


def _leave_out(listed, file):
    """Take attributes (`type.name`) of resources, or all resources of a type, out of a stack."""
    document = json.loads(file.read_text(encoding="utf-8"))
    for one in listed:
        type_, _, name = one.partition(".")
        resources = document["resource"][type_]
        found = [each.pop(name, None) for each in resources.values()] if name else [resources]
        assert any(found), f"{one} is left out, but the stack does not have it."
        if not name:
            del document["resource"][type_]
            _depend_no_longer(document["resource"], type_)
    file.write_text(json.dumps(document), encoding="utf-8")


def _depend_no_longer(resources, type_):
    for resource in (one for named in resources.values() for one in named.values()):
        if depends_on := resource.get("depends_on"):
            kept = [one for one in depends_on if not one.startswith(f"{type_}.")]
            resource["depends_on"] = kept


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory):
    """Where moto's server listens, which holds nothing yet and forgets everything at the end."""
    server = shutil.which("moto_server")
    assert server, "moto's server is not installed: run 'make moto'."
    log, port = tmp_path_factory.mktemp("server") / "moto.log", free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [server, "--host", "127.0.0.1", "--port", str(port)],
            env={**os.environ, "MOTO_ACCOUNT_ID": LOCAL_ACCOUNT},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def has_ended_or_listens():
        return process.poll() is not None or f"127.0.0.1:{port}" in log.read_text()

    try:
        wait_until(has_ended_or_listens, seconds=60)
        assert process.poll() is None, f"Run it as 'make moto'. {log.read_text()[-2_000:]}"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def deployment(endpoint, tmp_path_factory):
    """The stack as a user gets it who sets nothing, applied."""
    deployment = Deployment(tmp_path_factory.mktemp("moto"), endpoint)
    deployment.apply()
    return deployment
