"""What a stale recurrent state costs, and which remedy removes the cost.

``python benchmarks/stale_state.py`` trains 16 agents on a game of memory (about a minute on one core). Then, for each
pair of agents A and B, A plays for a while and B's weights take over: from the same state of the environment, with the
same chance to come, but with one of four recurrent states:

- stale: A's, which is what ``load_state_dict`` and ``set_parameters`` leave behind;
- zero: a reset in mid-episode;
- burn-in 16: zero, then the last 16 observations replayed through B;
- oracle: every observation of the episode replayed through B, as if B had played all along.

Measured is the value loss of the first 16 steps, against the discounted reward that then really came in. It is given
relative to the oracle's, as the mean over the pairs with a 95% interval. Pairs share no agent. Donors are of two kinds:
another agent (unrelated), or the receiver itself 5 updates earlier (ancestor). ``--plot FILE`` writes a picture.
"""

from __future__ import annotations

import argparse
import time
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from lstm_runtime import ObservationHistory, reset_lstm_states_to_initial, rewarm_lstm_states
from noisy_regime import GAMMA, Weights, agent, streams, trained
from numpy.typing import NDArray
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.policies import RecurrentActorCriticPolicy as Policy
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from sign_flip import Measured, estimate, sign_flip_p
from stable_baselines3.common.vec_env import VecEnv

REMEDIES = ("stale", "zero", "burn-in 16", "oracle")
WINDOW = 16  # steps that count, and that are replayed
SHOWN = 48  # steps of the picture
HORIZON = 96  # rewards in a return; what is cut off weighs GAMMA**96 = 0.7%

Observations = NDArray[np.float32]


@dataclass(frozen=True)
class Size:
    """How much is run: agents (an even number, for the pairs), updates, streams per pair, steps before the swap."""

    agents: int
    updates: int
    ancestor: int
    streams: int
    prefix: int


FULL = Size(agents=16, updates=16, ancestor=5, streams=128, prefix=64)
QUICK = Size(agents=4, updates=8, ancestor=2, streams=64, prefix=32)


@dataclass(frozen=True)
class Played:
    """What the policy expected and what came in, at each step of each stream: arrays of shape (steps, streams)."""

    values: Measured
    rewards: Measured


def play(policy: Policy, envs: VecEnv, first: Observations, state: RNNStates, steps: int) -> Played:
    """Act in ``envs`` from the observation ``first`` on; the same random stream every time."""
    torch.manual_seed(0)
    starts = torch.zeros(envs.num_envs)
    values, rewards, observation = [], [], first
    for _ in range(steps):
        with torch.no_grad():
            actions, value, _, state = policy(torch.as_tensor(observation), state, starts)
        values.append(value.flatten().numpy())
        after, reward, _, _ = envs.step(actions.numpy())
        observation = cast(Observations, after)
        rewards.append(reward)
    return Played(np.stack(values).astype(float), np.stack(rewards).astype(float))


def replayed(policy: Policy, observations: Observations, state: RNNStates) -> RNNStates:
    """The state after the observations, of shape (steps, streams, 4): the oracle's, so no code of lstm_runtime."""
    starts = torch.zeros(observations.shape[1])
    with torch.no_grad():
        for observation in observations:
            _, _, _, state = policy(torch.as_tensor(observation), state, starts)
    return state


def squared_errors(played: Played, steps: int) -> Measured:
    """The mean over the streams of (value - return)², for each of the first ``steps`` steps."""
    discounts = GAMMA ** np.arange(HORIZON)
    returns = np.stack([discounts @ played.rewards[t : t + HORIZON] for t in range(steps)])
    loss: Measured = ((played.values[:steps] - returns) ** 2).mean(axis=1)
    return loss


def carried(model: RecurrentPPO) -> RNNStates:
    """A copy of the state that the model would go on with."""
    return deepcopy(cast(RNNStates, model._last_lstm_states))


def swap(receiver: Weights, donor: Weights, seed: int, size: Size) -> dict[str, Measured]:
    """The value loss by step after the swap under each remedy, each of shape (SHOWN,)."""
    model = agent(streams(size.streams, seed), seed, n_steps=size.prefix, n_epochs=1)
    policy = cast(Policy, model.policy)
    beginning = carried(model)
    policy.load_state_dict(receiver)
    history = ObservationHistory(size.prefix)
    model.learn(size.prefix * size.streams, callback=history)
    policy.load_state_dict(donor)
    states = {"stale": carried(model)}
    rewarm_lstm_states(model, steps=WINDOW, start="zero")
    states["burn-in 16"] = carried(model)
    reset_lstm_states_to_initial(model)
    states["zero"] = carried(model)
    seen = np.stack([step.observation for step in history.window()])
    states["oracle"] = replayed(policy, seen, beginning)
    envs = cast(VecEnv, model.get_env())
    now = cast(Observations, model._last_obs)
    played = {name: play(policy, deepcopy(envs), now, state, SHOWN + HORIZON) for name, state in states.items()}
    return {name: squared_errors(one, SHOWN) for name, one in played.items()}


@dataclass(frozen=True)
class Result:
    """Value loss by kind of donor, remedy, pair and step: arrays of shape (pairs, SHOWN)."""

    losses: dict[str, dict[str, Measured]]

    def excess(self, donor: str, remedy: str) -> Measured:
        """Per pair, the loss of the first 16 steps over the oracle's, relative to it: 1.0 is twice the oracle's."""
        loss = self.losses[donor]
        ratio: Measured = loss[remedy][:, :WINDOW].mean(axis=1) / loss["oracle"][:, :WINDOW].mean(axis=1)
        return ratio - 1


def measure(size: Size, first_seed: int = 0) -> Result:
    """Train agents of the seeds from ``first_seed`` on and measure every pair."""
    torch.set_num_threads(1)
    grown = [trained(first_seed + number, size.updates, size.ancestor) for number in range(size.agents)]
    evens = range(0, size.agents, 2)
    pairs = {
        "unrelated": [(grown[i][0], grown[i + 1][0], i) for i in evens],
        "ancestor": [(grown[i][0], grown[i][1], i) for i in evens],
    }
    losses = {}
    for donor, members in pairs.items():
        measured = [swap(receiver, sender, 1_000 + seed, size) for receiver, sender, seed in members]
        losses[donor] = {name: np.stack([one[name] for one in measured]) for name in REMEDIES}
    return Result(losses)


def table(result: Result) -> str:
    """The result as text."""
    lines = [f"{'value loss of the first 16 steps, over the oracle':<50}" + "".join(f"{r:>20}" for r in REMEDIES[:-1])]
    for donor, losses in result.losses.items():
        cells = []
        for remedy in REMEDIES[:-1]:
            found = estimate(100 * result.excess(donor, remedy))
            cells.append(f"{f'{found.mean:+.0f}% [{found.low:.0f}, {found.high:.0f}]':>20}")
        oracle = losses["oracle"][:, :WINDOW].mean()
        title = f"{donor} donor, {len(losses['oracle'])} pairs (oracle's loss: {oracle:.2f})"
        lines.append(f"{title:<50}" + "".join(cells))
    return "\n".join(lines)


def comparisons(result: Result) -> str:
    """Each remedy against each other one, with the exact p-value of the paired differences."""
    lines = []
    for donor in result.losses:
        for left, right in (("zero", "stale"), ("burn-in 16", "stale"), ("burn-in 16", "zero")):
            difference = result.excess(donor, left) - result.excess(donor, right)
            better = int((difference < 0).sum())
            lines.append(
                f"{donor:<10} {left:>10} against {right:<6} {100 * difference.mean():+5.0f} points, "
                f"better in {better} of {len(difference)} pairs, p = {sign_flip_p(difference):.3f}"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smaller run, as the tests do it")
    parser.add_argument("--seed", type=int, default=0, help="of the first agent; the others have the seeds after it")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a picture (needs matplotlib)")
    options = parser.parse_args()
    wall, processor = time.perf_counter(), time.process_time()
    result = measure(QUICK if options.quick else FULL, options.seed)
    print(table(result), comparisons(result), sep="\n\n")
    spent = f"{time.perf_counter() - wall:.0f} s, of them {time.process_time() - processor:.0f} s of one processor"
    print(f"\nzero is lstm_runtime.reset_lstm_states_to_initial, burn-in lstm_runtime.rewarm_lstm_states. {spent}.")
    if options.plot is not None:
        from stale_state_plot import draw

        draw(result, options.plot)


if __name__ == "__main__":
    main()
