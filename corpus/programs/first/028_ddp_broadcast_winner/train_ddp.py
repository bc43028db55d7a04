"""torchrun --nproc_per_node=8 train_ddp.py
Every rank trains its own member (no gradient averaging); every K iterations the best rank's net is
broadcast to the bottom half."""
import os
from dataclasses import asdict, dataclass

import torch
import torch.distributed as dist
import torch.nn as nn
import wandb

from procgen_lite import VecEnv


@dataclass
class Cfg:
    env: str = "maze_hard"
    n_envs: int = 64
    T: int = 64
    lr: float = 5e-4
    K: int = 200
    total: int = 100_000
    hidden: int = 256


class Model(nn.Module):
    def __init__(self, n_act, hid):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 16, 8, 4), nn.ReLU(), nn.Conv2d(16, 32, 4, 2), nn.ReLU(), nn.Flatten())
        self.fc = nn.LazyLinear(hid)
        self.rnn = nn.GRUCell(hid, hid)
        self.pi, self.v = nn.Linear(hid, n_act), nn.Linear(hid, 1)

    def forward(self, x, h, notdone):
        z = torch.relu(self.fc(self.cnn(x)))
        h = self.rnn(z, h * notdone)
        return self.pi(h), self.v(h).squeeze(-1), h


def share_best(model, fitness, device):
    world = dist.get_world_size()
    all_fit = [torch.zeros(1, device=device) for _ in range(world)]
    dist.all_gather(all_fit, torch.tensor([fitness], device=device))
    fits = torch.cat(all_fit)
    src = int(fits.argmax())
    box = [model.state_dict() if dist.get_rank() == src else None]
    dist.broadcast_object_list(box, src=src)
    if fits[dist.get_rank()] < fits.median():
        model.load_state_dict(box[0])
        return True
    return False


def main():
    cfg = Cfg()
    dist.init_process_group("nccl")
    rank = int(os.environ["LOCAL_RANK"])
    device = f"cuda:{rank}"
    torch.cuda.set_device(rank)
    torch.manual_seed(rank)
    if rank == 0:
        wandb.init(project="ddp-pbt", config=asdict(cfg))

    env = VecEnv(cfg.env, cfg.n_envs, seed=rank, device=device)
    raw = Model(env.n_act, cfg.hidden).to(device)
    net = torch.compile(raw)
    opt = torch.optim.AdamW(raw.parameters(), lr=cfg.lr)
    obs = env.reset()
    h = torch.zeros(cfg.n_envs, cfg.hidden, device=device)
    nd = torch.ones(cfg.n_envs, 1, device=device)
    fitness = 0.0
    for it in range(cfg.total):
        lps, vs, rs, nds = [], [], [], []
        h = h.detach()
        for _ in range(cfg.T):
            logits, v, h = net(obs, h, nd)
            d = torch.distributions.Categorical(logits=logits)
            a = d.sample()
            obs, r, done = env.step(a)
            nd = (~done).float().unsqueeze(-1)
            lps.append(d.log_prob(a)); vs.append(v); rs.append(r); nds.append(nd.squeeze(-1))
        R = vs[-1].detach()
        loss = 0
        for lp, v, r, m in zip(lps[::-1], vs[::-1], rs[::-1], nds[::-1]):
            R = r + 0.99 * R * m
            loss = loss + (-(R - v).detach() * lp + 0.5 * (R - v) ** 2).mean()
        opt.zero_grad(set_to_none=True)
        (loss / cfg.T).backward()
        opt.step()
        fitness = 0.95 * fitness + 0.05 * torch.stack(rs).sum(0).mean().item()
        if it % cfg.K == cfg.K - 1:
            if share_best(raw, fitness, device):
                opt = torch.optim.AdamW(raw.parameters(), lr=cfg.lr)
        if rank == 0 and it % 50 == 0:
            wandb.log({"fitness": fitness, "loss": float(loss)}, step=it)
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
