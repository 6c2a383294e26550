"""The custodian's command line: every command of `cicatrix-sealed`, by name.

Run it where the list lives and masked people do not. Exit codes: 0 done, 1 refused or what was
checked is wrong, 2 wrong use. A passphrase is asked for or read from a file, never an argument
and never shown. What a command does is in commands/, or in the module that has its name.
"""

import typer

from cicatrix_sealed import redraw
from cicatrix_sealed.choosing import study as choosing
from cicatrix_sealed.commands import answer, checks, disclosures, lists, promise
from cicatrix_sealed.page import command as page

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Draw, seal, break and open the allocation list. For the custodian alone.",
)

app.command("study", epilog=choosing.EXAMPLE)(choosing.study)
app.command("promise", epilog=promise.EXAMPLE)(promise.promise)
app.command("commit", epilog=lists.COMMIT_EXAMPLE)(lists.commit)
app.command("make", epilog=lists.MAKE_EXAMPLE)(lists.make)
app.command("abort", epilog=lists.ABORT_EXAMPLE)(lists.abort)
app.command("answer", epilog=answer.EXAMPLE)(answer.answer)
app.command("break", epilog=disclosures.BREAK_EXAMPLE)(disclosures.break_)
app.command("release", epilog=disclosures.RELEASE_EXAMPLE)(disclosures.release)
app.command("open", epilog=disclosures.OPEN_EXAMPLE)(disclosures.open_)
app.command("verify", epilog=checks.EXAMPLE)(checks.verify)
app.command("serve", epilog=page.EXAMPLE)(page.serve)
app.command("redraw", epilog=redraw.EXAMPLE)(redraw.redraw_command)


if __name__ == "__main__":
    app()
