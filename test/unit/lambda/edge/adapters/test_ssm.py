import pytest
from botocore.exceptions import ClientError

from edge.adapters.ssm import SsmParameters
from kernel.errors import Throttled, Unavailable


@pytest.fixture
def parameters(aws):
    for name, kind in (("/config", "String"), ("/api-key", "SecureString")):
        aws("ssm").put_parameter(Name=name, Value=f"value of {name}", Type=kind)
    return SsmParameters(aws("ssm"))


def test_parameters_are_read_in_one_call_in_the_clear_whatever_their_type(parameters, overhear):
    calls = overhear("ssm", "GetParameters")
    names = ["/config", "/api-key"]
    assert parameters(names) == {name: f"value of {name}" for name in names}
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ThrottlingException", 400, Throttled),
        ("InternalServerError", 500, Unavailable),
        ("AccessDeniedException", 400, ClientError),
    ],
)
def test_a_failed_read_says_whether_it_may_succeed_later(
    parameters, refuse, code, status, expected
):
    refuse("ssm", "GetParameters", code, status)
    with pytest.raises(expected):
        parameters(["/config"])


def test_a_parameter_that_does_not_exist_is_left_out(parameters):
    assert parameters(["/config", "/absent"]) == {"/config": "value of /config"}
