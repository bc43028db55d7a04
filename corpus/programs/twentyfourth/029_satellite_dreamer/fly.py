"""Closed-loop attitude control with Dreamer agents, one checkpoint per flight phase."""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

CKPTS = {"detumble": "detumble.pt", "slew": "slew.pt", "hold": "hold.pt"}


class RSSM(nn.Module):
    def __init__(self, embed, act, deter=128, stoch=16):
        super().__init__()
        self.deter, self.stoch, self.act = deter, stoch, act
        self.pre = nn.Linear(stoch + act, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.post = nn.Sequential(nn.Linear(deter + embed, deter), nn.ELU(), nn.Linear(deter, 2 * stoch))

    def initial(self, batch):
        return {"deter": torch.zeros(batch, self.deter), "stoch": torch.zeros(batch, self.stoch)}

    def observe(self, prev, prev_action, embed):
        x = F.elu(self.pre(torch.cat([prev["stoch"], prev_action], -1)))
        deter = self.cell(x, prev["deter"])
        mean, std = self.post(torch.cat([deter, embed], -1)).chunk(2, -1)
        stoch = mean + (F.softplus(std) + 0.1) * torch.randn_like(mean)
        return {"deter": deter, "stoch": stoch}


class Dreamer(nn.Module):
    def __init__(self, obs_dim=7, act_dim=3):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(obs_dim, 64), nn.ELU(), nn.Linear(64, 64))
        self.rssm = RSSM(64, act_dim)
        self.actor = nn.Sequential(nn.Linear(128 + 16, 64), nn.ELU(), nn.Linear(64, act_dim))

    @torch.no_grad()
    def policy(self, obs, latent, action):
        latent = self.rssm.observe(latent, action, self.encoder(obs))
        feat = torch.cat([latent["deter"], latent["stoch"]], -1)
        return torch.tanh(self.actor(feat)), latent


class RigidBody:
    def __init__(self, rng, dt=0.2):
        self.J = np.diag([0.9, 1.1, 0.7])
        self.w = rng.normal(0, 0.3, 3)
        self.q = np.array([1.0, 0, 0, 0])
        self.dt = dt

    def step(self, torque):
        dw = np.linalg.solve(self.J, torque - np.cross(self.w, self.J @ self.w))
        self.w = self.w + self.dt * dw
        wx, wy, wz = self.w
        omega = np.array([[0, -wx, -wy, -wz], [wx, 0, wz, -wy], [wy, -wz, 0, wx], [wz, wy, -wx, 0]])
        self.q = self.q + 0.5 * self.dt * omega @ self.q
        self.q /= np.linalg.norm(self.q)
        return self.observe()

    def observe(self):
        return torch.tensor(np.concatenate([self.q, self.w]), dtype=torch.float32).unsqueeze(0)

    def error(self):
        return 2 * np.arccos(min(1.0, abs(self.q[0])))


def phase_of(body):
    if np.linalg.norm(body.w) > 0.15:
        return "detumble"
    return "slew" if body.error() > 0.05 else "hold"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("ckpt_dir", type=Path)
    ap.add_argument("--steps", type=int, default=20000)
    ap.add_argument("--max-torque", type=float, default=0.02)
    ap.add_argument("--seed", type=int, default=3)
    args = ap.parse_args()

    body = RigidBody(np.random.default_rng(args.seed))
    agent = Dreamer().eval()
    phase = phase_of(body)
    agent.load_state_dict(torch.load(args.ckpt_dir / CKPTS[phase])["agent"])

    obs = body.observe()
    latent = agent.rssm.initial(1)
    action = torch.zeros(1, 3)
    history = []
    for t in range(args.steps):
        wanted = phase_of(body)
        if wanted != phase:
            print(f"t={t} {phase} -> {wanted}")
            ckpt = torch.load(args.ckpt_dir / CKPTS[wanted])
            agent.load_state_dict(ckpt["agent"])
            phase = wanted
        action, latent = agent.policy(obs, latent, action)
        obs = body.step(args.max_torque * action[0].numpy())
        history.append({"t": t, "phase": phase, "err": float(body.error())})

    Path("flight.json").write_text(json.dumps(history))


if __name__ == "__main__":
    main()
