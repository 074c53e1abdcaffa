"""Which account a deployment goes to, and whether that is AWS or the engine on this machine."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from lib.concurrency import UNRESERVED
from lib.settings import LOCAL_ACCOUNT, Settings, SettingsError

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


def require_concurrency(
    settings: Settings, runs: int, *, limit: Callable[[str], int] | None = None
) -> None:
    """Raise SettingsError if the account cannot reserve so many simultaneous runs.

    limit: tells the account's, by region. Where nobody is asked, AWS itself refuses later.
    """
    if settings.aws_account_id == LOCAL_ACCOUNT or not runs:
        return
    try:
        most = (limit or _limit_of_account)(settings.aws_region)
    except (BotoCoreError, ClientError):
        return
    if runs + UNRESERVED > most:
        raise SettingsError(
            f"RESERVED_CONCURRENCY {settings.reserved_concurrency} reserves {runs} simultaneous "
            f"runs, but of the account's {most} AWS keeps {UNRESERVED} unreserved: set it lower, "
            "or to 0, or have the limit raised."
        )


def _limit_of_account(region: str) -> int:
    answer = boto3.client("lambda", region_name=region).get_account_settings()
    return answer["AccountLimit"]["ConcurrentExecutions"]


def _account_of_credentials(region: str) -> str:
    try:
        account: str = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise SettingsError(
            f"AWS_ACCOUNT_ID is not set, and AWS does not tell whose credentials these are: {error}"
        ) from error
    return account


def _refuse_to_leave_state_behind(settings: Settings, checkout: Path) -> None:
    former = checkout / f"{settings.stack_name}.tfstate"
    if settings.state_bucket or not former.exists() or (checkout / settings.state_file).exists():
        return
    raise SettingsError(
        f"{former.name} is the state of an earlier version: rename it to {settings.state_file} if "
        "it is of this account and region, and out of the way if it is not."
    )
