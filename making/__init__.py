"""What makes the data that ships with the program; none of it is needed to run that."""
