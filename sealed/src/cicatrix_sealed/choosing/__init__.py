"""What each allocation procedure would cost, shown before one is chosen: the command `study`.

Go to `alternatives` for what is compared, and to `table` and `figure` for how it is shown. Nothing
here draws the trial's list or knows its home.
"""
