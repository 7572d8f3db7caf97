"""Administration: people and roles, themes, tags, the state of review and index, and the log of what was done."""
