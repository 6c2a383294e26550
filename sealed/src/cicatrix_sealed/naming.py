"""What may stand as a name: of a second party, of who acts or is told, of a number.

Names go into the ledger and onto screens of other people, where a line break or a control
character would pass for something that the program says. Who may bear a name is the trial's roles;
texts such as reasons are bounded where they are recorded.
"""

LONGEST_NAME = 100
NAME_RULE = f"a name has 1 to {LONGEST_NAME} printable characters and no line break"


def is_name(text: str) -> bool:
    """Say whether a text may stand as a name."""
    return bool(text.strip()) and len(text) <= LONGEST_NAME and text.isprintable()
