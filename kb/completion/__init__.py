"""What somebody who types may be looking for, without embedding anything.

words      how words are written in the help center, and how often
titles     articles whose title or headings hold what is typed, typos allowed
phrases    what is typed, with its last word completed
ranking    the three kinds of proposals in one list
"""
