import copy
import random

import torch

from model import ACT, Actor, WorldModel
from pond import Pond

CYCLES, SEQ, BATCH, HORIZON = 600, 30, 32, 10


class Agent:
    def __init__(self):
        self.wm, self.actor = WorldModel(), Actor()
        self.wm_opt = torch.optim.Adam(self.wm.parameters(), lr=6e-4)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), lr=1e-4)
        self.reset()

    def reset(self):
        self.hz = self.wm.start(1)
        self.a = torch.zeros(1, ACT)

    @torch.no_grad()
    def act(self, obs):
        self.hz, _, _ = self.wm.step(self.hz, self.a, torch.tensor([obs]))
        self.a = self.actor(self.hz).sample()
        return self.a.item()

    def train_model(self, batch):
        loss = self.wm.loss(*batch)
        self.wm_opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.wm.parameters(), 100.0)
        self.wm_opt.step()
        return loss.item()

    def train_actor(self, batch):
        obs, act, _ = batch
        with torch.no_grad():
            hz = self.wm.start(obs.shape[0])
            for t in range(SEQ):
                hz, _, _ = self.wm.step(hz, act[:, t], obs[:, t])
        gain = 0.0
        for k in range(HORIZON):
            hz, _, _ = self.wm.step(hz, self.actor(hz).rsample())
            gain = gain + 0.95 ** k * self.wm.reward(torch.cat(hz, -1)).mean()
        self.actor_opt.zero_grad()
        (-gain).backward()
        self.actor_opt.step()


def sample(cycles):
    rows = []
    for _ in range(BATCH):
        c = random.choice(cycles)
        i = random.randrange(len(c) - SEQ)
        rows.append(c[i:i + SEQ])
    obs = torch.tensor([[s[0] for s in r] for r in rows])
    act = torch.tensor([[[s[1]] for s in r] for r in rows])
    rew = torch.tensor([[s[2] for s in r] for r in rows])
    return obs, act, rew


def main():
    pond, agent, cycles = Pond(), Agent(), []
    best, best_loss = None, float("inf")
    for n in range(CYCLES):
        agent.reset()
        obs, done, last_a, last_r, income = pond.reset(), False, 0.0, 0.0, 0.0
        cycle = []
        while not done:
            cycle.append((obs, last_a, last_r))
            last_a = agent.act(obs)
            obs, last_r, done = pond.step(last_a)
            income += last_r
        cycles = (cycles + [cycle])[-200:]
        if len(cycles) < 5:
            continue
        losses = []
        for _ in range(20):
            batch = sample(cycles)
            losses.append(agent.train_model(batch))
            agent.train_actor(batch)
        mean = sum(losses) / len(losses)
        if mean < best_loss:
            best, best_loss = copy.deepcopy(agent.wm.state_dict()), mean
        elif mean > 3 * best_loss:
            print("model diverged, back to the best one")
            agent.wm.load_state_dict(best)
        print(f"cycle {n}: income {income:.1f} model loss {mean:.3f}")
    torch.save({"wm": agent.wm.state_dict(), "actor": agent.actor.state_dict()}, "seabream.pt")


if __name__ == "__main__":
    main()
