"""What is done with sessions: preparing them (`preparing`), and storing a record (`storing`)."""
