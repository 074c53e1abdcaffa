"""Rules, alerts, and what moves them."""
