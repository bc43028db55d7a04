import torch


class Planner:
    def __init__(self, model, horizon=12, pool=256, elite=24, rounds=5):
        self.model = model
        self.horizon, self.pool, self.elite, self.rounds = horizon, pool, elite, rounds
        self.start()

    def start(self):
        self.belief = self.model.initial(1)
        self.last = torch.zeros(1, 1)

    @torch.no_grad()
    def act(self, obs, noise=0.0):
        self.belief, _, _ = self.model.observe(self.belief, self.last, obs.unsqueeze(0))
        mean, std = torch.zeros(self.horizon, 1), torch.ones(self.horizon, 1)
        for _ in range(self.rounds):
            plans = (mean + std * torch.randn(self.pool, self.horizon, 1)).clamp(-1, 1)
            b, value = tuple(x.expand(self.pool, -1) for x in self.belief), torch.zeros(self.pool)
            for t in range(self.horizon):
                b, _ = self.model.imagine(b, plans[:, t])
                value = value + self.model.reward(b)
            top = plans[value.topk(self.elite).indices]
            mean, std = top.mean(0), top.std(0) + 1e-3
        self.last = (mean[:1] + noise * torch.randn(1, 1)).clamp(-1, 1)
        return self.last.item()
