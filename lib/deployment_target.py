"""Which account a deployment goes to, and whether that is AWS or the engine on this machine."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from lib.concurrency import UNRESERVED
from lib.settings import LOCAL_ACCOUNT, Settings, SettingsError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

ENDPOINT_SETTING = "AWS_ENDPOINT_URL"


def targeted(settings: Settings, environment: Mapping[str, str], checkout: Path) -> Settings:
    """Return the settings with the account of the credentials, unless it is set.

    Raises SettingsError if nobody knows the account, if the engine on this machine would be taken
    for AWS or AWS for the engine, or if the state of an earlier version would be left behind.
    """
    account = settings.aws_account_id or _account_of_credentials(settings.aws_region)
    endpoint = environment.get(ENDPOINT_SETTING, "")
    if endpoint and account != LOCAL_ACCOUNT:
        raise SettingsError(
            f"{ENDPOINT_SETTING} leads to {endpoint}, and the account {account} is not the local "
            "engine's: unset one of them."
        )
    if account == LOCAL_ACCOUNT and not endpoint:
        raise SettingsError(
            f"The account {account} is the local engine's, and {ENDPOINT_SETTING} does not lead to "
            "it: source its environment again, or take credentials of AWS."
        )
    found = replace(settings, aws_account_id=account)
    _refuse_to_leave_state_behind(found, checkout)
    return found


def require_concurrency(settings: Settings, reserved: Mapping[str, int]) -> None:
    """Raise SettingsError if the account cannot reserve so many simultaneous runs.

    reserved: by the names of the functions. Where nobody can be asked, AWS itself refuses later.
    """
    runs = sum(reserved.values())
    if settings.aws_account_id == LOCAL_ACCOUNT or not runs:
        return
    try:
        most = _reservable(settings.aws_region, reserved)
    except (BotoCoreError, ClientError):
        return
    if runs > most:
        raise SettingsError(
            f"RESERVED_CONCURRENCY {settings.reserved_concurrency} reserves {runs} simultaneous "
            f"runs, but the account has {most} for it: AWS keeps {UNRESERVED} unreserved, and "
            "other functions may have theirs. Set it lower, or to 0, or have the limit raised."
        )


def _reservable(region: str, functions: Iterable[str]) -> int:
    """What the account can reserve for these functions, with what they have by now."""
    client = boto3.client("lambda", region_name=region)
    free = client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    held = sum(_reserved_by(client, function) for function in functions)
    return max(0, free + held - UNRESERVED)


def _reserved_by(client: "LambdaClient", function: str) -> int:
    try:
        answer = client.get_function_concurrency(FunctionName=function)
    except client.exceptions.ResourceNotFoundException:
        return 0
    return answer.get("ReservedConcurrentExecutions", 0)


def _account_of_credentials(region: str) -> str:
    try:
        account: str = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise SettingsError(
            f"AWS_ACCOUNT_ID is not set, and AWS does not tell whose credentials these are: {error}"
        ) from error
    return account


def _refuse_to_leave_state_behind(settings: Settings, checkout: Path) -> None:
    if settings.state_bucket:
        former, present = f"iot-pipeline/{settings.stack_name}.tfstate", settings.state_key
        exists = partial(_is_in_bucket, settings)
    else:
        former, present = f"{settings.stack_name}.tfstate", settings.state_file
        exists = partial(_is_file, checkout)
    if exists(former) and not exists(present):
        raise SettingsError(
            f"{former} is the state of an earlier version: rename it to {present} if it is of this "
            "account and region, and out of the way if it is not."
        )


def _is_file(directory: Path, name: str) -> bool:
    return (directory / name).exists()


def _is_in_bucket(settings: Settings, key: str) -> bool:
    client = boto3.client("s3", region_name=settings.state_region or settings.aws_region)
    try:
        client.head_object(Bucket=settings.state_bucket, Key=key)
    except (BotoCoreError, ClientError):
        # Whoever may not look is told by Terraform.
        return False
    return True
