"""Pages of a vote (being written by the lead right now, 16:02; do not write another)."""
