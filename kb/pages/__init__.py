"""The pages that join the rooms: home, search, themes, about, patterns, and what a host asks."""
