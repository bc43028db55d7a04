import torch

MOVES = torch.tensor([[0, 0], [0, 1], [1, 0], [0, -1], [-1, 0]])


class TagGrid:
    """Chaser against runner on a torus in S x E copies; each only sees the other within three cells."""

    n_obs, n_act, side = 7, 5, 12

    def __init__(self, slots, per_slot, horizon=120):
        self.shape, self.horizon = (slots, per_slot), horizon
        self.chaser = torch.randint(0, self.side, (*self.shape, 2))
        self.runner = torch.randint(0, self.side, (*self.shape, 2))
        self.clock = torch.zeros(self.shape, dtype=torch.long)

    def obs(self, of_chaser):
        me, you = (self.chaser, self.runner) if of_chaser else (self.runner, self.chaser)
        half = self.side // 2
        gap = (you - me + half) % self.side - half
        near = (gap.abs().amax(-1, keepdim=True) <= 3).float()
        left = (self.clock / self.horizon).unsqueeze(-1)
        role = torch.full_like(left, float(of_chaser))
        return torch.cat((gap * near / 3, near, me / self.side, left, role), -1)

    def step(self, a_chaser, a_runner):
        self.chaser = (self.chaser + MOVES[a_chaser]) % self.side
        slow = torch.rand(self.shape).unsqueeze(-1) < 0.15
        self.runner = torch.where(slow, self.runner, (self.runner + MOVES[a_runner]) % self.side)
        self.clock += 1
        caught = (self.chaser == self.runner).all(-1)
        done = caught | (self.clock >= self.horizon)
        reward = caught.float() - 0.005
        again = torch.randint(0, self.side, (2, *self.shape, 2))
        self.chaser = torch.where(done.unsqueeze(-1), again[0], self.chaser)
        self.runner = torch.where(done.unsqueeze(-1), again[1], self.runner)
        self.clock[done] = 0
        return reward, done, caught
