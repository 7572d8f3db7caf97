"""The forms of the cases room: from what a page sends to the content of a draft, and back to fields with their words."""
