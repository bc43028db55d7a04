import argparse
import pathlib

import gymnasium as gym
import numpy as np
import ray
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.policy.policy import Policy
from ray.tune.registry import register_env


class Repeat(gym.Env):
    """repeat the observation seen `lag` steps ago"""

    def __init__(self, cfg):
        self.lag = cfg.get("lag", 3)
        self.observation_space = gym.spaces.Box(0, 1, (4,))
        self.action_space = gym.spaces.Discrete(4)

    def _o(self):
        x = np.zeros(4, np.float32)
        x[self.hist[-1]] = 1
        return x

    def reset(self, *, seed=None, options=None):
        self.hist = [int(np.random.randint(4))] * (self.lag + 1)
        self.t = 0
        return self._o(), {}

    def step(self, a):
        r = float(a == self.hist[-1 - self.lag])
        self.hist.append(int(np.random.randint(4)))
        self.t += 1
        return self._o(), r, self.t >= 2000, False, {}


register_env("repeat", lambda c: Repeat(c))


def build():
    cfg = (PPOConfig().environment("repeat", env_config={"lag": 2}).framework("torch")
           .rollouts(num_rollout_workers=0)
           .training(model={"use_lstm": True, "lstm_cell_size": 64, "max_seq_len": 20}))
    return cfg.build()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("ckpts", nargs="+", type=pathlib.Path)
    ap.add_argument("--every", type=int, default=250)
    a = ap.parse_args()
    ray.init(num_cpus=2)
    algo = build()
    pol = algo.get_policy()
    weights = [Policy.from_checkpoint(str(c / "policies" / "default_policy")).get_weights() for c in a.ckpts]

    env = Repeat({"lag": 2})
    state = pol.get_initial_state()
    obs, _ = env.reset()
    done, t, acc = False, 0, np.zeros(len(weights))
    cur = 0
    pol.set_weights(weights[cur])
    while not done:
        act, state, _ = algo.compute_single_action(obs, state=state, explore=False)
        obs, r, done, _, _ = env.step(act)
        acc[cur] += r
        t += 1
        if t % a.every == 0:
            cur = (cur + 1) % len(weights)
            pol.set_weights(weights[cur])
    for c, s in zip(a.ckpts, acc):
        print(c.name, s)
    ray.shutdown()


if __name__ == "__main__":
    main()
