"""Device states: kept as sent, counted by day, type and state, shown."""
