"""What the team decides about gaps, and what came of it.

states     open, planned, in progress, done, dismissed
effect     a closed gap's questions before and after
closed     the gaps that are done, with their effect
writing    deciding and drafting, for the command line and the API alike
content    pairs of articles to keep or merge, words that are no synonyms
"""
