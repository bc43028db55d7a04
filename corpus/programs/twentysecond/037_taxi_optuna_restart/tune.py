import argparse
import copy

import numpy as np
import optuna

from agent import DispatchAgent
from city import City


class Tuner:
    def __init__(self, segments, length):
        self.segments, self.length = segments, length
        self.agent = DispatchAgent(City())
        self.initial = copy.deepcopy(self.agent.net.state_dict())

    def __call__(self, trial):
        agent = self.agent
        agent.configure(
            trial.suggest_float("lr", 1e-5, 1e-2, log=True),
            trial.suggest_float("gamma", 0.9, 0.999),
            trial.suggest_float("entropy", 1e-4, 0.05, log=True),
        )
        agent.restart(self.initial)
        agent.init_hidden()

        best, best_weights, bad = -np.inf, None, 0
        window = []
        for seg in range(self.segments):
            window.append(agent.train_segment(self.length))
            if (seg + 1) % 50:
                continue
            fares = float(np.mean(window[-50:]))
            if fares > best:
                best, bad = fares, 0
                best_weights = copy.deepcopy(agent.net.state_dict())
            else:
                bad += 1
            if bad == 3:
                agent.restart(best_weights)
                for group in agent.opt.param_groups:
                    group["lr"] *= 0.3
                bad = 0
            trial.report(fares, seg)
            if trial.should_prune():
                raise optuna.TrialPruned()
        return best


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--trials", type=int, default=40)
    ap.add_argument("--segments", type=int, default=3000)
    ap.add_argument("--length", type=int, default=15)
    args = ap.parse_args()
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner(n_warmup_steps=500))
    study.optimize(Tuner(args.segments, args.length), n_trials=args.trials)
    print(study.best_params, study.best_value)
