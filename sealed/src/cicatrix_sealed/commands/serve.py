"""The command that serves the page: `cicatrix-sealed serve`.

It asks for no passphrase: each custodian types it into the page, which does not keep it. What is
wrong with home, list, address or certificate is said at once. What is served is page/.
"""

from pathlib import Path
from typing import Annotated

import typer

from cicatrix_sealed.commands import given
from cicatrix_sealed.page.markup import BASE
from cicatrix_sealed.page.opening import open_page
from cicatrix_sealed.telling import told

EXAMPLE = (
    "Example: cicatrix-sealed serve trial --custodian custodian. Then open the address that is "
    "printed."
)


def serve(
    home: given.HomeFolder,
    custodian: given.Custodian,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 8790,
    host: Annotated[
        str, typer.Option(help="The address to listen at; beyond this machine TLS is a must.")
    ] = "127.0.0.1",
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TLS certificate (PEM).")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its key (PEM).")] = None,
) -> None:
    """Serve the custodian's own page, on which a code is broken or a number released."""
    with told():
        server = open_page(
            home, custodian, host=host, port=port, certificate=certificate, key=key,
            clock=given.now,
        )  # fmt: skip
    typer.echo(f"The custodian's page is at {server.address}{BASE}/ until you press Ctrl+C.")
    typer.echo(f"In an emergency go straight to {server.address}{BASE}/break.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("The page is closed.")
    finally:
        server.server_close()
