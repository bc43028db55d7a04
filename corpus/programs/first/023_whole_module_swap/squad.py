"""Team of two agents in PettingZoo. Each agent object wraps an nn.Module stored with torch.save(net)."""
import itertools
import pathlib
import random

import torch
from pettingzoo.mpe import simple_speaker_listener_v4
from torch import nn


class Comm(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.g = nn.GRU(i, 48, batch_first=True)
        self.o = nn.Linear(48, o)

    def forward(self, x, h=None):
        y, h = self.g(x, h)
        return self.o(y[:, -1]), h


class Agent:
    def __init__(self, name, i, o):
        self.name = name
        self.actor = Comm(i, o)
        self.h = None
        self.kind = "init"

    def act(self, ob, greedy=False):
        x = torch.from_numpy(ob).float().view(1, 1, -1)
        with torch.no_grad():
            logits, self.h = self.actor(x, self.h)
        if greedy:
            return int(logits.argmax())
        return int(torch.distributions.Categorical(logits=logits).sample())

    def wipe(self):
        self.h = None


ZOO = pathlib.Path("zoo")


def candidates(name):
    return list((ZOO / name).glob("*.pth"))


def crossplay(n_episodes=500, max_cycles=100, mix=0.02):
    env = simple_speaker_listener_v4.parallel_env(max_cycles=max_cycles)
    obs, _ = env.reset(seed=1)
    team = {a: Agent(a, env.observation_space(a).shape[0], env.action_space(a).n) for a in env.agents}
    scores = {}
    for ep in range(n_episodes):
        obs, _ = env.reset()
        for ag in team.values():
            ag.wipe()
        ep_r = 0.0
        for t in itertools.count():
            # robustness test: the partner may be replaced at any time
            if random.random() < mix:
                who = random.choice(list(team))
                f = random.choice(candidates(who))
                team[who].actor = torch.load(f, weights_only=False)
                team[who].kind = f.stem
            acts = {a: team[a].act(obs[a]) for a in env.agents}
            obs, rew, term, trunc, _ = env.step(acts)
            ep_r += sum(rew.values())
            if not env.agents:
                break
        key = tuple(ag.kind for ag in team.values())
        scores.setdefault(key, []).append(ep_r)
    return scores


if __name__ == "__main__":
    for k, v in crossplay().items():
        print(k, sum(v) / len(v))
