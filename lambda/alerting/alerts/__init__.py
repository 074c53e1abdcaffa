"""Alerts: kept, found and published."""
