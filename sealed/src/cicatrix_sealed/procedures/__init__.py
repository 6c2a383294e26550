"""The procedures by which a stratum's arms are drawn: what each is, and how it is drawn.

Go to `kinds` for the six kinds and what makes one unfit, to `drawing` for the draw itself, and
to `planned` for the procedure that a study gets.
"""

from cicatrix_sealed.procedures.drawing import draw
from cicatrix_sealed.procedures.kinds import (
    BiasedCoin,
    BigStick,
    ListProcedure,
    Minimised,
    PermutedBlocks,
    Procedure,
    Simple,
    Stratum,
    Urn,
    read_procedure,
    write_procedure,
)
from cicatrix_sealed.procedures.planned import procedure_of

__all__ = [
    "BiasedCoin",
    "BigStick",
    "ListProcedure",
    "Minimised",
    "PermutedBlocks",
    "Procedure",
    "Simple",
    "Stratum",
    "Urn",
    "draw",
    "procedure_of",
    "read_procedure",
    "write_procedure",
]
