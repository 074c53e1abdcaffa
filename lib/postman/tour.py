"""The tour: every operation in an order in which the whole collection can be run as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.postman.scripts import NEW_RUN, checks, checks_once_it_is_there


@dataclass(frozen=True, slots=True)
class Step:
    """One request: an operation with one of its examples, and what is run around it.

    query: the optional parameters that are given, with their values.
    """

    operation_id: str
    name: str
    after: str
    example: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    before: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps under one heading."""

    name: str
    steps: tuple[Step, ...]


_DEVICE = "pm.collectionVariables.get('device_id')"
_RULE = "pm.collectionVariables.get('rule_id')"
_ITS_DEVICE = f"answer.device_id === {_DEVICE}"
_ITS_RULE = f"answer.rule_id === {_RULE}"
_THE_DEVICE = {"device_id": "{{device_id}}"}

TOUR = (
    Stage(
        "Service",
        (
            Step(
                "getHealth",
                "Is the pipeline there?",
                checks(200, "answer.status === 'ok'"),
                before=NEW_RUN,
            ),
            Step(
                "getOpenApiDocument",
                "What can it do?",
                checks(200, "answer.openapi.startsWith('3.1')"),
            ),
        ),
    ),
    Stage(
        "A rule, an event, an alert",
        (
            Step(
                "createRule",
                "Make a rule",
                checks(
                    201,
                    "answer.enabled",
                    _ITS_DEVICE,
                    then='pm.collectionVariables.set("rule_id", answer.rule_id);',
                ),
                example="threshold",
            ),
            Step("getRule", "Get the rule", checks(200, _ITS_RULE)),
            Step(
                "listRules",
                "List the device's rules",
                checks_once_it_is_there(
                    200, "answer.count === 1", f"answer.rules[0].rule_id === {_RULE}"
                ),
                query=_THE_DEVICE,
            ),
            Step(
                "sendEvents",
                "Send an event that crosses the threshold",
                checks(202, "answer.message === 'Event accepted'", _ITS_DEVICE),
                example="one",
            ),
            Step(
                "listAlerts",
                "List the device's alerts",
                checks_once_it_is_there(
                    200,
                    "answer.count === 1",
                    f"answer.alerts[0].rule_id === {_RULE}",
                    "answer.alerts[0].status === 'triggered'",
                ),
                query={**_THE_DEVICE, "rule_id": "{{rule_id}}"},
            ),
            Step(
                "listDeviceEvents",
                "List the device's events",
                checks_once_it_is_there(
                    200, "answer.count === 1", "answer.events[0].value === 61.2"
                ),
                query={"type": "temperature"},
            ),
            Step(
                "replaceRule",
                "Replace the rule",
                checks(200, _ITS_RULE, "answer.threshold === 70"),
                example="threshold",
            ),
            Step("deleteRule", "Delete the rule", checks(204)),
        ),
    ),
    Stage(
        "Readings",
        (
            Step(
                "ingestReadings",
                "Send a reading",
                checks(200, "answer.message === 'Data ingested successfully'", _ITS_DEVICE),
                example="one",
            ),
            Step(
                "ingestReadings",
                "Send many readings",
                checks(200, "answer.accepted === 2"),
                example="many",
            ),
            Step(
                "queryReadings",
                "Query processed readings",
                checks_once_it_is_there(200, "answer.items[0].status === 'processed'"),
                query={"start": "{{hour_ago}}", "end": "{{hour_ahead}}"},
            ),
            Step(
                "queryReadings",
                "Query readings as they were sent",
                checks_once_it_is_there(200, f"answer.items[0].device_id === {_DEVICE}"),
                query={"start": "{{hour_ago}}", "end": "{{hour_ahead}}", "table": "raw"},
            ),
            Step(
                "processAgain",
                "Process readings again",
                checks(202, "answer.enqueued > 0"),
                example="span",
            ),
        ),
    ),
    Stage(
        "Device states",
        (
            Step(
                "ingestReadings",
                "Send device states",
                checks(200, "answer.status === 'accepted'", "answer.enqueued === 2"),
                example="states",
            ),
            Step(
                "getStats",
                "Get today's counts",
                checks_once_it_is_there(200, "answer.length > 0", "answer[0].count > 0"),
            ),
            Step("getStatsPage", "Get them as a page", checks(200)),
        ),
    ),
)
