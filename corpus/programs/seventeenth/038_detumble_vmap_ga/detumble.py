import argparse
import copy

import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

INERTIA = torch.tensor([0.9, 1.1, 0.6])


class Pilot(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.cell = nn.GRUCell(3, hidden)
        self.torque = nn.Linear(hidden, 3)

    def forward(self, gyro, h):
        h = self.cell(gyro, h)
        return 0.05 * torch.tanh(self.torque(h)), h


class Tumble:
    """Batch of tumbling cubesats, shape (population, copies)."""

    def __init__(self, pop, copies, limit=600):
        self.shape, self.limit = (pop, copies), limit
        self.w = torch.zeros(pop, copies, 3)
        self.t = torch.zeros(pop, copies, dtype=torch.long)
        self.start(torch.ones(pop, copies, dtype=torch.bool))

    def start(self, mask):
        n = int(mask.sum())
        self.w[mask] = 0.3 * torch.randn(n, 3)
        self.t[mask] = torch.randint(0, 50, (n,))

    def gyro(self):
        return self.w + 0.005 * torch.randn_like(self.w)

    def step(self, torque):
        gyro_term = torch.linalg.cross(self.w, INERTIA * self.w)
        self.w = self.w + 0.1 * (torque - gyro_term) / INERTIA
        self.t += 1
        rate = self.w.norm(dim=-1)
        done = (rate < 0.01) | (rate > 2.0) | (self.t >= self.limit)
        reward = -rate - 2.0 * torque.norm(dim=-1)
        self.start(done)
        return reward, done


def evolve(args):
    template = Pilot()
    stacked, _ = stack_module_state([Pilot() for _ in range(args.pop)])
    params = {k: p.detach() for k, p in stacked.items()}
    base = copy.deepcopy(template).to("meta")
    act = vmap(lambda p, x, h: functional_call(base, p, (x, h)))
    world = Tumble(args.pop, args.copies)
    h = torch.zeros(args.pop, args.copies, 32)
    fitness = torch.zeros(args.pop)

    for step in range(1, args.steps + 1):
        torque, h = act(params, world.gyro(), h)
        reward, done = world.step(torque)
        h = h * (~done).unsqueeze(-1)
        fitness = 0.998 * fitness + 0.002 * reward.mean(-1)

        if step % args.every == 0:
            rank = fitness.argsort(descending=True)
            n = args.pop // 5
            top, low = rank[:n], rank[-n:]
            for p in params.values():
                p[low] = p[top] + args.noise * torch.randn_like(p[top])
            h[low] = 0.0
            fitness[low] = fitness[top]
            print(f"{step:7d}  top {fitness[rank[0]]:.4f}  mean {fitness.mean():.4f}")

    champion = {k: p[fitness.argmax()].clone() for k, p in params.items()}
    template.load_state_dict(champion)
    return template


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--pop", type=int, default=100)
    ap.add_argument("--copies", type=int, default=16)
    ap.add_argument("--steps", type=int, default=200_000)
    ap.add_argument("--every", type=int, default=1000)
    ap.add_argument("--noise", type=float, default=0.02)
    with torch.no_grad():
        pilot = evolve(ap.parse_args())
    torch.save(pilot.state_dict(), "detumble.pt")
