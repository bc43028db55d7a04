"""The command: argv -> configuration -> run -> report -> exit code; nothing else.

Everything that is not needed to say "nothing to do here" is imported where it is used.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lstm_lint import __version__

if TYPE_CHECKING:
    from lstm_lint.config import Config
    from lstm_lint.fix import Fixed
    from lstm_lint.model import Level
    from lstm_lint.reading import Progress
    from lstm_lint.run import Request, Result

_FORMATS = ("text", "json", "github", "sarif")
_LEVELS = ("note", "warning", "error")


def _codes(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Comma lists, and the option more than once."""
    if not values:
        return None
    return tuple(code for value in values for code in (part.strip() for part in value.split(",")) if code)


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
@click.option("--statistics", is_flag=True, help="Print how often each code was found, not the findings.")
@click.option("--stdin-filename", metavar="PATH", help="Check standard input as if it were this file.")
@click.option("--why", metavar="PATH[:LINE]", help="Print the verdict on a weight replacement, silent ones too.")
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

        click.echo(f"{traceback.format_exc()}lstm-lint: error: RSH909 internal error, please report it", err=True)
        return 2


def _main(paths: tuple[str, ...], options: dict[str, object]) -> int:
    """The exit code of one invocation."""
    from lstm_lint.config import ConfigError
    from lstm_lint.vocabulary import VocabularyError

    try:
        if options["list_rules"]:
            return _list_rules()
        if options["explain"] is not None:
            return _explain(str(options["explain"]))
        if options["why"] is not None:
            return _why(str(options["why"]), options)
        request = _request(paths or (() if options["stdin_filename"] else (".",)), options)
    except (ConfigError, VocabularyError) as error:
        return _refuse(str(error))
    from lstm_lint.run import run

    try:
        with _Progress() as progress:
            result = run(request, progress)
    except VocabularyError as error:
        return _refuse(f"{request.config.file or 'vocabulary'}: {error}")
    return _report(request, result, options)


def _refuse(message: str) -> int:
    click.echo(f"lstm-lint: error: {message}", err=True)
    return 2


def _request(paths: tuple[str, ...], options: dict[str, object]) -> Request:
    """What to do, from the command line and the configuration."""
    from dataclasses import replace

    from lstm_lint.catalogue import catalogue
    from lstm_lint.config import ConfigError
    from lstm_lint.run import Request
    from lstm_lint.selection import Choice, check_selectors, resolve

    stdin = None
    if "-" in paths or options["stdin_filename"]:
        if set(paths) - {"-"}:
            raise ConfigError("standard input and paths cannot be checked in one run")
        name = str(options["stdin_filename"] or "<stdin>")
        stdin = (name, sys.stdin.buffer.read())
        paths = ()
    codes = tuple(catalogue())
    config = _config(stdin[0] if stdin else paths[0], options, codes)
    if patterns := options["assume_recurrent"]:
        assert isinstance(patterns, tuple)
        assumed = (*config.settings.assume_recurrent, *patterns)
        config = replace(config, settings=replace(config.settings, assume_recurrent=assumed))
    given = {key: options[key] for key in ("select", "extend_select", "ignore")}
    for key, value in given.items():
        if isinstance(value, tuple):
            check_selectors(f"--{key.replace('_', '-')}", value, codes)
    select, extend, ignore = (value if isinstance(value, tuple) else None for value in given.values())
    selection = resolve(config, Choice(select, extend or (), ignore or ()), codes)
    return Request(
        paths,
        config,
        selection,
        stdin,
        fix=bool(options["fix"]),
        unsafe_fixes=bool(options["unsafe_fixes"]),
        diff=bool(options["diff"]),
        prefilter=os.environ.get("LSTM_LINT_PREFILTER", "1") != "0",
    )


def _config(path: str, options: dict[str, object], codes: tuple[str, ...]) -> Config:
    """The configuration that holds for the first path."""
    from lstm_lint.config import ConfigError, find_config, load_config

    given = options["config_file"]
    if options["isolated"]:
        if given is not None:
            raise ConfigError("--config and --isolated cannot go together")
        return load_config(None, codes)
    if given is not None:
        return load_config(Path(str(given)), codes)
    start = Path(os.path.abspath(path))
    return load_config(find_config(start if start.is_dir() else start.parent), codes)


def _report(request: Request, result: Result, options: dict[str, object]) -> int:
    """Print everything, and give the exit code."""
    outcome = result.outcome
    if not outcome.files and not outcome.problems:
        click.echo("lstm-lint: warning: no Python files found under the given paths", err=True)
    fixed_stdin = request.stdin is not None and request.fix and not request.diff
    if fixed_stdin:
        assert request.stdin is not None
        new = next(iter(result.fixed.changed.values()), request.stdin[1])
        _write_bytes(new)
    for patch in result.patches:
        _write_bytes(patch)
    # A patch or a fixed source on stdout must stay one, so the report then goes elsewhere.
    if not request.diff:
        text = _rendered(result, options)
        click.echo(text, nl=False, err=fixed_stdin, color=True)
    _tell(request, result.fixed)
    for problem in outcome.problems:
        click.echo(f"lstm-lint: error: {problem.path}: {problem.message}", err=True)
    code = outcome.exit_code(_level(options["fail_level"]))
    if request.diff and result.fixed.changed and code == 0:
        code = 1
    return 0 if code == 1 and options["exit_zero"] else code


def _rendered(result: Result, options: dict[str, object]) -> str:
    from lstm_lint.report import machine_report, statistics, text

    if options["output_format"] != "text":
        return machine_report(str(options["output_format"]))(result.outcome)
    if options["statistics"]:
        return statistics.render(result.outcome)
    return text.render(result.outcome, _level(options["show"]), _colour())


def _tell(request: Request, fixed: Fixed) -> None:
    """Say on stderr what was fixed, what was not, and what a fix now needs."""
    for path, message in sorted(fixed.refused.items()):
        click.echo(f"lstm-lint: warning: {path}: {message}", err=True)
    if count := sum(fixed.applied.values()):
        verb = "Would fix" if request.diff else "Fixed"
        click.echo(f"{verb} {_plural(count, 'finding')} in {_plural(len(fixed.applied), 'file')}.", err=True)
    if importing := len(fixed.imports_runtime):
        verb = "would import" if request.diff else "now import" if importing > 1 else "now imports"
        click.echo(f"{_plural(importing, 'file')} {verb} lstm_runtime: pip install lstm-runtime", err=True)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _level(label: object) -> Level:
    from lstm_lint.model import Level

    return Level[str(label).upper()]


def _colour() -> bool:
    """Colour only where someone looks at it; NO_COLOR and FORCE_COLOR say otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


class _Progress:
    """A progress bar on stderr, when that is a terminal and the run turns out to be long."""

    _SECONDS = 1.0

    def __enter__(self) -> Progress | None:
        import time

        self._start = time.monotonic()
        self._shown = False
        return self._step if sys.stderr.isatty() else None

    def _step(self, done: int, total: int) -> None:
        import time

        if time.monotonic() - self._start < self._SECONDS:
            return
        self._shown = True
        full = 30 * done // max(total, 1)
        click.echo(f"\r[{'#' * full}{' ' * (30 - full)}] {done}/{total} files", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _list_rules() -> int:
    from lstm_lint.catalogue import catalogue

    for entry in catalogue().values():
        click.echo(f"{entry.code}  {entry.default_level:<13}  {entry.name:<26}  {entry.summary}")
    return 0


def _explain(code: str) -> int:
    from lstm_lint.catalogue import catalogue, page
    from lstm_lint.config import nearest

    entry = catalogue().get(code.strip().upper())
    if entry is None:
        hint = nearest(code, catalogue()) or "; `lstm-lint --list-rules` shows all"
        return _refuse(f'--explain: unknown rule code "{code}"{hint}')
    click.echo(page(entry), nl=False)
    return 0


def _why(place: str, options: dict[str, object]) -> int:
    """Print what the analysis knows about the weight replacement on a line, or on every line of a file."""
    from lstm_lint.config import ConfigError
    from lstm_lint.files import shown_path
    from lstm_lint.run import run

    path, _, number = place.rpartition(":")
    if not path or not number.isdigit():
        path, number = place, ""
    if not os.path.isfile(path):
        raise ConfigError(f"--why: {path}: no such file; write PATH:LINE")
    result = run(_request((path,), options | {"fix": False, "diff": False}))
    trace = result.look and result.look.trace
    with open(path, "rb") as file:
        last = file.read().count(b"\n") + 1
    lines = [int(number)] if number else range(1, last + 1)
    told: dict[str, str] = {}  # by place: several lines may belong to one statement, or lead to it
    for line in lines:
        for text in trace.why(shown_path(path), line) if trace else ():
            told.setdefault(text.partition(" ")[0], text)
    for text in told.values():
        click.echo(text)
    for problem in result.outcome.problems:
        click.echo(f"lstm-lint: error: {problem.path}: {problem.message}", err=True)
    if not told:
        why_not = "no weight replacement here" if trace else "not analysed: no sign of a recurrent state in view"
        click.echo(f"{place}: {why_not}", err=True)
    return 2 if result.outcome.problems else 0
