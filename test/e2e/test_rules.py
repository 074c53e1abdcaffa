import pytest
from samples.signed_calls import new_device


@pytest.mark.parametrize(
    ("caller", "method", "path"),
    [
        ("writer", "POST", "/rules"),
        ("writer", "GET", "/rules"),
        ("writer", "GET", "/alerts"),
        ("reader", "POST", "/rules"),
        ("reader", "PUT", "/rules/r"),
        ("reader", "DELETE", "/rules/r"),
    ],
)
def test_rules_and_alerts_keep_to_the_callers_policies(request, caller, method, path):
    body = {} if method in ("POST", "PUT") else None
    assert request.getfixturevalue(caller).call(method, path, body).status_code == 403


def test_a_rule_that_cannot_be_is_refused_by_name(operator):
    answer = operator.call("POST", "/rules", {"device_id": "a b", "operator": "=>", "threshold": 1})
    assert answer.status_code == 400
    paths = {fault["path"] for fault in answer.json()["error"]["details"]}
    assert paths == {"device_id", "metric", "operator"}


def test_rules_are_listed_replaced_and_gone(operator, reader, rule):
    device = new_device()
    first, second = rule(device), rule(device, threshold=70)
    assert rule(device) == first
    page = reader.call("GET", f"/rules?device_id={device}&limit=1").json()
    rest = reader.call(
        "GET", f"/rules?device_id={device}&limit=1&next_token={page['next_token']}"
    ).json()
    assert [*page["rules"], *rest["rules"]] == [first, second]
    assert "next_token" not in rest
    changed = {
        **{name: first[name] for name in ("device_id", "metric", "operator")},
        "threshold": 1,
    }
    replaced = operator.call("PUT", f"/rules/{first['rule_id']}", changed).json()
    assert reader.call("GET", f"/rules/{first['rule_id']}").json() == replaced
    assert operator.call("DELETE", f"/rules/{second['rule_id']}").content == b""
    assert reader.call("GET", f"/rules/{second['rule_id']}").status_code == 404
