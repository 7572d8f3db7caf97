"""The JSON API at `/api/v1`: the same queries and services as the pages, presented as data."""
