"""The rep console: inbox, tickets, suggestions, search. In reading order:

desk         what its requests share: the inbox, what was offered lately
inbox        `/console`: the open tickets
thread       a ticket's messages as they are shown
ticket       `/console/tickets/…`: reading, answering, moving, solving
replying     what happens to what a rep typed
phrases      reasons and warnings of suggestions in the page's language
cards        suggestions as they are shown
panel        suggestions, comparing, feedback and search for the panel beside a ticket
search       `/console/search`: everything a rep may see, and reading it
"""
