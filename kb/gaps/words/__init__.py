"""Words that customers use and articles do not.

units, new_words    words and short phrases of searches that no article has
association         which article words they go with
vocabulary          proposals for the synonyms file; vocabulary_rows is their shape
lexicon             what the index knows of words
"""
