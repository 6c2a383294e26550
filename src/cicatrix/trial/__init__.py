"""The core: study, facts, ledger, fold, visibility and acts; pure, without database or clock.

Start with facts.py (what can have happened), then trial.py (what that means) and actions/ (what
may happen next). The database is store/, the screens and commands are above.
"""
