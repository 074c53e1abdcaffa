"""Credentials and region as boto3 finds them."""

import os

from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError

from lib.client.errors import Misconfigured


def credentials_and_region(profile: str | None = None) -> tuple[Credentials | None, str | None]:
    """What boto3 finds in the environment and its files; raises Misconfigured.

    A named profile wins over access keys in the environment, as everywhere in boto3.
    """
    # Paid only by callers who bring no credentials of their own.
    import boto3

    try:
        session = boto3.Session(profile_name=profile)
        credentials = session.get_credentials()
    except BotoCoreError as error:
        raise Misconfigured(f"AWS credentials: {error}") from error
    # Lambda and most tools say AWS_REGION; boto3 alone reads only AWS_DEFAULT_REGION.
    return credentials, os.environ.get("AWS_REGION") or session.region_name
