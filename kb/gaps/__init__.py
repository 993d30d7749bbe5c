"""What writers should write next: demand that content does not cover (DESIGN §9).

events ─► journeys ─┐
tickets ─► asking ──┴► missing ◄─ probing (what is found now; remembered), library
                        │
articles, words ────────┼─► report ◄─ service (GapDesk), kept fresh by worker
                        ▼
                   decisions, drafts ─► sheet (CSV); subjects (demand by topic)

missing      questions that nothing answers, as gaps
articles     articles that do not help, are stale, duplicate, untranslated, never found
words        customers' words that no article has
decisions    states of gaps, and the effect of closing one
drafts       an article to begin with
"""
