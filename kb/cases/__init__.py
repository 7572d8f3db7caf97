"""The room of practice cases: their challenges, lessons, themes, tags, partners, timeline and sources."""
