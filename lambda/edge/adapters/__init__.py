"""The ports of the entrances, met with AWS and in memory."""
