"""PBT for a recurrent trading agent.

Every round the market slice moves on by a month; an agent that took over somebody else's
brain starts on a newly built environment.
"""
import copy
import json
import random
import sys

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

from market import TradingEnv

N_AGENTS = 8
N_ENVS = 8
ROUND_STEPS = 20_000
MONTH = 21 * 78
TRAIN_LEN = 12 * MONTH


def make_env(prices, lo, hi):
    chunk = prices[lo:hi]
    return DummyVecEnv([lambda: TradingEnv(chunk) for _ in range(N_ENVS)])


def sharpe(model, prices):
    """Run the agent over a few windows of the validation prices."""
    env = TradingEnv(prices, window=MONTH // 2)
    rewards = []
    for k in range(6):
        obs, _ = env.reset(seed=k)
        lstm_states = None
        first = np.ones((1,), dtype=bool)
        done = False
        while not done:
            action, lstm_states = model.predict(obs, state=lstm_states, episode_start=first, deterministic=True)
            obs, reward, terminated, truncated, _ = env.step(action)
            rewards.append(reward)
            done = terminated or truncated
            first[0] = done
    rewards = np.asarray(rewards)
    return float(rewards.mean() / (rewards.std() + 1e-8))


class Agent:
    def __init__(self, name, prices):
        self.name = name
        self.params = {"ent_coef": 10 ** random.uniform(-4, -2), "clip": random.choice([0.1, 0.2, 0.3])}
        self.model = RecurrentPPO(
            "MlpLstmPolicy",
            make_env(prices, 0, TRAIN_LEN),
            n_steps=256,
            batch_size=512,
            ent_coef=self.params["ent_coef"],
            clip_range=self.params["clip"],
            policy_kwargs=dict(lstm_hidden_size=96, enable_critic_lstm=False, shared_lstm=True),
        )
        self.fitness = None

    def take_over(self, parent, prices, lo):
        self.params = copy.deepcopy(parent.params)
        self.params["ent_coef"] *= random.choice([0.7, 1.4])
        self.model.set_parameters(copy.deepcopy(parent.model.get_parameters()))
        self.model.ent_coef = self.params["ent_coef"]
        # new market window, new episodes: learn() will reset the environments
        self.model.set_env(make_env(prices, lo, lo + TRAIN_LEN), force_reset=True)


def main(path):
    prices = np.load(path)
    agents = [Agent(f"agent{i}", prices) for i in range(N_AGENTS)]
    n_rounds = (len(prices) - TRAIN_LEN) // MONTH - 1
    log = []
    for rnd in range(n_rounds):
        lo = rnd * MONTH
        validation = prices[lo + TRAIN_LEN: lo + TRAIN_LEN + MONTH]
        for agent in agents:
            agent.model.learn(ROUND_STEPS, reset_num_timesteps=False)
            agent.fitness = sharpe(agent.model, validation)
        agents.sort(key=lambda a: a.fitness)
        quarter = len(agents) // 4
        for weak in agents[:quarter]:
            strong = random.choice(agents[-quarter:])
            weak.take_over(strong, prices, lo + MONTH)
        log.append({"round": rnd, "best": agents[-1].name, "sharpe": agents[-1].fitness})
        print(log[-1])
    agents[-1].model.save("trader_best")
    with open("pbt_log.json", "w") as f:
        json.dump(log, f, indent=2)


if __name__ == "__main__":
    main(sys.argv[1])
