"""Fleet racing by self-play: one learner, rivals out of the league, GRU tacticians."""
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from league import League
from regatta import Regatta  # pettingzoo parallel env, agents boat_0 ... boat_n


class Tactician(nn.Module):
    def __init__(self, obs_dim, n_act, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(obs_dim, hidden)
        self.pi = nn.Linear(hidden, n_act)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h):
        y, h = self.gru(x, h)
        return Categorical(logits=self.pi(y)), self.v(y).squeeze(-1), h


class Boat:
    def __init__(self, net):
        self.net = net
        self.h = None

    def reset(self):
        self.h = torch.zeros(1, 1, self.net.hidden)

    def load(self, weights):
        self.net.load_state_dict(weights)
        self.net.eval()

    def act(self, obs):
        x = torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1)
        dist, v, self.h = self.net(x, self.h)
        a = dist.sample()
        return a.item(), dist.log_prob(a).view(()), v.view(()), dist.entropy().view(())


def sail(env, boats):
    obs, _ = env.reset()
    for b in boats.values():
        b.reset()
    me = boats["boat_0"]
    steps = []
    while env.agents:
        acts = {}
        for name in env.agents:
            if name == "boat_0":
                acts[name], *rest = me.act(obs[name])
            else:
                with torch.no_grad():
                    acts[name] = boats[name].act(obs[name])[0]
        learner_in = "boat_0" in acts
        obs, rew, term, trunc, infos = env.step(acts)
        if learner_in:
            steps.append((*rest, float(rew["boat_0"])))
    return steps, env.ranking()


def update(net, opt, races, gamma=0.99):
    loss, n = 0.0, 0
    for steps in races:
        g = 0.0
        for logp, v, ent, r in reversed(steps):
            g = r + gamma * g
            adv = g - v
            loss = loss - logp * adv.detach() + 0.5 * adv ** 2 - 0.01 * ent
            n += 1
    opt.zero_grad()
    (loss / n).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()


def main(rounds=3000, races_per_round=6, admit_every=40, out=Path("out")):
    out.mkdir(exist_ok=True)
    env = Regatta(boats=4)
    dims = env.obs_dim, env.n_actions
    learner = Tactician(*dims)
    opt = torch.optim.Adam(learner.parameters(), lr=5e-4)
    boats = {"boat_0": Boat(learner)}
    for i in range(1, 4):
        boats[f"boat_{i}"] = Boat(Tactician(*dims))
    league = League()
    league.admit("seed", learner)

    for rnd in range(rounds):
        races, places = [], []
        for _ in range(races_per_round):
            rivals = {}
            for name, boat in boats.items():
                if name != "boat_0":
                    rivals[name] = league.draw()
                    boat.load(rivals[name].weights)
            steps, ranking = sail(env, boats)
            races.append(steps)
            places.append(ranking.index("boat_0") + 1)
            for name, entry in rivals.items():
                entry.races += 1
                entry.wins += ranking.index(name) < ranking.index("boat_0")
        update(learner, opt, races)
        if rnd % admit_every == admit_every - 1:
            league.admit(f"r{rnd}", learner)
            torch.save(learner.state_dict(), out / f"tactician_{rnd}.pt")
            print(rnd, "mean place", np.mean(places), "league", len(league.entries))


if __name__ == "__main__":
    main()
