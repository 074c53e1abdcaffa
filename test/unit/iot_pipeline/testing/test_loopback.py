"""The loopback API refuses what AWS would refuse."""

from collections.abc import Callable

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from iot_pipeline.testing import LoopbackApi

KNOWN = ("AKIDEXAMPLE", "the/secret+key", "a/session+token==")


def signed_by_botocore(
    url: str, secret: str = KNOWN[1], region: str = "eu-central-1", service: str = "execute-api"
) -> dict[str, str]:
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(KNOWN[0], secret, KNOWN[2]), service, region).add_auth(request)
    return dict(request.headers.items())


def unsigned(_url: str) -> dict[str, str]:
    return {}


def test_botocores_own_signature_is_accepted(api: LoopbackApi) -> None:
    url = f"{api.endpoint}/query?device_id=a%3Ab%20c&end=1&start=0"
    answer = requests.get(url, headers=signed_by_botocore(url), timeout=10)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        unsigned,
        lambda url: signed_by_botocore(url, secret="another"),
        lambda url: signed_by_botocore(url, region="us-east-1"),
        lambda url: signed_by_botocore(url, service="s3"),
        lambda url: signed_by_botocore(url + "?tampered=1"),
        lambda url: {**signed_by_botocore(url), "x-amz-content-sha256": "not signed"},
        lambda url: {**signed_by_botocore(url), "Authorization": "nonsense"},
    ],
)
def test_any_other_signature_is_refused(
    api: LoopbackApi, headers: Callable[[str], dict[str, str]]
) -> None:
    url = f"{api.endpoint}/health"
    answer = requests.get(url, headers=headers(url), timeout=10)
    assert answer.status_code == 403
    assert api.pipeline.requests == []
