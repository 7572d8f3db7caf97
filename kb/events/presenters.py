"""Sessions as the pages show them."""
