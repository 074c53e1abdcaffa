"""AWS in memory, and a hand on what it answers."""

import pytest
from moto import mock_aws
from samples.overhearing import Overhearing

import kernel.aws


@pytest.fixture
def aws(monkeypatch):
    """Gives the container's clients, which speak to an AWS in memory."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield kernel.aws.client


@pytest.fixture
def overhear(aws):
    """Lets a test see every request of one operation, and answer it in the service's place."""
    overhearing = Overhearing(aws)
    yield overhearing
    overhearing.end()


@pytest.fixture
def refuse(overhear):
    """Makes a service refuse one operation with an error code from now on."""
    return overhear.refuse
