"""The custodian's command line: every command of `cicatrix-sealed`, by name.

Run it where the list lives and masked people do not. Exit codes: 0 done, 1 refused or what was
checked is wrong, 2 wrong use. A passphrase is asked for or read from a file, never an argument
and never shown. What a command is given and says is in commands/, a module for each kind of act.
"""

import typer

from cicatrix_sealed.commands import (
    answer,
    checks,
    disclosures,
    lists,
    promise,
    redraw,
    serve,
    study,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Draw, seal, break and open the allocation list. For the custodian alone.",
)

app.command("study", epilog=study.EXAMPLE)(study.study)
app.command("promise", epilog=promise.EXAMPLE)(promise.promise)
app.command("commit", epilog=lists.COMMIT_EXAMPLE)(lists.commit)
app.command("make", epilog=lists.MAKE_EXAMPLE)(lists.make)
app.command("abort", epilog=lists.ABORT_EXAMPLE)(lists.abort)
app.command("answer", epilog=answer.EXAMPLE)(answer.answer)
app.command("break", epilog=disclosures.BREAK_EXAMPLE)(disclosures.break_)
app.command("release", epilog=disclosures.RELEASE_EXAMPLE)(disclosures.release)
app.command("open", epilog=disclosures.OPEN_EXAMPLE)(disclosures.open_)
app.command("verify", epilog=checks.EXAMPLE)(checks.verify)
app.command("serve", epilog=serve.EXAMPLE)(serve.serve)
app.command("redraw", epilog=redraw.EXAMPLE)(redraw.redraw)


if __name__ == "__main__":
    app()
