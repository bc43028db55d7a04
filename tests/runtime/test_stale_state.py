"""The proof benchmark, run small: only the two comparisons that hold everywhere are asserted."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("sb3_contrib", reason="sb3-contrib is not installed (pip install './runtime[sb3]')")

import numpy as np
from gymnasium.utils.env_checker import check_env

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("stale_state")


@pytest.fixture(scope="module")
def result(benchmark: ModuleType) -> object:
    return benchmark.measure(benchmark.QUICK)


@pytest.fixture
def sign_flip(benchmark: ModuleType) -> ModuleType:
    return importlib.import_module("sign_flip")


@pytest.fixture
def noisy_regime(benchmark: ModuleType) -> ModuleType:
    return importlib.import_module("noisy_regime")


def test_burn_in_beats_a_strangers_stale_state(result: object) -> None:
    stale, burnt_in = (result.excess("unrelated", remedy).mean() for remedy in ("stale", "burn-in 16"))
    assert burnt_in < stale


def test_a_relatives_stale_state_beats_a_reset(result: object) -> None:
    stale, zero = (result.excess("ancestor", remedy).mean() for remedy in ("stale", "zero"))
    assert stale < zero


def test_the_report_has_every_comparison(benchmark: ModuleType, result: object) -> None:
    table = benchmark.table(result).splitlines()
    assert [line.split()[0] for line in table[1:]] == ["unrelated", "ancestor"]
    assert all(line.count("%") == 3 for line in table[1:])
    assert benchmark.comparisons(result).count("p = ") == 6


def test_the_picture(benchmark: ModuleType, result: object, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (pip install '.[plot]')")
    file = tmp_path / "stale.png"
    importlib.import_module("stale_state_plot").draw(result, file)
    assert file.read_bytes().startswith(b"\x89PNG")


def test_the_game_is_a_gymnasium_environment(noisy_regime: ModuleType) -> None:
    check_env(noisy_regime.NoisyRegime(), skip_render_check=True)


def test_the_game_pays_by_regime_and_is_blind_to_the_actions(noisy_regime: ModuleType) -> None:
    guesses = np.random.default_rng(0).integers(4, size=1_000)
    seen = []
    for fixed in range(4):
        env = noisy_regime.NoisyRegime()
        env.reset(seed=5)
        paid = [env.step(np.int64(fixed if fixed < 3 else guess))[:2] for guess in guesses]
        seen.append(np.stack([observation for observation, _ in paid]))
        if fixed < 3:
            assert {reward for _, reward in paid} == {0.0, noisy_regime.REWARDS[fixed]}
    assert all(np.array_equal(seen[0], other) for other in seen[1:])


def test_a_regime_lasts_for_50_steps_on_average(noisy_regime: ModuleType) -> None:
    env = noisy_regime.NoisyRegime()
    env.reset(seed=1)
    regimes = []
    for _ in range(20_000):
        regimes.append(env._regimes[env._at])
        env.step(np.int64(0))
    switches = np.count_nonzero(np.diff(regimes))
    assert 300 < switches < 500  # 400 expected, with a standard deviation of 20


def test_the_exact_p_values(sign_flip: ModuleType) -> None:
    assert sign_flip.sign_flip_p(np.ones(8)) == 1 / 128
    assert sign_flip.sign_flip_p(np.array([1.0, -1.0])) == 1
    # Of the 8 sign patterns of (1, 2, 3), those with |sum| >= 4 are +++, -++ and their opposites.
    assert sign_flip.sign_flip_p(np.array([-1.0, 2.0, 3.0])) == 4 / 8


def test_the_interval_is_students(sign_flip: ModuleType) -> None:
    found = sign_flip.estimate(np.arange(1.0, 9.0))
    assert found.mean == 4.5
    assert found.high - found.mean == pytest.approx(2.365 * np.sqrt(6 / 8))
    assert found.mean - found.low == pytest.approx(found.high - found.mean)
