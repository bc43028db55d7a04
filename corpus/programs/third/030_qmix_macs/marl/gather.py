import torch


class Gather:
    """Agents must meet on one of four corners; only one of them sees which."""

    def __init__(self, n_agents=3, limit=25):
        self.n, self.limit = n_agents, limit
        self.moves = torch.tensor([[0, 0], [0, 1], [1, 0], [0, -1], [-1, 0]])

    def _out(self):
        hint = torch.zeros(self.n, 4)
        if self.t < 3:
            hint[0, self.goal] = 1
        obs = torch.cat([self.pos.float() / 6, hint], -1)
        return obs, obs.flatten()

    def reset(self):
        self.t = 0
        self.goal = int(torch.randint(4, ()))
        self.pos = torch.randint(2, 5, (self.n, 2))
        return self._out()

    def step(self, a):
        self.pos = (self.pos + self.moves[a]).clamp(0, 6)
        self.t += 1
        corner = torch.tensor([[0, 0], [0, 6], [6, 0], [6, 6]][self.goal])
        r = float((self.pos == corner).all(-1).float().mean()) / self.limit
        obs, state = self._out()
        return obs, state, r, self.t >= self.limit
