"""One recurrent student learns from three privileged experts, one for each world. The worlds take turns."""
from pathlib import Path

import hydra
import numpy as np
import torch
import torch.nn as nn
from omegaconf import DictConfig
from safetensors.torch import load_file, save_file

from gates import N_CMD, N_SEEN, N_TRUTH, WORLDS, GateRace


def expert_net():
    return nn.Sequential(nn.Linear(N_TRUTH, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, N_CMD), nn.Tanh())


class Student(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.embed = nn.Linear(N_SEEN, width)
        self.lstm = nn.LSTMCell(width, width)
        self.command = nn.Linear(width, N_CMD)

    def forward(self, seen, hc):
        h, c = self.lstm(torch.relu(self.embed(seen)), hc)
        return torch.tanh(self.command(h)), (h, c)


class School:
    def __init__(self, cfg: DictConfig):
        self.cfg = cfg
        self.dev = torch.device(cfg.device)
        self.rng = np.random.default_rng(cfg.seed)
        self.race = GateRace(cfg.drones, self.rng)
        self.student = Student(cfg.width).to(self.dev)
        if cfg.warm_start:
            self.student.load_state_dict(load_file(cfg.warm_start))
        self.expert = expert_net().to(self.dev).requires_grad_(False).eval()
        self.expert_name = None
        self.opt = torch.optim.AdamW(self.student.parameters(), lr=cfg.lr)
        self.hc = tuple(torch.zeros(cfg.drones, cfg.width, device=self.dev) for _ in range(2))

    def tensor(self, x):
        return torch.from_numpy(np.asarray(x)).to(self.dev)

    def call_in(self, world):
        self.race.world = world
        self.expert.load_state_dict(load_file(Path(self.cfg.experts) / f"{world}.safetensors"))
        self.expert_name = world

    def lesson(self, beta):
        loss, gates = torch.zeros((), device=self.dev), 0
        for _ in range(self.cfg.bptt):
            cmd, (h, c) = self.student(self.tensor(self.race.seen()), self.hc)
            good = self.expert(self.tensor(self.race.truth()))
            loss = loss + (cmd - good).square().mean()
            take = self.tensor(self.rng.random((self.cfg.drones, 1)) < beta)
            through, over = self.race.fly(torch.where(take, good, cmd).detach().cpu().numpy())
            alive = self.tensor(~over).unsqueeze(1)
            self.hc = (h * alive, c * alive)
            gates += int(through.sum())
        self.opt.zero_grad()
        (loss / self.cfg.bptt).backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.opt.step()
        self.hc = tuple(s.detach() for s in self.hc)
        return loss.item() / self.cfg.bptt, gates

    @torch.no_grad()
    def exam(self):
        marks = {}
        for world in WORLDS:
            race = GateRace(64, np.random.default_rng(1))
            race.world = world
            race.begin(np.ones(64, bool))
            hc = tuple(torch.zeros(64, self.cfg.width, device=self.dev) for _ in range(2))
            n = 0
            for _ in range(250):
                cmd, hc = self.student(self.tensor(race.seen()), hc)
                through, over = race.fly(cmd.cpu().numpy())
                n += int(through.sum())
                alive = self.tensor(~over).unsqueeze(1)
                hc = tuple(s * alive for s in hc)
            marks[world] = n / 64
        return marks


@hydra.main(config_path=None, config_name=None, version_base=None)
def main(cfg: DictConfig):
    defaults = dict(device="cpu", seed=0, drones=256, width=96, lr=5e-4, bptt=20, lessons=30_000, turn=40,
                    beta_end=5_000, experts="experts", warm_start=None, out="student.safetensors")
    cfg = DictConfig({**defaults, **cfg})
    torch.manual_seed(cfg.seed)
    school = School(cfg)
    for n in range(cfg.lessons):
        if n % cfg.turn == 0:
            school.call_in(WORLDS[(n // cfg.turn) % len(WORLDS)])
        loss, gates = school.lesson(beta=max(0.0, 1 - n / cfg.beta_end))
        if n % 500 == 0:
            print(n, school.expert_name, f"{loss:.4f}", gates, school.exam())
    save_file(school.student.state_dict(), cfg.out)


if __name__ == "__main__":
    main()
