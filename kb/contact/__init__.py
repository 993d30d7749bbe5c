"""Writing to the team: from a form that somebody filled in to a ticket and a promise.

In reading order:

    form      what was typed, and what is wrong with it
    spam      signs that nobody typed it
    promise   by when the customer hears from us
    desk      the ticket, once, under a reference that can be said on the phone
"""

from kb.contact.desk import ContactDesk, Written, reference_of
from kb.contact.form import ContactForm, Problem, check
from kb.contact.promise import promise
from kb.contact.spam import new_token, suspicious

__all__ = [
    "ContactDesk",
    "ContactForm",
    "Problem",
    "Written",
    "check",
    "new_token",
    "promise",
    "reference_of",
    "suspicious",
]
