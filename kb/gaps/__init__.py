"""What writers should write next: demand that content does not cover (DESIGN §9).

events, tickets ─► journeys ─► questions ─► probe ─► cluster ─► identify ─► Gap
                      │                                                      │
                      ├─► articles that do not help, that nobody finds       ▼
                      ├─► stale, duplicate, untranslated content          report
                      └─► vocabulary, the support lead's figures
"""
