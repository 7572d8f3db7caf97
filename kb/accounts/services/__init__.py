"""What is done with accounts: people, their passwords and second steps, one-time links, and what leaves with them.

Slow work on passwords (a tenth of a second each, by design) is done before a transaction begins, by `passwords`: nobody
waits for the database because somebody signs in.
"""
