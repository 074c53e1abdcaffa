"""Calls of the deployed API signed by botocore, independently of the project's own client."""

import json
import uuid
from datetime import UTC, datetime

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_HOURS_MS = 12 * 3_600_000


class Caller:
    """One caller of the deployed pipeline: its key, the API, and AWS clients in its name."""

    def __init__(self, deployment, name):
        key = deployment.access_key(name)
        self.deployment, self.name = deployment, name
        self.credentials = Credentials(key.key_id, key.secret)
        self._session = requests.Session()
        self._session.verify = str(deployment.trust_bundle)
        self._session.trust_env = False

    def aws(self, service):
        """A boto3 client that speaks to the engine with this caller's key."""
        return boto3.client(
            service,
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            region_name=self.deployment.region,
            endpoint_url=self.deployment.endpoint,
            verify=str(self.deployment.trust_bundle),
        )

    def signed(
        self,
        method,
        path,
        body=None,
        *,
        headers=None,
        credentials=None,
        region=None,
        service="execute-api",
    ):
        """A prepared request with a signature."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        url = self.deployment.api_endpoint + path
        request = AWSRequest(
            method, url, data=data, headers={"Content-Type": "application/json", **(headers or {})}
        )
        signer = SigV4Auth(
            credentials or self.credentials, service, region or self.deployment.region
        )
        signer.add_auth(request)
        return requests.Request(method, url, data=data, headers=dict(request.headers)).prepare()

    def send(self, prepared):
        """Send a prepared request."""
        return self._session.send(prepared, timeout=30)

    def call(self, method, path, body=None, **how):
        """Send a signed request."""
        return self.send(self.signed(method, path, body, **how))

    def items(self, query):
        """The items of one page of a query, `device_id=a&table=raw`.

        Where it names no day they are of the last hours: a test may see midnight pass.
        """
        if "event_date=" not in query and "start=" not in query:
            query += f"&start={now_ms() - _HOURS_MS}&end={now_ms() + _HOURS_MS}"
        answer = self.call("GET", f"/query?{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


def new_device():
    """A device id that no other test uses."""
    return f"device-{uuid.uuid4().hex[:12]}"


def now_ms():
    """The present moment in milliseconds since the epoch."""
    return int(datetime.now(UTC).timestamp() * 1_000)
