"""The ports of rules, met with AWS and in memory."""
