"""Did you mean: slips of the keyboard, mended against the help center's own words.

known      right words of many languages, which are never touched
correct    a query with its misspelt words replaced
search     whether the corrected query finds more; the search with and without it
"""
