"""The version of the program, alone in a file so that packaging reads it without importing anything else."""

VERSION = "0.1.0"
