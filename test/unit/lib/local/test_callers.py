"""The callers' keys in the AWS files."""

import stat
from pathlib import Path

import pytest

from lib.local.callers import AccessKey, Callers, read_access_keys, write_profiles
from lib.local.certificate import ensure_certificate
from lib.local.layout import Layout
from lib.local.trust import write_trust_bundle

KEYS = {"writer": AccessKey("AKIAWRITER", "a%b/c=d"), "reader": AccessKey("AKIAREADER", "e f")}


def test_keys_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    layout = Layout(tmp_path)

    write_profiles(layout, KEYS, "https://127.0.0.1:4566", "eu-west-1")

    assert read_access_keys(layout.credentials) == KEYS


def test_there_are_no_keys_before_any_was_made(tmp_path: Path) -> None:
    assert read_access_keys(tmp_path / "credentials") == {}


def test_only_the_owner_can_read_the_keys(tmp_path: Path) -> None:
    layout = Layout(tmp_path)

    write_profiles(layout, KEYS, "https://127.0.0.1:4566", "eu-west-1")

    for file in (layout.credentials, layout.aws_config):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_profile_alone_leads_to_the_engine(tmp_path: Path) -> None:
    layout = Layout(tmp_path)

    write_profiles(layout, KEYS, "https://127.0.0.1:4566", "eu-west-1")

    assert layout.aws_config.read_text().startswith(
        "[profile writer]\n"
        "region = eu-west-1\n"
        "endpoint_url = https://127.0.0.1:4566\n"
        f"ca_bundle = {layout.trust_bundle}\n"
    )


def test_a_profile_in_the_shell_that_does_not_exist_disturbs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "removed-with-the-last-engine")
    layout = Layout(tmp_path)
    ensure_certificate(layout.certificate, layout.private_key)
    write_trust_bundle(layout.trust_bundle, layout.certificate, {})

    Callers(layout, "https://127.0.0.1:4566", "eu-west-1")
