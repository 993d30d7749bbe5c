"""Missing content: what people ask and nothing answers.

questions    searches, contacts and tickets: each text once, with everybody who asked it
coverage     what people did and what is found now: the share that nothing answers
crowding     how far apart questions are
clustering   questions about the same, kept apart from answered ones
identity     the same gap as in the last report
shortfall    the nearest article, and why it does not do
naming       a label, and the most central questions
small_words  words that ask, and say nothing about what
priority     demand × uncovered share × trend
find         all of it, in order
"""
