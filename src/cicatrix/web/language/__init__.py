"""How the pages speak: English as it stands in the code, Chinese by gettext.

`names` writes dates, numbers and the names of our codes, `refusals` says in the reader's language
what the core refused. `catalogue` and `sentences` collect every text for the translator: they run
by `make words` and never while a page is served.
"""
