"""Escalation advice: whom to hand a ticket to, by when, and what to tell the customer meanwhile.

In reading order:

    rules, parts       escalation.toml: groups, levels, promises, triggers
    clock, holidays    business time
    sla                the promises that run for a ticket
    matching           phrases found however they are spelled
    words, words/      the phrases, by language
    money              amounts in running text
    signals, contacts  what a ticket's text says
    routing            which group a case belongs to
    advice             all of it together
"""

from kb.escalation.advice import Advice, advise
from kb.escalation.rules import EscalationRules, load_rules

__all__ = ["Advice", "EscalationRules", "advise", "load_rules"]
