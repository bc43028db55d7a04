import torch


class Harbour:
    """Batched tug docking in a cross current that is not observed."""

    obs_dim = 5
    act_dim = 2

    def __init__(self, n: int, horizon: int = 250):
        self.n, self.horizon = n, horizon
        self.s = torch.zeros(n, 5)
        self.flow = torch.zeros(n)
        self.t = torch.zeros(n, dtype=torch.long)

    def reset(self) -> torch.Tensor:
        self._restart(torch.ones(self.n, dtype=torch.bool))
        return self.s.clone()

    def _restart(self, who: torch.Tensor) -> None:
        k = int(who.sum())
        fresh = torch.randn(k, 5) * torch.tensor([2.0, 2.0, 0.1, 0.1, 0.3])
        fresh[:, 0] += 8.0
        self.s[who] = fresh
        self.flow[who] = torch.rand(k) - 0.5
        self.t[who] = 0

    def step(self, act: torch.Tensor):
        act = act.clamp(-1, 1)
        x, y, vx, vy, psi = self.s.unbind(-1)
        psi = psi + 0.1 * act[:, 1]
        vx = 0.97 * vx - 0.05 * act[:, 0] * psi.cos()
        vy = 0.97 * vy - 0.05 * act[:, 0] * psi.sin() + 0.02 * self.flow
        x, y = x + 0.2 * vx, y + 0.2 * vy
        self.s = torch.stack([x, y, vx, vy, psi], -1)
        self.t += 1
        dist = (x.square() + y.square()).sqrt()
        docked = (dist < 0.4) & (vx.abs() < 0.3)
        lost = dist > 20
        reward = -0.01 * dist + 5.0 * docked.float() - 5.0 * lost.float()
        done = docked | lost | (self.t >= self.horizon)
        if done.any():
            self._restart(done)
        return self.s.clone(), reward, done
