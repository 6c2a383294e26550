"""What each allocation procedure would cost, shown before one is chosen: the command `study`.

`study` composes table and figure; nothing here draws a list or knows a trial home.
"""
