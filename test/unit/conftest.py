"""Unit tests need no network: AWS is in memory, and servers are on this machine."""

import pytest
from samples.loopback_only import stay_on_this_machine


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """No test gets past this machine."""
    stay_on_this_machine(monkeypatch)
