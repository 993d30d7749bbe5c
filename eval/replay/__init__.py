"""`kb eval replay`: would the suggestions have held the reply that was really sent?

sources      resolved tickets in time order; articles and macros
timeline     what existed at a moment, and what had been asked
beir         judged tickets as documents and questions
systems      the product's suggestions behind one callable
baselines    searches, chance, frequent links; `used`: the most used replies
past         the index as it would have been
memory       texts embedded once ever
asking       block by block: a snapshot of the past, the tickets of the block, the verdicts
equivalence  same link, similar reply: the threshold, and the verdict on every offer
threads      real threads as a source
judged       judged tickets as a source
run          the whole: `collect` to learn from, `replay` to measure
measures     records to figures; `comparing`: against baselines; `abstention`: by threshold
records      what is written: `replay.json`
sheets       figures as sentences and tables; `page`: as HTML
"""

from eval.replay.asking import Asked, House, Options, Question, Verdict
from eval.replay.page import write_page
from eval.replay.past import sweep_abandoned
from eval.replay.records import ReplayRecord, write_replay
from eval.replay.run import collect, replay
from eval.replay.systems import Offer, product_system

__all__ = [
    "Asked",
    "House",
    "Offer",
    "Options",
    "Question",
    "ReplayRecord",
    "Verdict",
    "collect",
    "product_system",
    "replay",
    "sweep_abandoned",
    "write_page",
    "write_replay",
]
