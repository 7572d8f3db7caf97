"""What is typed in the forms of sessions, and what is not right in it."""
