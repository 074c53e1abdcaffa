"""The variables by which a shell, a program or Terraform finds the deployed local pipeline."""

import shlex
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from lib.local.engine import HOST
from lib.local.layout import Layout
from lib.local.outputs import shell_name
from lib.local.trust import TRUST_VARIABLES

OVERRIDING_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""What would win over the profile if it stayed set."""

_HEADER = "# Written by `pipeline up`. To use it:  . {file}\n"

_AWS_FUNCTION = """\
# Version 1 of the aws CLI ignores AWS_ENDPOINT_URL for SQS and would call AWS itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
if [ -n "${BASH_VERSION:-}" ]; then export -f aws; fi
"""


def connection_variables(layout: Layout, endpoint: str, region: str, caller: str) -> dict[str, str]:
    """Return what an AWS client needs to reach the engine as one of the callers."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_SHARED_CREDENTIALS_FILE": str(layout.credentials),
        "AWS_CONFIG_FILE": str(layout.aws_config),
        "AWS_PROFILE": caller,
        **dict.fromkeys(TRUST_VARIABLES, str(layout.trust_bundle)),
    }


def output_variables(outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the stack's outputs under the names that a shell gives them."""
    return {shell_name(name): value for name, value in outputs.items()}


def without_proxy(outer: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that keep calls to the engine from being sent to a proxy."""
    listed = outer.get("NO_PROXY") or outer.get("no_proxy") or ""
    hosts = dict.fromkeys(host for host in (*listed.split(","), HOST, "localhost") if host)
    return dict.fromkeys(("NO_PROXY", "no_proxy"), ",".join(hosts))


def write_environment(file: Path, variables: Mapping[str, str]) -> None:
    """Write a file that a POSIX shell can source."""
    exports = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    file.write_text(
        _HEADER.format(file=shlex.quote(str(file)))
        + f"unset {' '.join(OVERRIDING_VARIABLES)}\n"
        + "".join(exports)
        + _AWS_FUNCTION,
        encoding="utf-8",
    )


def read_environment(file: Path) -> dict[str, str]:
    """Return the variables of a file written by `write_environment`; none if it is not there."""
    if not file.is_file():
        return {}
    words = shlex.split(file.read_text(encoding="utf-8"), comments=True)
    pairs = (
        following.partition("=")
        for word, following in pairwise(words)
        if word == "export" and "=" in following
    )
    return {name: value for name, _, value in pairs}


def applied_to(outer: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return an environment as a shell would have it after sourcing the variables."""
    kept = {name: value for name, value in outer.items() if name not in OVERRIDING_VARIABLES}
    return {**kept, **variables}
