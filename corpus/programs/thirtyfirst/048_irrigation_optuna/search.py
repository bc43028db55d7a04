# %% [markdown]
# Search over learning rate, entropy bonus and discount for the irrigation agent. Exported from the notebook.

# %%
import copy

import numpy as np
import optuna
import torch
import torch.nn as nn
from torch.distributions import Categorical

from field import Field

PLOTS = 16
EPISODES = 60
torch.manual_seed(0)


# %%
class Waterer:
    """One agent for all plots of all trials; what it knows of a plot is kept under the plot's number."""

    def __init__(self, n_obs, n_act, width=32):
        self.width = width
        self.net = nn.ModuleDict({
            "inp": nn.Linear(n_obs, width),
            "cell": nn.LSTMCell(width, width),
            "pi": nn.Linear(width, n_act),
            "v": nn.Linear(width, 1),
        })
        self.soil = {}

    def forget(self, plot=None):
        if plot is None:
            self.soil.clear()
        else:
            self.soil.pop(plot, None)

    def act(self, plot, obs, greedy=False):
        hc = self.soil.get(plot)
        if hc is None:
            hc = (torch.zeros(1, self.width), torch.zeros(1, self.width))
        x = torch.relu(self.net["inp"](torch.from_numpy(obs)[None]))
        hc = self.net["cell"](x, hc)
        self.soil[plot] = hc
        d = Categorical(logits=self.net["pi"](hc[0]))
        a = d.probs.argmax(-1) if greedy else d.sample()
        return a, d.log_prob(a), d.entropy(), self.net["v"](hc[0]).squeeze(-1)


agent = Waterer(Field.n_obs, Field.n_act)
fresh_weights = copy.deepcopy(agent.net.state_dict())


# %%
def season(plot, field, greedy=False):
    agent.forget(plot)
    obs, over, log = field.reset(), False, []
    while not over:
        a, lp, ent, v = agent.act(plot, obs, greedy)
        obs, r, over = field.step(int(a))
        log.append((lp, ent, v, r))
    return log


def train_once(fields, opt, gamma, ent_coef):
    loss, total = 0.0, 0.0
    for plot, field in enumerate(fields):
        log = season(plot, field)
        ret = 0.0
        for lp, ent, v, r in reversed(log):
            ret = r + gamma * ret
            adv = ret - v
            loss = loss - lp * adv.detach() + 0.5 * adv ** 2 - ent_coef * ent
            total += r
    opt.zero_grad()
    (loss / len(fields)).sum().backward()
    nn.utils.clip_grad_norm_(agent.net.parameters(), 5.0)
    opt.step()
    return total / len(fields)


@torch.no_grad()
def judge(seed=500):
    fields = [Field(seed + i) for i in range(PLOTS)]
    return float(np.mean([sum(step[3] for step in season(i, f, greedy=True)) for i, f in enumerate(fields)]))


# %%
best = {"value": -np.inf, "weights": None}


def objective(trial):
    lr = trial.suggest_float("lr", 1e-4, 1e-2, log=True)
    ent_coef = trial.suggest_float("ent_coef", 1e-4, 3e-2, log=True)
    gamma = trial.suggest_categorical("gamma", [0.9, 0.95, 0.99])
    agent.net.load_state_dict(fresh_weights)
    opt = torch.optim.Adam(agent.net.parameters(), lr)
    fields = [Field(100 * trial.number + i) for i in range(PLOTS)]
    top, top_weights = -np.inf, None
    for ep in range(EPISODES):
        train_once(fields, opt, gamma, ent_coef)
        if ep % 10 == 9:
            score = judge()
            if score > top:
                top, top_weights = score, copy.deepcopy(agent.net.state_dict())
            trial.report(score, ep)
            if trial.should_prune():
                raise optuna.TrialPruned()
    agent.net.load_state_dict(top_weights)
    value = judge(seed=900)
    if value > best["value"]:
        best.update(value=value, weights=top_weights)
    return value


# %%
study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner(n_warmup_steps=20))
study.optimize(objective, n_trials=40)
print(study.best_params, study.best_value)

# %%
agent.net.load_state_dict(best["weights"])
agent.forget()
print("held out plots:", judge(seed=5000))
torch.save(best["weights"], "waterer.pt")
