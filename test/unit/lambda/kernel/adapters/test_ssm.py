import pytest
from botocore.exceptions import ClientError

from kernel.adapters.ssm import SsmParameters
from kernel.errors import Throttled, Unavailable


@pytest.fixture
def parameters(aws):
    for name, kind in (("/config", "String"), ("/api-key", "SecureString")):
        aws("ssm").put_parameter(Name=name, Value=f"value of {name}", Type=kind)
    return SsmParameters(aws("ssm"))


@pytest.mark.parametrize("name", ["/config", "/api-key"])
def test_a_parameter_is_read_in_the_clear_whatever_its_type(parameters, name):
    assert parameters(name) == f"value of {name}"


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
    refuse("ssm", "GetParameter", code, status)
    with pytest.raises(expected):
        parameters("/config")


def test_a_parameter_that_does_not_exist_is_a_bug_and_not_a_passing_failure(parameters):
    with pytest.raises(ClientError, match="ParameterNotFound"):
        parameters("/absent")
