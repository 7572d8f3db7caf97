"""Sessions: their programme and rooms, who comes, the board on which they write, and what is harvested from it."""
