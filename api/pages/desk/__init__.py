"""The writer's desk: what to write, what to mend, what came of it. See docs/writers-desk.md.

view          what all its pages have: the navigation, the report, how old it is
told          why something is listed, in sentences of the reader's language
overview      what to do first
gaps, gap     questions that nothing answers; one of them, and what is decided about it
health        articles that do not help
duplicates    articles that are there twice, and sentences that contradict each other
translations  which article is there in which language
vocabulary    customers' words for words of articles
effect        what articles changed
support       the support lead's figures
"""
