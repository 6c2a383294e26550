"""One module for each act, all of one shape: the facts it leads to, or Refused.

`act(study, trial, actor, *, now, ...) -> list[Fact]`: an act decides and never writes; the caller
appends what it returns at the head of the ledger that it had folded.
"""
