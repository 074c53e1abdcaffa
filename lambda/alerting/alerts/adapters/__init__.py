"""The ports of alerts, met with AWS and in memory."""
