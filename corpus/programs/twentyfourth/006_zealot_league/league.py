import os
import random
from typing import Dict

import torch
import torch.nn as nn
import torch.nn.functional as F

from battlefield import Battlefield

CFG: Dict = dict(dir="league", hidden=64, swap_prob=0.004, episodes=20000, snapshot=400, lr=1e-3, gamma=0.99)


class Commander(nn.Module):
    def __init__(self, obs=13, acts=4, hidden=64):
        super().__init__()
        self.cell = nn.LSTMCell(obs, hidden)
        self.out = nn.Linear(hidden, acts)
        self.hidden = hidden

    def fresh(self):
        return {"h": torch.zeros(1, self.hidden), "c": torch.zeros(1, self.hidden)}

    def forward(self, obs, mem):
        h, c = self.cell(torch.as_tensor(obs)[None], (mem["h"], mem["c"]))
        return F.log_softmax(self.out(h), -1)[0], {"h": h, "c": c}


class Rival:
    def __init__(self, cfg):
        self.dir = cfg["dir"]
        self.brain = Commander(hidden=cfg["hidden"])
        self.forget()

    def forget(self):
        self.mem = self.brain.fresh()

    def become(self, fname):
        weights = torch.load(os.path.join(self.dir, fname), weights_only=True)
        self.brain.load_state_dict(weights)
        self.forget()

    def become_someone(self):
        roster = os.listdir(self.dir)
        if roster:
            self.become(random.choice(roster))

    def __call__(self, frame):
        with torch.no_grad():
            logp, self.mem = self.brain(frame, self.mem)
        return torch.multinomial(logp.exp(), 1).item()


def battle(field, me, rival, cfg):
    frame, rival_frame = field.reset()
    mem = me.fresh()
    rival.forget()
    history, over = [], False
    while not over:
        if random.random() < cfg["swap_prob"]:
            rival.become_someone()
        logp, mem = me(frame, mem)
        a = torch.multinomial(logp.exp().detach(), 1).item()
        frame, rival_frame, r, over = field.step((a, rival(rival_frame)))
        history.append((logp[a], r))
    return history


def improve(opt, history, baseline, gamma):
    g, loss = 0.0, 0.0
    for logp, r in reversed(history):
        g = r + gamma * g
        loss = loss - logp * (g - baseline)
    opt.zero_grad()
    (loss / len(history)).backward()
    opt.step()
    return g


if __name__ == "__main__":
    os.makedirs(CFG["dir"], exist_ok=True)
    field, me, rival = Battlefield(), Commander(hidden=CFG["hidden"]), Rival(CFG)
    opt = torch.optim.Adam(me.parameters(), lr=CFG["lr"])
    baseline = 0.0
    for ep in range(CFG["episodes"]):
        g = improve(opt, battle(field, me, rival, CFG), baseline, CFG["gamma"])
        baseline += 0.02 * (g - baseline)
        if ep % CFG["snapshot"] == 0:
            torch.save(me.state_dict(), os.path.join(CFG["dir"], f"{ep}.pth"))
            print(ep, round(baseline, 3))
