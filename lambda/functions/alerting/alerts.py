"""`GET /alerts`: alerts out."""

from alerting.alerts.adapters.dynamodb import DynamoDbAlerts
from alerting.alerts_http import found_alerts, parse_alert_query
from edge.container import Container, Function, on_first_use
from edge.http import Answer, Request


def build(container: Container) -> Function:
    """Alerts come from their table, newest first."""
    alerts = DynamoDbAlerts(container.aws("dynamodb"), container.setting("ALERTS_TABLE"))

    page_tokens = container.page_tokens()

    def get_alerts(request: Request) -> Answer:
        tokens = page_tokens()
        asked = parse_alert_query(request, container.clock(), tokens)
        return found_alerts(asked, alerts.listed(asked.query), tokens)

    return container.answering({"GET /alerts": get_alerts})


handler = on_first_use(build)
