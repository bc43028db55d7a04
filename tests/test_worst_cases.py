"""Programs that are hard for the linter end in time and lose nothing; benchmarks/worst_cases.py has the programs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmarks" / "worst_cases.py"
_spec = importlib.util.spec_from_file_location("worst_cases", BENCHMARK)
assert _spec is not None and _spec.loader is not None
worst_cases = importlib.util.module_from_spec(_spec)
sys.modules["worst_cases"] = worst_cases
_spec.loader.exec_module(worst_cases)

# The quick ones of the benchmark; the others take from half a minute to minutes, and the benchmark times them.
QUICK = {
    "nested-calls", "nested-unknown-calls", "deep-hierarchy", "sequential-ifs", "nested-loops", "long-arithmetic",
    "mutual-recursion", "elif-chain",
}  # fmt: skip
# Seconds, some ten times what an idle machine takes: a test of the order of growth, not of the machine.
SECONDS = 120
CASES = [case for case in worst_cases.CASES if case.name in QUICK]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_ends_in_time_and_finds_what_is_there(case: worst_cases.Case) -> None:  # type: ignore[name-defined]
    result = worst_cases.timed(case, SECONDS)
    assert result.said == ""
    assert result.findings >= case.findings
