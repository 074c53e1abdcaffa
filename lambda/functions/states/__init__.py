"""Device states and their counts."""
