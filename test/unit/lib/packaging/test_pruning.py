import gzip
import json
import re
from pathlib import Path

import pytest

from lib.packaging.pruning import SERVICES, prune


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("boto3/session.py", True),
        ("boto3/data/sqs/2012-11-05/resources-1.json", True),
        ("boto3/data/ec2/2016-11-15/resources-1.json", False),
        ("boto3/examples/s3.rst", False),
        ("botocore/cacert.pem", True),
        ("botocore/data/_retry.json", True),
        ("botocore/data/partitions.json", True),
        ("botocore/data/sdk-default-configuration.json", True),
        ("botocore/data/sqs/2012-11-05/paginators-1.json", True),
        ("botocore/data/sqs/2012-11-05/examples-1.json", False),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore-1.0.dist-info/RECORD", False),
        ("botocore-1.0.dist-info/direct_url.json", False),
        ("botocore-1.0.dist-info/METADATA", True),
        ("botocore-1.0.dist-info/LICENSE.txt", True),
        ("urllib3-1.0.dist-info/licenses/LICENSE.txt", True),
        ("aws_xray_sdk/ext/util.py", True),
        ("aws_xray_sdk/ext/botocore/patch.py", True),
        ("aws_xray_sdk/ext/resources/aws_para_whitelist.json", True),
        ("aws_xray_sdk/ext/flask/middleware.py", False),
        ("wrapt/_wrappers.c", False),
        ("wrapt-stubs/__init__.pyi", False),
        ("six.py", True),
        ("six/tests/test_six.py", False),
        ("six/__pycache__/six.pyc", False),
    ],
)
def test_only_what_functions_can_run_and_its_licences_are_kept(name: str, kept: bool):
    assert (name in prune({name: b""}, {"sqs"})) is kept


def test_endpoints_are_cut_to_the_services_under_the_names_they_go_by():
    endpoints = {
        "version": 3,
        "partitions": [
            {"regions": {"x": {}}, "services": {"monitoring": {}, "sqs": {}, "ec2": {}}}
        ],
    }
    model = gzip.compress(json.dumps({"metadata": {"endpointPrefix": "monitoring"}}).encode())
    files = {
        "botocore/data/endpoints.json": json.dumps(endpoints).encode(),
        "botocore/data/cloudwatch/2010-08-01/service-2.json.gz": model,
    }

    kept = json.loads(prune(files, {"cloudwatch", "sqs"})["botocore/data/endpoints.json"])

    assert kept["version"] == 3
    assert kept["notice"].startswith("Changed")
    assert kept["partitions"] == [{"regions": {"x": {}}, "services": {"monitoring": {}, "sqs": {}}}]


def test_a_models_texts_are_emptied_and_none_of_its_members_is_lost():
    member = {"documentation": {"shape": "Text", "documentation": "<p>What it tells.</p>"}}
    shape = {"type": "structure", "members": member, "documentation": "<p>A page.</p>"}
    model = {
        "metadata": {"endpointPrefix": "sqs"},
        "operations": {"Send": {"errors": [{"shape": "Gone", "documentation": "<p>No.</p>"}]}},
        "shapes": {"Page": shape},
    }
    name = "botocore/data/sqs/2012-11-05/service-2.json"

    kept = prune({f"{name}.gz": gzip.compress(json.dumps(model).encode())}, {"sqs"})

    assert list(kept) == [name]
    cut = json.loads(kept[name])
    assert cut.pop("notice").startswith("Changed")
    assert cut == {
        "metadata": {"endpointPrefix": "sqs"},
        "operations": {"Send": {"errors": [{"shape": "Gone", "documentation": ""}]}},
        "shapes": {
            "Page": {
                "type": "structure",
                "members": {"documentation": {"shape": "Text", "documentation": ""}},
                "documentation": "",
            }
        },
    }


def test_every_service_that_the_functions_call_is_shipped():
    sources = Path(__file__).parents[4] / "lambda"
    called = {
        service
        for path in sources.rglob("*.py")
        for service in re.findall(r'\baws\("([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }

    assert "dynamodb" in called
    assert called <= SERVICES
