import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.tensorboard import SummaryWriter

from walker import N_ACT, N_PROPRIO, N_SCAN, StairWalker


class Teacher(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(N_PROPRIO + N_SCAN, 128), nn.ELU(), nn.Linear(128, 64), nn.ELU(), nn.Linear(64, N_ACT))

    def forward(self, proprio, scan):
        return self.net(torch.cat([proprio, scan], -1))


class Student(nn.Module):
    def __init__(self, size=128):
        super().__init__()
        self.size = size
        self.gru = nn.GRU(N_PROPRIO, size)
        self.head = nn.Sequential(nn.Linear(size, 64), nn.ELU(), nn.Linear(64, N_ACT))

    def forward(self, proprio, belief):
        y, belief = self.gru(proprio.unsqueeze(0), belief)
        return self.head(y.squeeze(0)), belief

    def replay(self, proprio, belief, done):
        out = []
        for p, d in zip(proprio, done):
            a, belief = self(p, belief)
            out.append(a)
            belief = belief * (~d).view(1, -1, 1)
        return torch.stack(out)


class Distillation:
    """DAgger: a copy of the student on the simulation device walks, the teacher says what it would have done,
    the student on the training device learns it. The copy is brought up to date every `sync_every` updates."""

    def __init__(self, args):
        self.args = args
        self.sim, self.dev = torch.device(args.sim_device), torch.device(args.train_device)
        self.env = StairWalker(args.walkers, self.sim)
        self.teacher = Teacher().to(self.sim).eval()
        self.teacher.load_state_dict(torch.load(args.teacher, map_location=self.sim))
        self.student = Student().to(self.dev)
        self.walking = Student().to(self.sim).eval()
        self.walking.load_state_dict(self.student.state_dict())
        self.belief = torch.zeros(1, args.walkers, self.walking.size, device=self.sim)
        self.opt = torch.optim.Adam(self.student.parameters(), lr=args.lr)
        self.sched = torch.optim.lr_scheduler.CosineAnnealingLR(self.opt, args.updates)

    @torch.no_grad()
    def walk(self, beta):
        first = self.belief
        seen, wanted, ends, progress = [], [], [], 0.0
        for _ in range(self.args.horizon):
            p = self.env.proprio()
            want = self.teacher(p, self.env.scan())
            mine, self.belief = self.walking(p, self.belief)
            lead = torch.rand(self.args.walkers, 1, device=self.sim) < beta
            done, x = self.env.step(torch.where(lead, want, mine))
            self.belief = self.belief * (~done).view(1, -1, 1)
            seen.append(p)
            wanted.append(want)
            ends.append(done)
            progress += x.item()
        return first, torch.stack(seen), torch.stack(wanted), torch.stack(ends), progress / self.args.horizon

    def fit(self, first, seen, wanted, ends):
        first, seen, wanted, ends = (t.to(self.dev) for t in (first, seen, wanted, ends))
        total = 0.0
        for cols in torch.randperm(seen.shape[1], device=self.dev).chunk(self.args.minibatches):
            guess = self.student.replay(seen[:, cols], first[:, cols].contiguous(), ends[:, cols])
            loss = F.mse_loss(guess, wanted[:, cols])
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
            self.opt.step()
            total += loss.item()
        self.sched.step()
        return total / self.args.minibatches

    def run(self):
        log = SummaryWriter(self.args.log)
        for u in range(self.args.updates):
            beta = max(0.0, 1.0 - u / self.args.beta_updates)
            *data, progress = self.walk(beta)
            loss = self.fit(*data)
            if u % self.args.sync_every == 0:
                self.walking.load_state_dict(self.student.state_dict())
            log.add_scalar("loss", loss, u)
            log.add_scalar("progress", progress, u)
            if u % 100 == 0:
                print(f"{u:6d} beta {beta:.2f} loss {loss:.5f} progress {progress:.2f}")
        torch.save(self.student.state_dict(), self.args.out)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--teacher", default="teacher.pt")
    p.add_argument("--walkers", type=int, default=1024)
    p.add_argument("--horizon", type=int, default=24)
    p.add_argument("--minibatches", type=int, default=4)
    p.add_argument("--updates", type=int, default=20000)
    p.add_argument("--beta_updates", type=int, default=2000)
    p.add_argument("--sync_every", type=int, default=5)
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--sim_device", default="cuda:0")
    p.add_argument("--train_device", default="cuda:1")
    p.add_argument("--log", default="tb/walker")
    p.add_argument("--out", default="student.pt")
    Distillation(p.parse_args()).run()
