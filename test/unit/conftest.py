"""Unit tests need no network: AWS is in memory, and servers are on this machine."""

from functools import cache

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from samples.loopback_only import stay_on_this_machine


@pytest.fixture(autouse=True, scope="session")
def what_services_know_is_read_once():
    """Each client would read its service's model anew, which takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        read = JSONFileLoader.load_file
        loader = JSONFileLoader()
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: cached(path))
        cached = cache(lambda path: read(loader, path))
        yield


@pytest.fixture(autouse=True)
def session_of_its_own(monkeypatch):
    """No test finds the credentials of another in boto3's default session."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """No test gets past this machine."""
    stay_on_this_machine(monkeypatch)
