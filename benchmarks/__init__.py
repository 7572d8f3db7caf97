"""What the published figures come from: generated cases and queries, and the runs that measure with them."""
