"""The command: argv -> configuration -> run -> report -> exit code; nothing else.

Everything that is not needed to say "nothing to do here" is imported where it is used.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import click

from lstm_lint import __version__
from lstm_lint.cli.terminal import Progress, complain, plural, wants_colour, write_bytes

if TYPE_CHECKING:
    from lstm_lint.model import Level
    from lstm_lint.run import Request, Result

_FORMATS = ("text", "json", "github", "sarif")
_LEVELS = ("note", "warning", "error")


def _codes(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Comma lists, and the option more than once."""
    if not values:
        return None
    codes = tuple(code for value in values for code in (part.strip() for part in value.split(",")) if code)
    if not codes:
        raise click.BadParameter("it names no code; --list-rules shows all, and ALL means them all.")
    return codes


@click.command(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing to report, 1 findings at or above the fail level, 2 the job could not be done.",
)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--fix", is_flag=True, help="Apply the safe fixes of what is found.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: apply the fixes marked unsafe as well.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--select", metavar="CODE,…", multiple=True, callback=_codes, help="Codes or prefixes to look for.")
@click.option("--ignore", metavar="CODE,…", multiple=True, callback=_codes, help="Codes or prefixes to leave out.")
@click.option("--extend-select", metavar="CODE,…", multiple=True, callback=_codes, help="Like --select, on top of it.")
@click.option("--output-format", type=click.Choice(_FORMATS), default="text", show_default=True, help="The report.")
@click.option(
    "--fail-level",
    type=click.Choice(_LEVELS),
    default="warning",
    show_default=True,
    help="Exit with 1 for findings at this level and above.",
)
@click.option(
    "--show",
    type=click.Choice(_LEVELS),
    default="warning",
    show_default=True,
    help="Text output: show findings at this level and above (RSH012 always).",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option("--assume-recurrent", metavar="GLOB", multiple=True, help="Names or files whose models are recurrent.")
@click.option("--config", "config_file", type=click.Path(), metavar="FILE", help="Use the table in this file.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option("--force-exclude", is_flag=True, help="Leave out what the configuration excludes even when it is named.")
@click.option("--statistics", is_flag=True, help="Print how often each code was found, not the findings.")
@click.option("--stdin-filename", metavar="PATH", help="Check standard input as if it were this file.")
@click.option("--why", metavar="PATH[:LINE]", help="Print what is known of a place, as a check of it and PATHS has it.")
@click.option("--explain", metavar="CODE", help="Print the page of a rule.")
@click.option("--list-rules", is_flag=True, help="List every code.")
@click.version_option(__version__, prog_name="lstm-lint", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, /, paths: tuple[str, ...], **options: object) -> None:
    """Find weight replacements on recurrent policies that leave a stale hidden state, and add the missing resets.

    PATHS are files and folders, and - for standard input; the default is the working directory.
    """
    context.exit(_guarded(paths, options))


def _guarded(paths: tuple[str, ...], options: dict[str, object]) -> int:
    """The exit code, whatever happens: findings are 1, so a failure of ours must never look like them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show must not end the run
            stream.reconfigure(errors="backslashreplace")
    try:
        return _main(paths, options)
    except click.ClickException:
        raise
    except BrokenPipeError:
        # The reader went away, as `| head` does; what is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except KeyboardInterrupt:
        click.echo("lstm-lint: interrupted", err=True)
        return 130
    except Exception:
        import traceback

        click.echo(traceback.format_exc(), nl=False, err=True)
        complain("RSH909 internal error, please report it")
        return 2


def _main(paths: tuple[str, ...], options: dict[str, object]) -> int:
    """The exit code of one invocation."""
    from lstm_lint.config import ConfigError
    from lstm_lint.vocabulary import VocabularyError

    try:
        if options["list_rules"] or options["explain"] is not None or options["why"] is not None:
            return _answer(paths, options)
        return _check(paths or (() if options["stdin_filename"] else (".",)), options)
    except (ConfigError, VocabularyError) as error:
        complain(str(error))
        return 2


def _answer(paths: tuple[str, ...], options: dict[str, object]) -> int:
    """What is asked instead of a check."""
    from lstm_lint.cli import answers
    from lstm_lint.cli.invocation import request_for

    if options["list_rules"]:
        answers.list_rules()
    elif options["explain"] is not None:
        answers.explain(str(options["explain"]))
    else:
        path, line = answers.place_of(str(options["why"]))
        request = request_for((*paths, path), options | {"fix": False, "diff": False, "stdin_filename": None})
        return answers.why(request, path, line)
    return 0


def _check(paths: tuple[str, ...], options: dict[str, object]) -> int:
    from lstm_lint.cli.invocation import request_for
    from lstm_lint.run import run
    from lstm_lint.vocabulary import VocabularyError

    request = request_for(paths, options)
    try:
        with Progress() as progress:
            result = run(request, progress)
    except VocabularyError as error:
        raise VocabularyError(f"{request.config.file or 'vocabulary'}: {error}") from None
    return _report(request, result, options)


def _report(request: Request, result: Result, options: dict[str, object]) -> int:
    """Print everything, and give the exit code."""
    outcome = result.outcome
    if not outcome.files and not outcome.problems:
        complain("no Python files found under the given paths", "warning")
    fixed_stdin = request.stdin is not None and request.fix and not request.diff
    if fixed_stdin:
        assert request.stdin is not None
        write_bytes(next(iter(result.fixed.changed.values()), request.stdin[1]))
    for patch in result.patches:
        write_bytes(patch)
    # A patch or a fixed source on stdout must stay one, so the report then goes elsewhere.
    if not request.diff:
        click.echo(_rendered(result, options), nl=False, err=fixed_stdin, color=True)
    _tell(request, result)
    for problem in outcome.problems:
        complain(f"{problem.path}: {problem.message}")
    code = outcome.exit_code(_level(options["fail_level"]))
    if request.diff and code != 2:
        code = int(bool(result.fixed.changed))  # as ruff does: whether there is something to change
    return 0 if code == 1 and options["exit_zero"] else code


def _rendered(result: Result, options: dict[str, object]) -> str:
    from lstm_lint.report import machine_report, statistics, text

    machine = options["output_format"] != "text"
    if options["statistics"]:
        return (statistics.render_json if machine else statistics.render)(result.outcome)
    if machine:
        return machine_report(str(options["output_format"]))(result.outcome)
    return text.render(result.outcome, _level(options["show"]), wants_colour())


def _tell(request: Request, result: Result) -> None:
    """Say on stderr what was fixed, what was not, and what a fix now needs."""
    fixed = result.fixed
    for path, message in sorted(fixed.refused.items()):
        complain(f"{path}: {message}", "warning")
    if count := sum(fixed.applied.values()):
        verb = "Would fix" if request.diff else "Fixed"
        click.echo(f"{verb} {plural(count, 'finding')} in {plural(len(fixed.applied), 'file')}.", err=True)
    elif request.diff and (left := result.outcome.above_notes):
        click.echo(f"No fix to show for {plural(left, 'finding')}.", err=True)
    if importing := len(fixed.imports_runtime):
        verb = "would import" if request.diff else "now import" if importing > 1 else "now imports"
        click.echo(f"{plural(importing, 'file')} {verb} lstm_runtime: pip install lstm-runtime", err=True)


def _level(label: object) -> Level:
    from lstm_lint.model import Level

    return Level[str(label).upper()]
