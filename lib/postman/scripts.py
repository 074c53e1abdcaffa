"""What the collection's requests run before they are sent, and check afterwards."""

from typing import Any

_ATTEMPTS = 20
_PAUSE_MS = 500

# A device of its own for every run: what another run left behind does not count.
NEW_RUN = """\
pm.collectionVariables.set("device_id", `postman-${Date.now()}`);
pm.collectionVariables.set("attempt", 0);"""

# Runs before every request, also when a person sends a single one.
BEFORE_EACH = """\
const now = Date.now();
pm.collectionVariables.set("now", now);
pm.collectionVariables.set("hour_ago", now - 3600000);
pm.collectionVariables.set("hour_ahead", now + 3600000);
pm.collectionVariables.set("today", new Date(now).toISOString().slice(0, 10));
if (!pm.collectionVariables.get("device_id")) {
    pm.collectionVariables.set("device_id", `postman-${now}`);
}
if (pm.variables.get("api_key")) {
    pm.request.headers.upsert({ key: "x-api-key", value: "{{api_key}}" });
}"""


def event(listen: str, script: str) -> dict[str, Any]:
    """A script as a collection holds it; `listen` is `prerequest` or `test`."""
    return {"listen": listen, "script": {"type": "text/javascript", "exec": script.split("\n")}}


def checks(status: int, *conditions: str, then: str = "") -> str:
    """Check the status and conditions on the JSON `answer`; `then` is run after them."""
    lines = [f'pm.test("is answered {status}", () => pm.response.to.have.status({status}));']
    if conditions:
        lines.append("const answer = pm.response.json();")
        # What a failure shows.
        lines.append("const told = pm.response.text().slice(0, 1000);")
    lines += [
        f"pm.test({_quoted(condition)}, () => pm.expect({condition}, told).to.be.true);"
        for condition in conditions
    ]
    return "\n".join([*lines, then] if then else lines)


def checks_once_it_is_there(status: int, *conditions: str) -> str:
    """The same, but the request is sent again, at most 20 times, until `answer` has something."""
    return f"""\
const there = pm.response.code === {status} ? pm.response.json() : {{}};
const empty = there.count === 0 || there.length === 0;
const attempt = Number(pm.collectionVariables.get("attempt")) + 1;
const again = empty && attempt < {_ATTEMPTS};
pm.collectionVariables.set("attempt", again ? attempt : 0);
if (again) {{
    // The run goes on when the timer has ended.
    setTimeout(() => pm.execution.setNextRequest(pm.info.requestName), {_PAUSE_MS});
}} else {{
{_indented(checks(status, *conditions))}
}}"""


def _indented(script: str) -> str:
    return "\n".join(f"    {line}" for line in script.split("\n"))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"
