import json

import pytest
from samples.api_calls import api_call
from samples.readings import START
from samples.states import EXAMPLE, rows, submission

from edge.http import Request
from edge.idempotency import Attempt
from edge.paging import PageTokens
from kernel.clock import DAY_MS
from kernel.errors import Invalid, Malformed
from states.http import brings_device_states, parse_submission, states_accepted
from states.model import total
from states.parsing import parse_states
from states.stats_http import counts_answer, parse_day, parse_stats_query

ROW, TWIN = rows(("phone", "erased"), ("phone", "lost"))
TOKENS = PageTokens("secret")


def faults(content):
    with pytest.raises(Invalid) as refused:
        parse_states(json.dumps(content).encode(), START)
    return {fault.path for fault in refused.value.faults}


def test_the_answer_says_where_the_body_is_kept_and_how_many_will_be_counted():
    attempt = Attempt("digest", "request-1", START, keyed=False)
    sent = parse_submission(json.dumps(EXAMPLE).encode(), attempt)
    answer = states_accepted(sent)
    expected = {"status": "accepted", "raw_key": sent.raw_key, "enqueued": 5}
    assert (answer.status, json.loads(answer.body)) == (200, expected)


@pytest.mark.parametrize(
    ("row", "paths"),
    [
        ({**ROW, "type": "a#b"}, {"type"}),
        ({**ROW, "type": ""}, {"type"}),
        ({**ROW, "state": "s" * 65}, {"state"}),
        ({**ROW, "state": "a\nb"}, {"state"}),
        ({**ROW, "state": "a\u2028b"}, {"state"}),
        ({**ROW, "state": "a\u202eb"}, {"state"}),
        ({**ROW, "state": 7}, {"state"}),
        ({**ROW, "timestamp": "2023-06-16"}, {"timestamp"}),
        ({**ROW, "timestamp": START + 700_000}, {"timestamp"}),
        ({"type": "phone"}, {"state", "timestamp"}),
        ({**ROW, "serial": 1}, {"serial"}),
    ],
)
def test_every_fault_is_named(row, paths):
    content = {"processed_devices": [ROW, row]}
    assert faults(content) == {f"processed_devices[1].{path}" for path in paths}


@pytest.mark.parametrize("rows_sent", [[], [ROW] * 5_001, None, {}, [1]])
def test_what_is_no_list_of_states_is_refused(rows_sent):
    (path,) = faults({"processed_devices": rows_sent})
    assert path.startswith("processed_devices")


def test_as_many_as_allowed_are_taken():
    sent = parse_states(json.dumps({"processed_devices": [ROW] * 5_000}).encode(), START)
    assert len(sent) == 5_000


def test_names_of_any_language_are_taken_as_they_are():
    words = ("Ноутбук 15″", "gelöscht / 消去")
    content = json.dumps({"processed_devices": rows(words)}).encode()
    (state,) = parse_states(content, START)
    assert (state.type, state.state) == words


def test_states_and_readings_do_not_mix():
    assert faults({"processed_devices": [ROW], "readings": []}) == {"readings"}


@pytest.mark.parametrize(
    ("body", "brings"),
    [
        (json.dumps(EXAMPLE).encode(), True),
        (b'{"device_id": "processed_devices"}', False),
        (b'{"readings": [{"processed_devices": 1}]}', False),
        (b"{}", False),
    ],
)
def test_bodies_of_device_states_are_told_from_those_of_readings(body, brings):
    assert brings_device_states(body) is brings


def test_a_body_that_cannot_be_read_is_refused_either_way():
    with pytest.raises(Malformed):
        brings_device_states(b'{"processed_devices": ')


def day(**parameters):
    return parse_day(Request.of(api_call("GET /stats", query=parameters)), START)


def test_statistics_are_of_today_unless_a_day_is_given():
    assert day() == "2025-11-21"
    assert day(date="2023-06-16") == "2023-06-16"


@pytest.mark.parametrize("text", ["", "2023-6-16", "2023-02-30", "20230616", "today"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(Invalid):
        day(date=text)
    with pytest.raises(Invalid):
        day(day="2023-06-16")


def asked(now=START, **parameters):
    return parse_stats_query(Request.of(api_call("GET /stats", query=parameters)), now, TOKENS)


def test_the_statistics_are_a_list():
    counts = [one for one in total(submission().states) if one.date == "2023-06-15"]
    answer = counts_answer(asked(), counts, TOKENS)
    assert json.loads(answer.body) == [
        {"date": "2023-06-15", "type": "laptop", "state": "erased", "count": 1}
    ]
    assert counts_answer(asked(), [], TOKENS).body == "[]"
    assert answer.headers == {}


def test_a_header_leads_on_in_the_counts_of_the_same_day_only():
    counts = [one for one in total(submission().states) if one.date == "2023-06-16"]
    first = counts_answer(asked(date="2023-06-16", limit="2"), counts, TOKENS)
    assert len(json.loads(first.body)) == 2
    token = first.headers["X-Next-Token"]
    again = asked(date="2023-06-16", next_token=token)
    assert (again.day, again.after) == ("2023-06-16", ("phone", "erased"))
    for other in ({"date": "2023-06-15"}, {}):
        with pytest.raises(Invalid):
            asked(next_token=token, **other)


def test_the_counts_of_today_go_on_with_that_day_after_midnight():
    counts = total(parse_states(json.dumps({"processed_devices": [ROW, TWIN]}).encode(), START))
    token = counts_answer(asked(limit="1"), counts, TOKENS).headers["X-Next-Token"]
    assert asked(START + DAY_MS, next_token=token).day == asked().day


@pytest.mark.parametrize(
    "parameters",
    [{"limit": "0"}, {"limit": "1001"}, {"next_token": "x"}, {"date": "x"}, {"type": "phone"}],
)
def test_parameters_that_do_not_fit_are_named(parameters):
    with pytest.raises(Invalid) as refused:
        asked(**parameters)
    assert {fault.path for fault in refused.value.faults} == set(parameters)
