"""The engine's IAM users: who deploys, and who calls what was deployed."""

import configparser
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config

from lib.local.layout import Layout
from lib.local.root_key import ROOT_KEY_ID, ensure_root_secret

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

DEPLOYER = "deployer"
POLICY_OUTPUTS = {
    "writer": ("WriterPolicyArn",),
    "reader": ("ReaderPolicyArn",),
    "operator": ("OperatorPolicyArn", "OperatorApiPolicyArn"),
}
"""The callers, and the outputs that name each one's managed policies."""

_ADMINISTRATOR = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True)
class AccessKey:
    """One caller's credentials."""

    key_id: str
    secret: str


class Callers:
    """Makes the users and their keys in the engine and keeps them in the AWS files; idempotent."""

    def __init__(self, layout: Layout, endpoint: str, region: str) -> None:
        """Act on the engine at the endpoint, as its root."""
        self._layout = layout
        self._endpoint = endpoint
        self._region = region
        self._iam = _root_client(layout, endpoint, region)

    def ensure_deployer(self) -> None:
        """Make the user who may do everything, which is what Terraform needs."""
        self._ensure_user(DEPLOYER)
        self._iam.put_user_policy(
            UserName=DEPLOYER, PolicyName="administrator", PolicyDocument=json.dumps(_ADMINISTRATOR)
        )
        self._ensure_keys([DEPLOYER])

    def ensure_callers(self, deployed: Sequence[Mapping[str, str]]) -> None:
        """Make the users whom the managed policies are for, each with its own of every stack.

        `deployed` are the outputs of the stacks that stand side by side in the engine.
        """
        for name, policies in POLICY_OUTPUTS.items():
            self._ensure_user(name)
            # A stack of an earlier version beside this one may not have them all.
            self._attach_exactly(
                name,
                {outputs[one] for outputs in deployed for one in policies if one in outputs},
            )
        self._ensure_keys(POLICY_OUTPUTS)

    def detach_policies(self) -> None:
        """Let go of the stack's managed policies: attached, they could not be destroyed."""
        for name in POLICY_OUTPUTS:
            self._ensure_user(name)
            self._attach_exactly(name, set())

    def _attach_exactly(self, name: str, policies: set[str]) -> None:
        attached = self._iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]
        present = {entry["PolicyArn"] for entry in attached}
        for stale in present - policies:
            self._iam.detach_user_policy(UserName=name, PolicyArn=stale)
        for missing in policies - present:
            self._iam.attach_user_policy(UserName=name, PolicyArn=missing)

    def _ensure_user(self, name: str) -> None:
        try:
            self._iam.get_user(UserName=name)
        except self._iam.exceptions.NoSuchEntityException:
            self._iam.create_user(UserName=name)

    def _ensure_keys(self, names: Iterable[str]) -> None:
        keys = read_access_keys(self._layout.credentials)
        for name in names:
            listed = self._iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
            known = {entry["AccessKeyId"] for entry in listed}
            if name in keys and keys[name].key_id in known:
                continue
            for key_id in known:
                self._iam.delete_access_key(UserName=name, AccessKeyId=key_id)
            made = self._iam.create_access_key(UserName=name)["AccessKey"]
            keys[name] = AccessKey(made["AccessKeyId"], made["SecretAccessKey"])
        write_profiles(self._layout, keys, self._endpoint, self._region)


def read_access_keys(credentials: Path) -> dict[str, AccessKey]:
    """Return every profile's key of an AWS shared credentials file."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(credentials, encoding="utf-8")
    return {
        name: AccessKey(section["aws_access_key_id"], section["aws_secret_access_key"])
        for name, section in parser.items()
        if "aws_access_key_id" in section and "aws_secret_access_key" in section
    }


def write_profiles(
    layout: Layout, keys: Mapping[str, AccessKey], endpoint: str, region: str
) -> None:
    """Write every key as a profile that leads to the engine; only the owner can read them."""
    credentials = {
        name: {"aws_access_key_id": key.key_id, "aws_secret_access_key": key.secret}
        for name, key in keys.items()
    }
    profile = {
        "region": region,
        "endpoint_url": endpoint,
        "ca_bundle": str(layout.trust_bundle),
    }
    _write_private(layout.credentials, credentials)
    _write_private(layout.aws_config, {f"profile {name}": profile for name in keys})


def _write_private(file: Path, sections: Mapping[str, Mapping[str, str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_name(f"{file.name}.new")
    staged.unlink(missing_ok=True)
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_dict(sections)
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        parser.write(stream)
    staged.replace(file)


def _root_client(layout: Layout, endpoint: str, region: str) -> "IAMClient":
    # The developer's own profile, and whether it exists, must not matter here.
    session = botocore.session.Session(
        session_vars={
            "profile": (None, [], None, None),
            "config_file": (None, [], os.devnull, None),
            "credentials_file": (None, [], os.devnull, None),
        }
    )
    return boto3.Session(botocore_session=session).client(
        "iam",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=ROOT_KEY_ID,
        aws_secret_access_key=ensure_root_secret(layout.root_secret),
        verify=str(layout.trust_bundle),
        config=Config(proxies={}),
    )
