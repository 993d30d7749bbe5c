"""A gap as the beginning of an article.

replies     what resolved its tickets: the steps
outline     title, question, steps, open points; titles and wording in the draft's language
markdown    what customers wrote cannot become markup
saving      into the content folder, as a draft, never over a file
"""
