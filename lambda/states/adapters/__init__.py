"""The states' ports, met with AWS and in memory."""
