"""`cicatrix` run as a program of its own, for commands that become a server or set Django up."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("cicatrix")
CLEAN = {
    key: value for key, value in os.environ.items() if not key.startswith(("CICATRIX_", "DJANGO_"))
}


def told(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [PROGRAM, *map(str, words)], capture_output=True, text=True, check=False, timeout=120,
        env={**CLEAN, **variables},
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(home: Path, *words: object) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve a home until the block ends; gives its address and the program."""
    port = free_port()
    program = subprocess.Popen(
        [PROGRAM, "serve", str(home), "--port", str(port), *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=CLEAN,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}", program
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
