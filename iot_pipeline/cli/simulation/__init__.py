"""Random devices that send to the API at a steady rate, and the check of what arrived."""
