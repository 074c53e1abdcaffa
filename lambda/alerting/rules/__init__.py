"""Rules that callers keep: made, replaced, deleted, and found by evaluation."""
