"""Search logs of an existing help center, from the CSV files that it exports.

    bytes ─► table ─► columns ─► rows ─► facts for the event log
             │        which is   what each says, or what is wrong with it
             encoding, delimiter, header

The package reads in this order:

    table     text in its encoding, cells by their delimiter, whatever the quotes do
    columns   header names, matched loosely in English, Persian and Chinese
    dates     moments, in ISO and in the forms that spreadsheets write
    rows      a row's cells to a `LoggedSearch`
    articles  which of our articles one means
    facts     `LoggedSearch` to events
    importing all of it, into the log

All but the last are pure.
"""

from kb.search_logs.articles import article_finder
from kb.search_logs.columns import FIELDS, find_columns
from kb.search_logs.dates import Dates
from kb.search_logs.facts import facts_of
from kb.search_logs.rows import LoggedSearch, Problem, Reader
from kb.search_logs.table import Table, read_table

__all__ = [
    "FIELDS",
    "Dates",
    "LoggedSearch",
    "Problem",
    "Reader",
    "Table",
    "article_finder",
    "facts_of",
    "find_columns",
    "read_table",
]
