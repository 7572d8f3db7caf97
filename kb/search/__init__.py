"""Search: text analysis, index, queries and snippets. It knows no subject: the other rooms hand it plain documents."""
