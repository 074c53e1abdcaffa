"""What of the packages the functions can use, and what is left out of the layer."""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

# The functions' services, and X-Ray, whose SDK makes a client of it when imported.
SERVICES = frozenset({"dynamodb", "s3", "sns", "sqs", "ssm", "xray"})

_SERVICE_DATA = (("botocore", "data"), ("boto3", "data"))
_TRACING_EXTENSIONS = ("aws_xray_sdk", "ext")
# `resources` lists what of a call is recorded; the other directories patch other libraries.
_TRACING_EXTENSIONS_IN_USE = {"botocore", "resources"}
_ENDPOINTS = "botocore/data/endpoints.json"
_NOT_RUN = {".c", ".js", ".pyc", ".pyi", ".rst", ".typed"}
_LICENSING = ("AUTHORS", "COPYING", "LICENCE", "LICENSE", "METADATA", "NOTICE", "licenses")


def prune(files: Mapping[str, bytes], services: Collection[str]) -> dict[str, bytes]:
    """The files that can run in a function which uses the services, and every licence."""
    kept = {name: content for name, content in files.items() if _is_kept(name, services)}
    if _ENDPOINTS in kept:
        kept[_ENDPOINTS] = _cut_endpoints(kept[_ENDPOINTS], {*services, *_prefixes(kept)})
    return kept


def _is_kept(name: str, services: Collection[str]) -> bool:
    path = PurePosixPath(name)
    *folders, file = path.parts
    if folders and folders[0].endswith(".dist-info"):
        return path.parts[1].startswith(_LICENSING)
    if folders and folders[0].endswith("-stubs"):
        return False
    if {"tests", "__pycache__"}.intersection(folders) or path.suffix in _NOT_RUN:
        return False
    room = tuple(folders[:2])
    if room in _SERVICE_DATA and len(folders) > 2:
        return folders[2] in services and not file.startswith("examples-")
    if room == _TRACING_EXTENSIONS and len(folders) > 2:
        return folders[2] in _TRACING_EXTENSIONS_IN_USE
    return room != ("boto3", "examples")


def _prefixes(files: Mapping[str, bytes]) -> Iterator[str]:
    """The names under which endpoints list the services: `monitoring` is CloudWatch."""
    for name, content in files.items():
        if PurePosixPath(name).name == "service-2.json.gz":
            yield json.loads(gzip.decompress(content))["metadata"]["endpointPrefix"]


def _cut_endpoints(content: bytes, services: Collection[str]) -> bytes:
    """The endpoints of the services alone; parsing all of them costs every cold start 50 ms."""
    endpoints = json.loads(content)
    # The licence asks that a changed file says so.
    endpoints["notice"] = "Changed: cut down to the services that this layer ships."
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in services
        }
    return json.dumps(endpoints, separators=(",", ":")).encode()
