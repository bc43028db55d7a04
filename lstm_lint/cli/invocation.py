"""The command line and the configuration -> what is to be done."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from lstm_lint.catalogue import catalogue
from lstm_lint.config import Config, ConfigError, find_config, load_config
from lstm_lint.run import Request
from lstm_lint.selection import Choice, Selection, check_selectors, resolve

_STDIN = "-"


def request_for(paths: tuple[str, ...], options: dict[str, object]) -> Request:
    """What to do; raises ConfigError where the command line or the configuration does not say."""
    stdin = None
    if options["statistics"] and options["output_format"] not in ("text", "json"):
        raise ConfigError(f"--statistics is for --output-format text or json, not {options['output_format']}")
    if _STDIN in paths or options["stdin_filename"]:
        if set(paths) - {_STDIN}:
            raise ConfigError("standard input and paths cannot be checked in one run")
        stdin = (str(options["stdin_filename"] or "<stdin>"), sys.stdin.buffer.read())
        paths = ()
    config = _config(stdin[0] if stdin else paths[0], options)
    return Request(
        paths,
        config,
        _selection(config, options),
        stdin,
        fix=bool(options["fix"]),
        unsafe_fixes=bool(options["unsafe_fixes"]),
        diff=bool(options["diff"]),
        force_exclude=bool(options["force_exclude"]),
        prefilter=os.environ.get("LSTM_LINT_PREFILTER", "1") != "0",
    )


def _selection(config: Config, options: dict[str, object]) -> Selection:
    codes = tuple(catalogue())
    given = {key: options[key] for key in ("select", "extend_select", "ignore")}
    for key, value in given.items():
        if isinstance(value, tuple):
            check_selectors(f"--{key.replace('_', '-')}", value, codes)
    select, extend, ignore = (value if isinstance(value, tuple) else None for value in given.values())
    return resolve(config, Choice(select, extend or (), ignore or ()), codes)


def _config(path: str, options: dict[str, object]) -> Config:
    """The configuration that holds for the first path, and what the command line adds to it."""
    config = load_config(_config_file(path, options), tuple(catalogue()))
    patterns = options["assume_recurrent"]
    assert isinstance(patterns, tuple)
    assumed = (*config.settings.assume_recurrent, *patterns)
    return replace(config, settings=replace(config.settings, assume_recurrent=assumed)) if patterns else config


def _config_file(path: str, options: dict[str, object]) -> Path | None:
    given = options["config_file"]
    if options["isolated"]:
        if given is not None:
            raise ConfigError("--config and --isolated cannot go together")
        return None
    if given is not None:
        return Path(str(given))
    start = Path(os.path.abspath(path))
    return find_config(start if start.is_dir() else start.parent)
