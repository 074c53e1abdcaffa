"""The stack's JSON, synthesised once for all tests that read it."""

import dataclasses
import json

import cdktf
import pytest
from samples.places import ACCOUNT

from lib.packaging import build_all
from lib.settings import PROJECT_ROOT, Settings
from lib.stacks.pipeline import PipelineStack
from main import FUNCTIONS


class SynthesisedStack:
    """Resources by type and name, as Terraform will read them."""

    def __init__(self, directory):
        self.directory = directory
        self.document = json.loads((directory / "cdk.tf.json").read_text())
        manifest = json.loads((directory.parents[1] / "manifest.json").read_text())
        annotations = manifest["stacks"][directory.name]["annotations"]
        self.said = [one["message"] for one in annotations]

    def all(self, type_):
        """Every resource of a type, by name."""
        return self.document["resource"][type_]

    def policy(self, type_, name, attribute="policy"):
        """The statements of a policy document."""
        return json.loads(self.all(type_)[name][attribute])["Statement"]


@pytest.fixture(scope="session")
def packages():
    """The real zips and the real layer."""
    return build_all(PROJECT_ROOT / "lambda", FUNCTIONS, PROJECT_ROOT / "build")


@pytest.fixture(scope="session")
def synthesise(packages, tmp_path_factory):
    """Synthesises the stack of one account with the default settings, some of them changed."""

    def run(**changes):
        settings = dataclasses.replace(Settings(aws_account_id=ACCOUNT), **changes)
        output = tmp_path_factory.mktemp("cdktf.out")
        app = cdktf.App(outdir=str(output))
        PipelineStack(app, settings, packages)
        app.synth()
        return SynthesisedStack(output / "stacks" / settings.stack_name)

    return run


@pytest.fixture(scope="session")
def stack(synthesise):
    """The stack as a user gets it who sets nothing."""
    return synthesise()
