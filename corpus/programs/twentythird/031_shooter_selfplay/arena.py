import torch


class DuelArena:
    """Batch of 1v1 top-down shooter duels. Player 0 is the learner, player 1 the opponent."""

    N_ACT = 6  # stay, left, right, up, down, fire

    def __init__(self, n, device="cpu", max_t=600):
        self.n, self.device, self.max_t = n, device, max_t
        self.moves = torch.tensor([[0., 0.], [-1., 0.], [1., 0.], [0., 1.], [0., -1.], [0., 0.]], device=device) * 0.05
        self.pos = torch.zeros(n, 2, 2, device=device)
        self.hp = torch.zeros(n, 2, device=device)
        self.t = torch.zeros(n, dtype=torch.long, device=device)

    def _spawn(self, mask):
        k = int(mask.sum())
        self.pos[mask] = torch.rand(k, 2, 2, device=self.device) * 2 - 1
        self.hp[mask] = 3.0
        self.t[mask] = 0

    def reset(self):
        self._spawn(torch.ones(self.n, dtype=torch.bool, device=self.device))
        return self.view(0), self.view(1)

    def view(self, me):
        other = 1 - me
        return torch.cat([self.pos[:, me], self.pos[:, other] - self.pos[:, me],
                          self.hp[:, [me]] / 3, self.hp[:, [other]] / 3], dim=1)

    def step(self, a0, a1):
        for p, a in ((0, a0), (1, a1)):
            self.pos[:, p] = (self.pos[:, p] + self.moves[a]).clamp(-1, 1)
        aligned = (self.pos[:, 0, 0] - self.pos[:, 1, 0]).abs() < 0.1
        hit1 = (aligned & (a0 == 5)).float()
        hit0 = (aligned & (a1 == 5)).float()
        self.hp[:, 1] -= hit1
        self.hp[:, 0] -= hit0
        self.t += 1
        reward = hit1 - hit0
        done = (self.hp <= 0).any(1) | (self.t >= self.max_t)
        win = (self.hp[:, 0] > self.hp[:, 1]) & done
        self._spawn(done)
        return self.view(0), self.view(1), reward, done, win
