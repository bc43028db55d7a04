import json
import time

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor

from patient import Patient

BUDGET = 600_000
SLICE = 20_000


class Trainer:
    def __init__(self, seed):
        self.seed = seed
        self.model = RecurrentPPO("MlpLstmPolicy", Monitor(Patient()), n_steps=288, batch_size=144,
                                  learning_rate=2e-4, seed=seed)
        self.best = None
        self.best_score = -np.inf
        self.history = []

    def validate(self):
        cohort = [Monitor(Patient(w)) for w in (48.0, 70.0, 95.0)]
        scores = [evaluate_policy(self.model, e, n_eval_episodes=3)[0] for e in cohort]
        return float(np.mean(scores))

    def fit(self):
        while self.model.num_timesteps < BUDGET:
            self.model.learn(SLICE, reset_num_timesteps=False)
            s = self.validate()
            self.history.append((self.model.num_timesteps, s))
            if s > self.best_score:
                self.best_score = s
                self.best = self.model.get_parameters()
        return self

    def finish(self, path):
        if self.best is not None:
            self.model.set_parameters(self.best)
        self.model.save(path)
        return self.model


def time_in_range(model, weight, days=14):
    """The number the clinicians want."""
    env = Patient(weight)
    hits = n = 0
    for day in range(days):
        obs, _ = env.reset(seed=1000 + day)
        done = False
        while not done:
            dose, _ = model.predict(obs, deterministic=True)
            obs, _, term, trunc, _ = env.step(dose)
            done = term or trunc
            hits += 70 <= obs[0] <= 180
            n += 1
    return hits / n


if __name__ == "__main__":
    t0 = time.time()
    trainer = Trainer(seed=11).fit()
    final = trainer.finish("insulin_best.zip")
    report = {str(w): round(time_in_range(final, w), 3) for w in (50.0, 70.0, 90.0)}
    report["minutes"] = round((time.time() - t0) / 60, 1)
    report["history"] = trainer.history
    with open("report.json", "w") as f:
        json.dump(report, f, indent=1)
