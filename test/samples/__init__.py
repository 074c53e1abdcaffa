"""What several tests are given."""
