"""Credentials and region as AWS's SDK finds them."""

import os

from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError

from iot_pipeline.errors import Misconfigured


def credentials_and_region(profile: str | None = None) -> tuple[Credentials | None, str | None]:
    """What botocore finds in the environment and its files; raises Misconfigured.

    A named profile wins over access keys in the environment, as everywhere in boto3.
    """
    # Paid only by callers who bring no credentials of their own.
    from botocore.session import Session

    session = Session(profile=profile)
    try:
        credentials = session.get_credentials()
        region = session.get_config_variable("region")
    except BotoCoreError as error:
        raise Misconfigured(f"AWS credentials: {error}") from error
    # Lambda and most tools say AWS_REGION; botocore alone reads only AWS_DEFAULT_REGION.
    return credentials, os.environ.get("AWS_REGION") or region
