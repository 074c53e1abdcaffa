"""The alerting ports, met with AWS and in memory."""
