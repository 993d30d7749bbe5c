"""`kb eval replay`: would the suggestions have held the reply that was really sent?

sources      resolved tickets in time order; articles and macros
timeline     what existed at a moment, and what had been asked
systems      the product's suggestions behind one callable; the baselines
memory       texts embedded once ever
links        same linked article
equivalence  similar reply: the threshold, and the verdict on every suggestion
run          block by block: a snapshot of the past, the tickets of the block, their records
measures     records to figures
records      what is written: `replay.json`
"""

from eval.replay.page import write_page
from eval.replay.records import ReplayRecord, write_replay
from eval.replay.run import House, Options, replay

__all__ = ["House", "Options", "ReplayRecord", "replay", "write_page", "write_replay"]
