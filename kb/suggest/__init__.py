"""A ticket to ranked suggestions, and to an escalation advice where nothing fits or rules say so.

In the order in which a ticket passes them:

    tools        what an installation brings: templates, rules, experience
    problem      what is matched: the current problem, redacted
    precedents   solved tickets with a similar problem, and how much each counts
    evidence     what speaks for an answer: features of the logistic models
    answers      past replies, articles and macros, with the probability of being used
    wording      an answer as a suggestion: draft, reason, warnings
    suggesting   the whole
"""

from kb.suggest.answers import Answer
from kb.suggest.evidence import check_features
from kb.suggest.problem import Problem, problem_of
from kb.suggest.suggesting import Desk, Weighed, present, weigh
from kb.suggest.tools import Experience, NoExperience, SuggestionTools

__all__ = [
    "Answer",
    "Desk",
    "Experience",
    "NoExperience",
    "Problem",
    "SuggestionTools",
    "Weighed",
    "check_features",
    "present",
    "problem_of",
    "weigh",
]
