import torch


class AirHockeyTables:
    """n tables in parallel, puck and two mallets, both play seen from their own side."""

    def __init__(self, n, dt=0.05):
        self.n, self.dt = n, dt
        self.puck = torch.zeros(n, 2)
        self.vel = torch.zeros(n, 2)
        self.mallets = torch.zeros(n, 2, 2)
        self.time = torch.zeros(n)

    def reset(self):
        self._face_off(torch.ones(self.n, dtype=torch.bool))
        return self.view(0), self.view(1)

    def _face_off(self, mask):
        k = int(mask.sum())
        self.puck[mask] = 0.0
        self.vel[mask] = torch.randn(k, 2) * 0.8
        self.mallets[mask] = torch.tensor([[-0.8, 0.0], [0.8, 0.0]])
        self.time[mask] = 0

    def view(self, side):
        s = 1.0 if side == 0 else -1.0
        return torch.cat([s * self.puck, s * self.vel, s * self.mallets[:, side], s * self.mallets[:, 1 - side]], 1)

    def step(self, a0, a1):
        self.mallets[:, 0] = (self.mallets[:, 0] + 0.1 * a0.clamp(-1, 1)).clamp(-1, 1)
        self.mallets[:, 1] = (self.mallets[:, 1] - 0.1 * a1.clamp(-1, 1)).clamp(-1, 1)
        self.mallets[:, 0, 0].clamp_(max=-0.1)
        self.mallets[:, 1, 0].clamp_(min=0.1)
        for s in (0, 1):
            gap = self.puck - self.mallets[:, s]
            hit = gap.norm(dim=1) < 0.12
            self.vel[hit] = gap[hit] * 15
        self.puck = self.puck + self.dt * self.vel
        wall = self.puck[:, 1].abs() > 0.5
        self.vel[wall, 1] *= -1
        end = self.puck[:, 0].abs() > 1
        goal = end & (self.puck[:, 1].abs() < 0.2)
        self.vel[end, 0] *= -1
        self.puck = torch.stack([self.puck[:, 0].clamp(-1, 1), self.puck[:, 1].clamp(-0.5, 0.5)], 1)
        reward = torch.where(goal, self.puck[:, 0].sign(), torch.zeros(self.n))
        self.time += 1
        done = goal | (self.time > 400)
        if done.any():
            self._face_off(done)
        return self.view(0), self.view(1), reward, done
