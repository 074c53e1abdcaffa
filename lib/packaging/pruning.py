"""What of the packages the functions can use, and what is left out of the layer."""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

# The functions' services, and X-Ray, whose SDK makes a client of it when imported.
SERVICES = frozenset({"dynamodb", "s3", "sns", "sqs", "ssm", "xray"})

_SERVICE_DATA = (("botocore", "data"), ("boto3", "data"))
_TRACING_EXTENSIONS = ("aws_xray_sdk", "ext")
# `resources` lists what of a call is recorded; the other directories patch other libraries.
_TRACING_EXTENSIONS_IN_USE = {"botocore", "resources"}
_ENDPOINTS = "botocore/data/endpoints.json"
_MODEL = "service-2.json"
_NOT_RUN = {".c", ".js", ".pyc", ".pyi", ".rst", ".typed"}
# Licences ask that a changed file says so.
_CHANGED = "Changed:"
_LICENSING = ("AUTHORS", "COPYING", "LICENCE", "LICENSE", "METADATA", "NOTICE", "licenses")


def prune(files: Mapping[str, bytes], services: Collection[str]) -> dict[str, bytes]:
    """The files that can run in a function which uses the services, and every licence."""
    kept = {name: content for name, content in files.items() if _is_kept(name, services)}
    if _ENDPOINTS in kept:
        kept[_ENDPOINTS] = _cut_endpoints(kept[_ENDPOINTS], {*services, *_prefixes(kept)})
    return dict(_cut_model(*file) for file in kept.items())


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
        if PurePosixPath(name).name == f"{_MODEL}.gz":
            yield json.loads(gzip.decompress(content))["metadata"]["endpointPrefix"]


def _cut_endpoints(content: bytes, services: Collection[str]) -> bytes:
    """The endpoints of the services alone; parsing all of them costs every cold start 50 ms."""
    endpoints = json.loads(content)
    endpoints["notice"] = f"{_CHANGED} cut down to the services that this layer ships."
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in services
        }
    return _json(endpoints)


def _cut_model(name: str, content: bytes) -> tuple[str, bytes]:
    """A service's model without its texts, four fifths of what making a client would parse.

    It comes out of its gzip as well: the layer is packed as a whole.
    """
    path = PurePosixPath(name)
    if path.name != f"{_MODEL}.gz":
        return name, content
    model = _undocumented(json.loads(gzip.decompress(content)))
    model["notice"] = f"{_CHANGED} without its documentation."
    return str(path.with_suffix("")), _json(model)


def _undocumented(node: Any) -> Any:
    """The node of a model with empty texts: botocore looks for some of them, and reads none."""
    if isinstance(node, list):
        return [_undocumented(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        # A member may be called `documentation` too, but is no text.
        name: "" if name == "documentation" and isinstance(one, str) else _undocumented(one)
        for name, one in node.items()
    }


def _json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
