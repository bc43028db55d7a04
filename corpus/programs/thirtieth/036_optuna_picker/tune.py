import copy
from dataclasses import dataclass

import numpy as np
import optuna
import torch
from torch import nn

from shelf_env import ShelfPicker


@dataclass
class Params:
    lr: float
    width: int
    entropy: float
    gamma: float


class Picker(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.mem = nn.GRUCell(3, width)
        self.act = nn.Linear(width, 3)
        self.val = nn.Linear(width, 1)
        self.register_buffer("slate", torch.zeros(1, width), persistent=False)

    def wipe(self):
        self.slate = torch.zeros_like(self.slate)

    def forward(self, obs):
        self.slate = self.mem(torch.as_tensor(obs).unsqueeze(0), self.slate)
        return torch.distributions.Categorical(logits=self.act(self.slate)), self.val(self.slate)


def play(net, env, seed=None):
    obs, _ = env.reset(seed=seed)
    net.wipe()
    logps, vals, ents, rews, done = [], [], [], [], False
    while not done:
        dist, val = net(obs)
        a = dist.sample()
        obs, r, term, trunc, _ = env.step(a.item())
        done = term or trunc
        logps.append(dist.log_prob(a))
        ents.append(dist.entropy())
        vals.append(val[0])
        rews.append(r)
    return logps, vals, ents, rews


def score(net, env, n=50):
    with torch.no_grad():
        return float(np.mean([sum(play(net, env, seed=s)[3]) for s in range(n)]))


def fit(hp: Params, episodes: int, trial=None):
    env, net = ShelfPicker(), Picker(hp.width)
    opt = torch.optim.RMSprop(net.parameters(), lr=hp.lr)
    top, top_weights = -np.inf, None
    for ep in range(1, episodes + 1):
        logps, vals, ents, rews = play(net, env)
        run, rets = 0.0, []
        for r in reversed(rews):
            run = r + hp.gamma * run
            rets.append(run)
        rets = torch.tensor(rets[::-1], dtype=torch.float32)
        vals = torch.cat(vals)
        loss = (-(torch.cat(logps) * (rets - vals.detach())).sum() + 0.5 * (rets - vals).pow(2).sum()
                - hp.entropy * torch.cat(ents).sum())
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if ep % 250 == 0:
            now = score(net, ShelfPicker())
            if now > top:
                top, top_weights = now, copy.deepcopy(net.state_dict())
            if trial is not None:
                trial.report(now, ep)
                if trial.should_prune():
                    raise optuna.TrialPruned()
    net.load_state_dict(top_weights)
    return net, top


def objective(trial):
    hp = Params(lr=trial.suggest_float("lr", 1e-4, 1e-2, log=True),
                width=trial.suggest_categorical("width", [16, 32, 64]),
                entropy=trial.suggest_float("entropy", 1e-4, 0.05, log=True),
                gamma=trial.suggest_float("gamma", 0.9, 0.999))
    _, top = fit(hp, 3000, trial)
    return top


if __name__ == "__main__":
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner(n_warmup_steps=750))
    study.optimize(objective, n_trials=40)
    print(study.best_params)
    net, top = fit(Params(**study.best_params), 12000)
    print("final", score(net, ShelfPicker(), 500), "best during training", top)
    torch.save(net.state_dict(), "picker.pt")
