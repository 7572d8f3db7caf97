"""The forms of accounts: reading what was typed, and saying what is wrong with it."""
