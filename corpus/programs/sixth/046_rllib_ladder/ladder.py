"""Ladder of the checkpoints of one RLlib run (old API stack, LSTM wrapper): each one plays all others
at Repeated Prisoner's Dilemma with noise. Two policies live in one Algorithm; only weights are moved."""
import argparse
import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import ray
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.env.multi_agent_env import MultiAgentEnv
from ray.rllib.policy.policy import Policy
from ray.tune.registry import register_env
import gymnasium as gym

PAY = {(0, 0): (3, 3), (0, 1): (0, 5), (1, 0): (5, 0), (1, 1): (1, 1)}


class NoisyDilemma(MultiAgentEnv):
    def __init__(self, config=None):
        super().__init__()
        config = config or {}
        self.noise = config.get("noise", 0.05)
        self.rounds = config.get("rounds", 60)
        self._agent_ids = {"row", "col"}
        self.observation_space = gym.spaces.Box(0.0, 1.0, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(2)
        self.rng = np.random.default_rng()

    def _obs(self, mine, theirs):
        o = np.zeros(4, np.float32)
        if mine is not None:
            o[mine] = 1
            o[2 + theirs] = 1
        return o

    def reset(self, *, seed=None, options=None):
        self.t = 0
        z = self._obs(None, None)
        return {"row": z, "col": z}, {}

    def step(self, acts):
        a = [int(acts[k]) if self.rng.random() > self.noise else 1 - int(acts[k]) for k in ("row", "col")]
        r = PAY[tuple(a)]
        self.t += 1
        end = self.t >= self.rounds
        obs = {"row": self._obs(a[0], a[1]), "col": self._obs(a[1], a[0])}
        return obs, {"row": r[0], "col": r[1]}, {"__all__": end}, {"__all__": False}, {}


def build_stage():
    register_env("dilemma", lambda c: NoisyDilemma(c))
    cfg = (
        PPOConfig()
        .api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
        .environment("dilemma")
        .framework("torch")
        .env_runners(num_env_runners=0)
        .training(model={"use_lstm": True, "lstm_cell_size": 64, "max_seq_len": 20})
        .multi_agent(policies={"row", "col"}, policy_mapping_fn=lambda aid, *_, **__: aid)
    )
    return cfg.build()


def weights_of(path: Path):
    made = Policy.from_checkpoint(str(path / "policies" / "main"))
    w = made.get_weights()
    del made
    return w


class Stage:
    def __init__(self):
        self.algo = build_stage()
        self.env = NoisyDilemma()
        self.hidden = {}
        self.cast = {}

    def enter(self, seat, weights):
        self.algo.get_policy(seat).set_weights(weights)
        self.cast[seat] = weights

    def game(self):
        obs, _ = self.env.reset()
        for seat in self.cast:
            self.hidden[seat] = self.algo.get_policy(seat).get_initial_state()
        total, end = {"row": 0.0, "col": 0.0}, False
        while not end:
            acts = {}
            for seat, o in obs.items():
                pol = self.algo.get_policy(seat)
                acts[seat], self.hidden[seat], _ = pol.compute_single_action(o, self.hidden[seat], explore=False)
            obs, rew, term, _, _ = self.env.step(acts)
            for seat, r in rew.items():
                total[seat] += r
            end = term["__all__"]
        return total


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("run", type=Path)
    ap.add_argument("--games", type=int, default=20)
    a = ap.parse_args()
    ray.init(include_dashboard=False)
    names = sorted((p for p in a.run.glob("checkpoint_*")), key=lambda p: int(re.findall(r"\d+", p.name)[-1]))
    pool = {p.name: weights_of(p) for p in names}
    stage = Stage()
    rows = []
    for x, y in itertools.product(pool, pool):
        stage.enter("row", pool[x])
        stage.enter("col", pool[y])
        for _ in range(a.games):
            t = stage.game()
            rows.append({"row": x, "col": y, "row_pay": t["row"], "col_pay": t["col"]})
    df = pd.DataFrame(rows)
    print(df.pivot_table(index="row", columns="col", values="row_pay").round(1))
    df.to_csv("ladder.csv", index=False)


if __name__ == "__main__":
    main()
