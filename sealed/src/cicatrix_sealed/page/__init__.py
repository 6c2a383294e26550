"""The custodian's own page: break one code or release one slot from a telephone, at any hour.

It runs on the custodian's machine, beside the list, with a sign-in of its own; the trial's web
application knows nothing of it.
"""
