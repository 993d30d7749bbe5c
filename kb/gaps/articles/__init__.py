"""The articles that are there: which of them need work.

content          article versions and solved tickets of a snapshot, with their vectors
traffic          what visitors did with each article
weak             found, but no help
topics, stale    tickets by article; articles that time has passed by
contradictions   newer replies and articles that say otherwise
pairs, overlap, duplicates
translations     missing and outdated ones
near_questions, unfound
health           all sections, and the table of articles
sections, section_names, health_sheet    as they are printed and exported
cosines, rank_test                       the arithmetic
"""
