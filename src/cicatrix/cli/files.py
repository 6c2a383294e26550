"""The files that a user names on the command line, read with one sentence where they cannot be.

What a command writes goes through store/output.py; what a home keeps is store/home.py.
What a study file says is read by trial/reading.py.
"""

from pathlib import Path

from cicatrix.trial.errors import Refused


def file_bytes(path: Path) -> bytes:
    """Read a file that the user named."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Refused("file", f"{path} cannot be read ({problem.strerror}).") from problem


def file_text(path: Path) -> str:
    """Read a text file that the user named."""
    try:
        return file_bytes(path).decode()
    except UnicodeDecodeError as problem:
        raise Refused("file", f"{path} is not text in UTF-8.") from problem
