import pytest
from samples.api_calls import api_call

from edge import fields
from edge.declared import Body, OpenSpan, Parameters
from edge.http import Request
from kernel.errors import Invalid
from kernel.parsing import MAX_TIMESTAMP


class Door(Body):
    device_id = fields.device_id(required=True)
    name = fields.text(8, "What people call it.")
    locked = fields.flag(default=False)
    closes_after = fields.seconds(1, 60, "Seconds.")


class Doors(OpenSpan, Parameters):
    IN_PATH = ("device_id",)

    device_id = fields.device_id(required=True)
    order = fields.choice(("asc", "desc"), "Which way.", default="asc")
    start = fields.asked_moment("From.")
    end = fields.asked_moment("To.")
    limit = fields.limit()


def faults(declared, given):
    with pytest.raises(Invalid) as refused:
        declared().load(given)
    return [(fault.path, fault.message) for fault in refused.value.faults]


def test_what_is_not_said_has_its_default_or_is_none():
    said = Door().load({"device_id": "d"})
    assert said == {"device_id": "d", "name": None, "locked": False, "closes_after": None}


@pytest.mark.parametrize("name", ["device_id", "name", "locked", "closes_after"])
def test_null_fits_no_member(name):
    assert [path for path, _ in faults(Door, {"device_id": "d", name: None})] == [name]


def test_every_fault_is_told_at_once_and_always_in_the_same_order():
    given = {"z": 1, "_schema": 1, "a": None, "locked": 1, "name": "", "closes_after": True}
    assert faults(Door, given) == [
        ("_schema", "is not a known field"),
        ("a", "is not a known field"),
        ("closes_after", "must be a whole number of seconds from 1 to 60"),
        ("device_id", "is required"),
        ("locked", "must be true or false"),
        ("name", "must be a text of 1 to 8 characters"),
        ("z", "is not a known field"),
    ]


def test_a_body_is_described_with_its_limits_and_defaults():
    described = Door.schema(description="A door.")
    assert (described["required"], described["description"]) == (["device_id"], "A door.")
    assert described["additionalProperties"] is False
    members = described["properties"]
    assert list(members) == ["device_id", "name", "locked", "closes_after"]
    assert members["locked"] == {"type": "boolean", "default": False}
    assert members["closes_after"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 60,
        "description": "Seconds.",
    }


def test_parameters_of_the_path_are_not_described_as_those_of_the_query():
    described = {one["name"]: one for one in Doors.described()}
    assert list(described) == ["order", "start", "end", "limit"]
    assert described["order"]["schema"]["default"] == "asc"
    assert described["start"]["description"] == "From."


def test_a_parameter_is_given_once_at_most_and_never_in_path_and_query():
    event = api_call("GET /devices/{device_id}/events", query={"order": "up"})
    event["pathParameters"] = {"device_id": "door%3A7"}
    event["multiValueQueryStringParameters"] |= {"limit": ["1", "2"], "device_id": ["door:8"]}
    assert faults(Doors, Request.of(event).parameters) == [
        ("device_id", "is given more than once"),
        ("limit", "is given more than once"),
        ("order", "must be asc or desc"),
    ]


def test_a_span_is_open_where_it_is_not_said():
    assert Doors.span(Doors().load({"device_id": ["d"]})) == (0, MAX_TIMESTAMP + 1)
    assert Doors.span(Doors().load({"device_id": ["d"], "start": ["7"], "end": ["8"]})) == (7, 8)
    assert faults(Doors, {"device_id": ["d"], "end": ["0"]}) == [
        ("end", "must be later than start")
    ]


@pytest.mark.parametrize("limit", ["0", "1001", "00007", "-1", "1.0", "", "٣", "²"])
def test_a_limit_is_written_in_few_plain_digits(limit):
    assert [path for path, _ in faults(Doors, {"device_id": ["d"], "limit": [limit]})] == ["limit"]


def test_the_digits_of_a_moment_are_a_number_in_a_query_only():
    assert Doors().load({"device_id": ["d"], "start": ["1763683200000"]})["start"] == 1763683200000
    body = Body.from_dict({"start": fields.moment()})
    assert [path for path, _ in faults(body, {"start": "1763683200000"})] == ["start"]
