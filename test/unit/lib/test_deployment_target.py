"""Nobody deploys to another account, or to another kind of place, than they think."""

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
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
    former.rename(tmp_path / settings.state_file)
    assert targeted(settings, {}, tmp_path) == settings


def test_the_state_of_an_earlier_version_is_not_left_behind_in_a_bucket(tmp_path):
    settings = Settings(aws_account_id=ACCOUNT, state_bucket="our-state")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="our-state")
        assert targeted(settings, {}, tmp_path) == settings
        s3.put_object(Bucket="our-state", Key="iot-pipeline/iot-pipeline-dev.tfstate")
        with pytest.raises(SettingsError, match=f"rename it to {settings.state_key}"):
            targeted(settings, {}, tmp_path)
        s3.put_object(Bucket="our-state", Key=settings.state_key)
        assert targeted(settings, {}, tmp_path) == settings


class Account:
    """Answers, in Lambda's place, how many runs are unreserved and what a function has."""

    def __init__(self, unreserved, held=()):
        self._unreserved, self._held = unreserved, dict(held)

    def answer(self, operation, parameters):
        if operation == "GetAccountSettings":
            return {"AccountLimit": {"UnreservedConcurrentExecutions": self._unreserved}}
        assert operation == "GetFunctionConcurrency"
        if parameters["FunctionName"] not in self._held:
            error = {"Error": {"Code": "ResourceNotFoundException"}}
            raise ClientError(error, operation)
        return {"ReservedConcurrentExecutions": self._held[parameters["FunctionName"]]}


@pytest.fixture
def lambda_says(monkeypatch):
    """Lets an account answer what its Lambda is asked."""

    def say(account):
        def call(self, operation, parameters):
            try:
                return account.answer(operation, parameters)
            except ClientError as error:
                known = self.exceptions.from_code(error.response["Error"]["Code"])
                raise known(error.response, operation) from None

        monkeypatch.setattr("botocore.client.BaseClient._make_api_call", call)

    return say


def refused(settings, reserved):
    """What a deployment is refused with, if it is."""
    try:
        require_concurrency(settings, reserved)
    except SettingsError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("unreserved", "held", "fits"),
    [
        (1_000, {}, True),
        (300, {}, True),
        (299, {}, False),
        (100, {"ingest": 150, "process": 50}, True),
        (100, {"ingest": 149, "process": 50}, False),
        (10, {}, False),
    ],
)
def test_what_the_account_cannot_reserve_is_refused_in_one_sentence(
    lambda_says, unreserved, held, fits
):
    lambda_says(Account(unreserved, held))
    told = refused(Settings(aws_account_id=ACCOUNT), {"ingest": 150, "process": 50})
    assert (told is None) == fits
    if told:
        most = max(0, unreserved + sum(held.values()) - 100)
        assert f"reserves 200 simultaneous runs, but the account has {most} for it" in told


def test_the_engine_and_who_reserves_nothing_are_not_asked(lambda_says):
    lambda_says(None)
    assert refused(Settings(aws_account_id=LOCAL_ACCOUNT), {"ingest": 544}) is None
    assert refused(Settings(aws_account_id=ACCOUNT), {"ingest": 0}) is None


def test_who_may_not_ask_is_told_by_aws_later(lambda_says):
    class Closed:
        def answer(self, operation, parameters):
            raise NoCredentialsError

    lambda_says(Closed())
    assert refused(Settings(aws_account_id=ACCOUNT), {"ingest": 544}) is None
