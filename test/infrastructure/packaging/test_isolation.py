"""A function's zip and the layer are all that Lambda has: they must be enough."""

import json
import site
import zipfile
from pathlib import Path

import pytest

from lib.packaging.pruning import SERVICES

LAYER_MODULES = (
    "aws_xray_sdk",
    "boto3",
    "botocore",
    "dateutil",
    "jinja2",
    "jmespath",
    "markupsafe",
    "marshmallow",
    "s3transfer",
    "six",
    "urllib3",
    "wrapt",
)

# What a client builds a request of, to the moment when it would be sent.
CALLS = {
    "dynamodb": ("list_tables", {}),
    "s3": ("put_object", {"Bucket": "bucket", "Key": "key", "Body": b"body"}),
    "sns": ("publish", {"TopicArn": "arn:aws:sns:us-east-1:1:topic", "Message": "text"}),
    "sqs": ("list_queues", {}),
    "ssm": ("get_parameters", {"Names": ["name"]}),
    "xray": ("get_sampling_rules", {}),
}
# What functions do sooner or later: make clients, call, trace them when X-Ray asks, render a page,
# read a request.
USE_OF_THE_LAYER = f"""
import boto3
clients = [boto3.client(service) for service in {sorted(SERVICES)!r}]
class Sent(Exception): pass
def send(**_): raise Sent
for service, (call, parameters) in {CALLS!r}.items():
    client = boto3.client(service, aws_access_key_id="key", aws_secret_access_key="secret")
    client.meta.events.register("before-send", send)
    try: getattr(client, call)(**parameters)
    except Sent: continue
    raise AssertionError(service)
from aws_xray_sdk.core import patch, xray_recorder
patch(("boto3",))
assert hasattr(type(clients[0])._make_api_call, "__wrapped__"), "botocore is not patched"
import jinja2
page = jinja2.Environment(autoescape=True).from_string("<b>{{{{ name }}}}</b>")
assert page.render(name="<i>") == "<b>&lt;i&gt;</b>"
import marshmallow
request = marshmallow.Schema.from_dict({{"name": marshmallow.fields.String()}})
assert request().load({{"name": "n"}}) == {{"name": "n"}}
"""

ENDPOINTS = f"""
import itertools, json, boto3
from botocore.config import Config
regions = ("us-east-1", "eu-central-1", "ap-southeast-5", "cn-north-1", "us-gov-west-1")
found = {{
    f"{{service}} {{region}} {{fips}} {{dual}}": [client.meta.endpoint_url, client.meta.region_name]
    for service, region, fips, dual
    in itertools.product({sorted(SERVICES)!r}, regions, (False, True), (False, True))
    if not (region.startswith("cn-") and fips)
    for client in [boto3.client(service, region_name=region, config=Config(
        use_fips_endpoint=fips, use_dualstack_endpoint=dual))]
}}
found["regions"] = {{s: boto3.Session().get_available_regions(s) for s in {sorted(SERVICES)!r}}}
print(json.dumps(found))
"""

# All that a client builds requests and reads answers by.
MODELS = f"""
import json, boto3
def told(shape):
    members = getattr(shape, "members", {{}})
    parts = [getattr(shape, name, None) for name in ("member", "key", "value")]
    return [
        shape.type_name, shape.serialization, shape.metadata,
        {{name: [one.name, one.serialization, one.metadata] for name, one in members.items()}},
        [part and [part.name, part.serialization] for part in parts],
    ]
found = {{}}
for service in {sorted(SERVICES)!r}:
    model = boto3.client(service, region_name="us-east-1").meta.service_model
    found[service] = [
        model.metadata,
        {{name: told(model.shape_for(name)) for name in model.shape_names}},
        {{
            name: [
                one.http, one.auth, one.error_shapes and [e.name for e in one.error_shapes],
                one.input_shape and one.input_shape.name,
                one.output_shape and one.output_shape.name,
                one.endpoint, one.http_checksum, one.static_context_parameters,
                [parameter.name for parameter in one.context_parameters or ()],
            ]
            for name in model.operation_names
            for one in [model.operation_model(name)]
        }},
    ]
print(json.dumps(found, default=str))
"""


def test_every_module_of_a_function_imports_from_its_zip_and_the_layer(
    function, packages, layer, run_isolated, tmp_path
):
    package = packages.functions[function]
    with zipfile.ZipFile(package.path) as opened:
        opened.extractall(tmp_path)
    code = f"""
import importlib
importlib.import_module("functions.{function}")
for name in {package.modules!r}:
    module = importlib.import_module(name)
    assert module.__file__.startswith({str(tmp_path)!r}), module.__file__
"""

    result = run_isolated(code, tmp_path, layer)

    assert result.returncode == 0, result.stderr


def test_no_function_loads_the_template_engine_before_it_renders_a_page(
    function, packages, layer, run_isolated, tmp_path
):
    with zipfile.ZipFile(packages.functions[function].path) as opened:
        opened.extractall(tmp_path)
    code = f"""
import importlib
importlib.import_module("functions.{function}")
assert not {{"jinja2", "markupsafe"}} & set(sys.modules)
"""

    result = run_isolated(code, tmp_path, layer)

    assert result.returncode == 0, result.stderr


def test_only_the_function_of_the_statistics_carries_the_page(packages):
    carriers = [
        name for name, package in packages.functions.items() if "states.page" in package.modules
    ]

    assert carriers == ["states.stats"]


def test_the_layer_holds_no_machine_code(layer):
    files = [path for path in layer.rglob("*") if path.is_file()]

    assert files
    assert not [path for path in files if path.read_bytes()[:4] == b"\x7fELF" or ".so" in path.name]


def test_the_layer_makes_and_traces_clients_of_every_service_shipped(layer, run_isolated):
    result = run_isolated(USE_OF_THE_LAYER, layer)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("module", LAYER_MODULES)
def test_without_any_one_of_its_packages_the_layer_fails(module, layer_without, run_isolated):
    result = run_isolated(USE_OF_THE_LAYER, layer_without(module))

    assert f"ModuleNotFoundError: No module named '{module}" in result.stderr


def test_the_layer_holds_no_package_that_is_not_tested_to_be_needed(packages):
    assert packages.layer.top_level_modules == LAYER_MODULES


def test_the_cut_layer_finds_the_same_endpoints_as_the_whole_packages(layer, run_isolated):
    cut = run_isolated(ENDPOINTS, layer)
    whole = run_isolated(ENDPOINTS, *map(Path, site.getsitepackages()))

    assert cut.returncode == 0, cut.stderr
    assert json.loads(cut.stdout) == json.loads(whole.stdout)


def test_models_without_their_texts_are_the_same_models(layer, run_isolated):
    cut = run_isolated(MODELS, layer)
    whole = run_isolated(MODELS, *map(Path, site.getsitepackages()))

    assert cut.returncode == 0, cut.stderr
    assert json.loads(cut.stdout) == json.loads(whole.stdout)


def test_the_layer_is_small(packages):
    with zipfile.ZipFile(packages.layer.path) as opened:
        unpacked_bytes = sum(info.file_size for info in opened.infolist())

    assert packages.layer.path.stat().st_size < 5_000_000
    assert unpacked_bytes < 15_000_000


def test_every_package_in_the_layer_comes_with_its_licence(layer):
    infos = sorted(layer.glob("*.dist-info"))

    assert infos
    for info in infos:
        assert any(path.name.startswith("LICENSE") for path in info.rglob("*")), info.name
