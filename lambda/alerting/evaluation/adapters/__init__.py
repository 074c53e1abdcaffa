"""The ports of evaluation, met with AWS and in memory."""
