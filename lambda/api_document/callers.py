"""Who may call what, as a table that a change shows up in."""

from api_document.endpoints import ENDPOINTS

_CALLERS = ("writer", "reader", "operator")


def callers_table() -> str:
    """Every route in Markdown, the function that answers it, and the callers it is open to."""
    rows = [("route", "function", *_CALLERS), ("---",) * (2 + len(_CALLERS))]
    for route, endpoint in sorted(ENDPOINTS.items()):
        marks = ("x" if caller in endpoint.callers else "" for caller in _CALLERS)
        rows.append((f"`{route}`", endpoint.function, *marks))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"# Who may call what\n\nWritten by `make docs` from the contracts.\n\n{table}\n"
