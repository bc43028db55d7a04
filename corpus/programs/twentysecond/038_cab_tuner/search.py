import copy
import sys

import optuna
import torch

from cabs import CabAgent, CabSim

CHUNK = 24


class Run:
    """One agent and one simulator, re-used for all the trials."""

    def __init__(self):
        torch.manual_seed(0)
        self.agent = CabAgent()
        self.zero = copy.deepcopy(self.agent.state_dict())
        self.sim = CabSim(seed=11)
        self.opt = None

    def rewind(self, weights, lr):
        self.agent.load_state_dict(weights)
        self.opt = torch.optim.Adam(self.agent.parameters(), lr=lr)

    def learn_chunk(self, buf, gamma, beta):
        lp, v, r, e = (torch.stack(c) for c in zip(*buf))
        ret, acc = [], v[-1].detach()
        for x in r.flip(0):
            acc = x + gamma * acc
            ret.insert(0, acc)
        adv = torch.stack(ret) - v
        loss = (-lp * adv.detach() + 0.5 * adv ** 2 - beta * e).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()

    def one_day(self, gamma, beta, train=True):
        x, over, buf, earned = self.sim.start_day(), False, [], 0.0
        self.agent.begin(self.sim.cabs)
        while not over:
            pi, v = self.agent(x)
            a = pi.sample()
            x, fare, over = self.sim.drive(a.numpy())
            buf.append((pi.log_prob(a), v, fare, pi.entropy()))
            earned += fare.sum().item()
            if len(buf) == CHUNK:
                if train:
                    self.learn_chunk(buf, gamma, beta)
                buf = []
                self.agent.cut()
        return earned


def make_objective(run, days):
    def objective(trial):
        lr = trial.suggest_float("lr", 1e-4, 1e-2, log=True)
        gamma = trial.suggest_categorical("gamma", [0.9, 0.95, 0.99])
        beta = trial.suggest_float("beta", 1e-3, 5e-2, log=True)
        run.rewind(run.zero, lr)
        top, keep = 0.0, None
        for day in range(days):
            run.one_day(gamma, beta)
            if day % 10 == 9:
                with torch.no_grad():
                    money = sum(run.one_day(gamma, beta, train=False) for _ in range(3)) / 3
                if money > top:
                    top, keep = money, copy.deepcopy(run.agent.state_dict())
                elif money < 0.8 * top:
                    lr = lr / 2
                    run.rewind(keep, lr)
                trial.report(money, day)
                if trial.should_prune():
                    raise optuna.TrialPruned()
        trial.set_user_attr("final_lr", lr)
        return top

    return objective


if __name__ == "__main__":
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    study = optuna.create_study(study_name="cabs", storage="sqlite:///cabs.db", load_if_exists=True, direction="maximize")
    study.optimize(make_objective(Run(), days), n_trials=50)
    for t in sorted(study.trials, key=lambda t: t.value or 0, reverse=True)[:5]:
        print(t.number, t.value, t.params)
