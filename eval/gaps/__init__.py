"""Planted gaps: articles are hidden, and what is asked about them has to come out on top.

subjects    a dataset's articles and questions, by what they are about
visitors    who asks what, and what they do with what they find
plant       one experiment: hide, index, simulate, look for gaps
baselines   what most help centers do instead
measures    precision, recall, B-cubed, stability
table       all experiments in one record
fit         the coverage model, learned from other plants than it is measured on
"""
