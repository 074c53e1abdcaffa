"""The telemetry ports, met with AWS and in memory."""
