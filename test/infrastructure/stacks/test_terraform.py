import os
import shutil
import subprocess

import pytest

from lib.local.programs import find_terraform
from lib.local.provider_mirror import configure_provider
from lib.settings import RUNTIMES


@pytest.fixture(scope="module", params=(RUNTIMES[0], RUNTIMES[-1]))
def initialised(request, synthesise, tmp_path_factory):
    """The stack's directory with the real provider, and the environment to run Terraform in."""
    work = tmp_path_factory.mktemp("terraform")
    stack = synthesise(lambda_runtime=request.param)
    shutil.copytree(stack.directory, work / "stack")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    if configuration := configure_provider(environment, work / "terraform.tfrc"):
        environment["TF_CLI_CONFIG_FILE"] = str(configuration)
    environment["CHECKPOINT_DISABLE"] = "1"

    def terraform(*arguments):
        return subprocess.run(
            [find_terraform(), f"-chdir={work / 'stack'}", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    done = terraform("init", "-input=false", "-backend=false")
    assert done.returncode == 0, done.stderr
    return terraform


def test_the_real_provider_finds_the_stack_valid(initialised):
    done = initialised("validate", "-no-color")
    assert done.returncode == 0, done.stdout + done.stderr
