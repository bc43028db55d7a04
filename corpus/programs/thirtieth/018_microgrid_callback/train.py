import os
import sys

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from microgrid import Microgrid

ISLANDS = "islands"


class Migration(BaseCallback):
    """Several of these processes run side by side and share a folder; every so often one takes over
    the policy of the island that does best."""

    def __init__(self, name, every=20):
        super().__init__()
        self.name = name
        self.every = every
        self.rounds = 0
        self.scores = []

    def _zip(self, name):
        return os.path.join(ISLANDS, name + ".zip")

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.scores.append(info["episode"]["r"])
        return True

    def _on_rollout_end(self):
        if len(self.scores) >= 20:
            self.scores = self.scores[-20:]
            self.model.save(self._zip(self.name))
            with open(os.path.join(ISLANDS, self.name + ".txt"), "w") as f:
                f.write(str(np.mean(self.scores)))

    def _leader(self):
        table = {}
        for fn in os.listdir(ISLANDS):
            if fn.endswith(".txt"):
                with open(os.path.join(ISLANDS, fn)) as f:
                    text = f.read()
                if text:
                    table[fn[:-4]] = float(text)
        return max(table, key=table.get) if table else self.name

    def _on_rollout_start(self):
        self.rounds += 1
        if self.rounds % self.every:
            return
        leader = self._leader()
        if leader == self.name:
            return
        self.model.set_parameters(self._zip(leader))
        for pair in self.model._last_lstm_states:
            for t in pair:
                t.zero_()
        self.scores = []
        print(self.name, "takes over from", leader)


def evaluate(model, weeks=30):
    env = Microgrid()
    totals = []
    for w in range(weeks):
        obs, _ = env.reset(seed=1000 + w)
        state, start, total, over = None, np.ones(1, bool), 0.0, False
        while not over:
            action, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(action)
            over = term or trunc
            start = np.zeros(1, bool)
            total += r
        totals.append(total)
    return np.mean(totals), np.std(totals)


def main():
    name = sys.argv[1]
    os.makedirs(ISLANDS, exist_ok=True)
    seed = sum(map(ord, name))
    envs = DummyVecEnv([lambda: Monitor(Microgrid()) for _ in range(6)])
    envs.seed(seed)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        envs,
        n_steps=168,
        batch_size=168,
        gamma=0.98,
        learning_rate=3e-4,
        policy_kwargs={"lstm_hidden_size": 64},
        seed=seed,
    )
    model.learn(2_000_000, callback=Migration(name))
    model.save(os.path.join(ISLANDS, name + "_final"))
    print("cost of a week: %.2f +- %.2f" % evaluate(model))


if __name__ == "__main__":
    main()
