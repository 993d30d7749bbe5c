"""The pages as a browser sees them: payload, speed, offline checks, screenshots.

browser      Chromium, and what goes wrong inside it
serving      the application over a fresh copy of the sample
walk         which pages there are, and who sees them
payload      what a page weighs
speed        from a keystroke to the next suggestions
inspection   what a page should have, one function per question
screenshots  every page in every language, theme and width
tour         the pictures of docs/tour.md
"""
