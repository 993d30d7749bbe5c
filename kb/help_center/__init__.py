"""What readers of the help center are offered besides results.

shelf      which articles there are, by language and section
related    what else to read
popular    what others ask and read
service    HelpCenter: all of it, kept for one generation at a time
"""
