import torch


class HarbourBattle:
    """n blue boats guard a harbour against n red boats, both sides move at once."""

    n_actions = 5
    limit = 500

    def __init__(self, n=4):
        self.n = n
        self.obs_dim = 4 * n + 1
        self.moves = torch.tensor([[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]], dtype=torch.float32)

    def reset(self):
        self.blue = torch.randn(self.n, 2)
        self.red = 10 + torch.randn(self.n, 2)
        self.t = 0
        return self._obs(self.blue, self.red), self._obs(self.red, self.blue)

    def _obs(self, own, other):
        rel = torch.cat([own[None] - own[:, None], other[None] - own[:, None]], dim=1)
        clock = torch.full((self.n, 1), self.t / self.limit)
        return torch.cat([rel.flatten(1) / 10, clock], dim=1)

    def step(self, blue_act, red_act):
        self.blue += 0.2 * self.moves[blue_act]
        self.red += 0.2 * self.moves[red_act]
        self.t += 1
        stopped = (torch.cdist(self.red, self.blue).min(1).values < 0.5)
        self.red[stopped] += 8.0
        inside = (self.red.norm(dim=1) < 1.0).any().item()
        reward = 0.1 * stopped.sum().item() - (5.0 if inside else 0.0)
        done = inside or self.t >= self.limit
        return self._obs(self.blue, self.red), self._obs(self.red, self.blue), reward, done
