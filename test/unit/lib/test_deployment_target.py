"""Nobody deploys to another account, or to another kind of place, than they think."""

import dataclasses
from contextlib import nullcontext

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws
from samples.places import ACCOUNT

from lib.deployment_target import require_concurrency, targeted
from lib.settings import LOCAL_ACCOUNT, Settings, SettingsError

ENGINE = {"AWS_ENDPOINT_URL": "https://127.0.0.1:4566"}


def test_the_account_is_that_of_the_credentials(tmp_path):
    with mock_aws():
        account = boto3.client("sts", region_name="us-east-1").get_caller_identity()["Account"]
        assert targeted(Settings(), {}, tmp_path) == Settings(aws_account_id=account)


def test_an_account_that_is_set_is_asked_of_nobody(tmp_path):
    settings = Settings(aws_account_id=ACCOUNT)
    assert targeted(settings, {}, tmp_path) == settings


def test_without_account_and_credentials_nothing_is_made(tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(SettingsError, match="AWS_ACCOUNT_ID"):
        targeted(Settings(), {}, tmp_path)


@pytest.mark.parametrize(
    ("account", "environment"), [(ACCOUNT, ENGINE), (LOCAL_ACCOUNT, {})], ids=["aws", "engine"]
)
def test_aws_and_the_engine_are_never_taken_for_each_other(tmp_path, account, environment):
    with pytest.raises(SettingsError, match=account):
        targeted(Settings(aws_account_id=account), environment, tmp_path)


def test_the_engine_is_deployed_to_by_its_own_account(tmp_path):
    settings = Settings(aws_account_id=LOCAL_ACCOUNT)
    assert targeted(settings, ENGINE, tmp_path) == settings


def test_the_state_of_an_earlier_version_is_not_left_behind(tmp_path):
    settings = Settings(aws_account_id=ACCOUNT)
    former = tmp_path / "iot-pipeline-dev.tfstate"
    former.touch()
    with pytest.raises(SettingsError, match=f"rename it to {settings.state_file}"):
        targeted(settings, {}, tmp_path)
    elsewhere = dataclasses.replace(settings, state_bucket="our-state")
    assert targeted(elsewhere, {}, tmp_path) == elsewhere
    former.rename(tmp_path / settings.state_file)
    assert targeted(settings, {}, tmp_path) == settings


@pytest.mark.parametrize(("limit", "fits"), [(1_000, True), (644, True), (643, False), (10, False)])
def test_what_the_account_cannot_reserve_is_refused_in_one_sentence(limit, fits):
    settings = Settings(aws_account_id=ACCOUNT)
    with nullcontext() if fits else pytest.raises(SettingsError) as refused:
        require_concurrency(settings, 544, limit=lambda _region: limit)
    if not fits:
        assert f"reserves 544 simultaneous runs, but of the account's {limit}" in str(refused.value)


def test_the_engine_and_who_reserves_nothing_are_not_asked_for_a_limit():
    def asked(_region):
        raise AssertionError("asked")

    require_concurrency(Settings(aws_account_id=LOCAL_ACCOUNT), 544, limit=asked)
    require_concurrency(Settings(aws_account_id=ACCOUNT), 0, limit=asked)


def test_who_may_not_ask_for_the_limit_is_told_by_aws_later():
    def refused(_region):
        raise NoCredentialsError

    require_concurrency(Settings(aws_account_id=ACCOUNT), 544, limit=refused)
