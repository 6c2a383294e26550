"""The custodian's commands, a module for each kind of act; main.py names them.

Go to `promise` and `lists` for how a list comes to be, to `disclosures` for code-break, release and
opening, to `checks` for verification, and to `given` for what several of them are given.
"""
