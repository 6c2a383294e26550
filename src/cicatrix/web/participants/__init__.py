"""Participants worked out: the matrix, one page of hers, her timeline, and how to reach her."""
