"""Cicatrix: a randomized scar trial from the protocol to the published result.

One study file says what may happen; what people do is appended as facts to a hash-chained ledger;
everything shown, exported or estimated is a function of that ledger. ARCHITECTURE.md is the map.
"""
