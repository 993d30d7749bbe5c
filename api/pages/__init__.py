"""Pages for people. In reading order:

security     the headers that every page carries
frame        what templates know about a request; rendering; failures as pages
staff        the same for those who are signed in
help         search and home of the help center
article      one article
"""
