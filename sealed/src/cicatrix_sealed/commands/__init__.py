"""The custodian's commands, a module for each kind of act; main.py names them.

Go to `study`, `promise` and `lists` for how a list comes to be, to `answer` for a minimised trial,
to `disclosures` for code-break, release and opening, to `serve` for the page, to `checks` for
verification, to `redraw` for inference, and to `given` for what several of them are given.
"""
