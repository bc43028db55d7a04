import torch


class Diner:
    """One lunch service: orders pop up at the pass, dishes need the grill and then the dresser."""

    obs_dim, n_actions = 6, 4

    def __init__(self, cooks: int = 2, length: int = 150):
        self.cooks, self.length = cooks, length

    def reset(self):
        self.t = 0
        self.orders, self.grill, self.done_meat = 2.0, 0.0, 0.0
        self.place = torch.zeros(self.cooks, dtype=torch.long)
        return self._obs()

    def _obs(self):
        rows = []
        for i in range(self.cooks):
            p = int(self.place[i])
            seen = (self.orders, self.grill, self.done_meat, 0.0)[p]
            rows.append([float(p == k) for k in range(4)] + [seen / 5, self.t / self.length])
        return torch.tensor(rows)

    def step(self, acts):
        reward = 0.0
        for i, a in enumerate(acts.tolist()):
            stays = a == int(self.place[i])
            self.place[i] = a
            if not stays:
                continue
            if a == 1 and self.grill < 4:
                self.grill += 1
            elif a == 2 and self.done_meat >= 1 and self.orders >= 1:
                self.done_meat -= 1
                self.orders -= 1
                reward += 1.0
        if self.grill >= 1 and torch.rand(()) < 0.3:
            self.grill -= 1
            self.done_meat += 1
        if torch.rand(()) < 0.2:
            self.orders += 1
        reward -= 0.02 * self.orders
        self.t += 1
        return self._obs(), reward, self.t >= self.length
