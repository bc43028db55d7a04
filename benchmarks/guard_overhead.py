"""What a guard costs: the time of a guarded rollout and training, over that of the same without.

Each pair is one short rollout (then one `train()`) without and one with a guard, of one model in one process, in random
order and from the same weights. Printed are the median ratio of the pairs with a 95 % interval (of the median, from
order statistics), before and after a replacement: from then on the guard also remembers what the new weights made. The
control has no guard in either, and shows what the machine makes of equal work. Times are of the process, not of the
clock, so that other programs disturb less. The pairs are shared out among several processes: where a process happens
to have its objects in memory is worth a hundredth by itself.

A rollout has 128 steps, as RecurrentPPO's have by default. At its start all weights are compared and the state's
columns are looked up: `--steps 16 --pairs 200` shows how much more that weighs in short rollouts.

    python benchmarks/guard_overhead.py --rollouts-only            # some minutes on one core
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

import gymnasium as gym
import torch
from lstm_runtime import guard, reset_lstm_states_to_initial
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.envs import FakeImageEnv

STATES = ("control", "as found", "replaced")

CASES: dict[str, dict[str, Any]] = {
    "CartPole, 1 env, LSTM 256": {"n_envs": 1},
    "CartPole, 8 envs, LSTM 256": {"n_envs": 8},
    "CartPole, 8 envs, LSTM 64": {"n_envs": 8, "lstm_hidden_size": 64},
    "CartPole, 32 envs, LSTM 256": {"n_envs": 32},
    "images of 84 x 84, 8 envs, LSTM 256": {"n_envs": 8, "of_images": True},
}


@dataclass
class Ratios:
    """Guarded over plain, pair by pair."""

    rollout: list[float] = field(default_factory=list)
    train: list[float] = field(default_factory=list)


def make(n_envs: int, steps: int, of_images: bool = False, **policy: Any) -> RecurrentPPO:
    # CartPole takes next to no time: whatever a guard costs shows there most.
    env = make_vec_env(_images if of_images else "CartPole-v1", n_envs=n_envs, seed=0)
    name = "CnnLstmPolicy" if of_images else "MlpLstmPolicy"
    return RecurrentPPO(name, env, n_steps=steps, n_epochs=1, seed=0, device="cpu", policy_kwargs=policy)


def _images() -> gym.Env[Any, Any]:
    return FakeImageEnv(action_dim=4, screen_height=84, screen_width=84, n_channels=4)


def timed(model: RecurrentPPO, callback: Any, trains: bool) -> tuple[float, float]:
    """Seconds for one rollout and one training on it (0 without)."""
    begin = time.process_time()
    model.collect_rollouts(model.env, callback, model.rollout_buffer, n_rollout_steps=model.n_steps)
    middle = time.process_time()
    if trains:
        model.train()
    return middle - begin, time.process_time() - middle


def measure(settings: dict[str, Any], steps: int, pairs: int, state: str, trains: bool) -> Ratios:
    torch.set_num_threads(1)
    model = make(steps=steps, **settings)
    _, callback = model._setup_learn(10**9)
    timed(model, callback, trains)
    watching = guard(model)
    weights = {key: value.clone() for key, value in model.policy.state_dict().items()}
    found = Ratios()
    for _ in range(pairs):
        seconds: dict[bool, tuple[float, float]] = {}
        for guarded in random.sample([False, True], 2):
            watching.uninstall()
            model.policy.load_state_dict(weights)
            reset_lstm_states_to_initial(model)
            if guarded and state != "control":
                watching.install()
                if state == "replaced":
                    with torch.no_grad():
                        model.policy.lstm_actor.weight_hh_l0.mul_(0.99)
                        model.policy.lstm_critic.weight_hh_l0.mul_(0.99)
                    watching.look()
                with watching.updating():
                    pass  # as after `train()`: the first use compares all values
            seconds[guarded] = timed(model, callback, trains)
        found.rollout.append(seconds[True][0] / seconds[False][0])
        if trains:
            found.train.append(seconds[True][1] / seconds[False][1])
    assert watching.report.stale_uses == 0
    assert watching.report.replacements == (pairs if state == "replaced" else 0)
    return found


def measure_in(processes: int, *arguments: Any) -> Ratios:
    """What all of these processes find, one after the other."""
    found = Ratios()
    for _ in range(processes):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            part = pool.submit(measure, *arguments).result()
        found.rollout += part.rollout
        found.train += part.train
    return found


def interval(values: list[float]) -> str:
    """The median, and the order statistics that hold it with 95 % (binomial, normal approximation)."""
    if not values:
        return "-"
    ordered, reach = sorted(values), 0.98 * len(values) ** 0.5
    low = ordered[max(0, round(len(values) / 2 - reach))]
    high = ordered[min(len(values) - 1, round(len(values) / 2 + reach))]
    return f"{statistics.median(values):.3f} [{low:.3f}, {high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20, help="of each process")
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--rollouts-only", action="store_true", help="leave train() out: many more pairs in a minute")
    parser.add_argument("--steps", type=int, default=128, help="of a rollout")
    parser.add_argument("--case", default="", help="only cases with this in their name")
    arguments = parser.parse_args()
    pairs, processes, trains = arguments.pairs, arguments.processes, not arguments.rollouts_only
    print(f"guarded over plain, median of {processes} x {pairs} pairs [95 % interval]")
    print(f"{'case':36}  {'weights':10}  {'rollout':22}  {'train()':22}")
    for name, settings in CASES.items():
        if arguments.case not in name:
            continue
        for state in STATES:
            found = measure_in(processes, settings, arguments.steps, pairs, state, trains)
            print(f"{name:36}  {state:10}  {interval(found.rollout):22}  {interval(found.train):22}", flush=True)


if __name__ == "__main__":
    main()
