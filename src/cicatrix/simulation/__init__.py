"""Nature and people, virtual: a rehearsal of the whole trial through the real acts.

Virtual participants and raters do what real ones do and are refused what real ones are refused;
no fact is written past an act. Every random number comes from the seed that the caller gives.
"""
