"""Mail: an outbox in the database, and the one who empties it. It knows no subject: rooms hand it an address and a text."""
