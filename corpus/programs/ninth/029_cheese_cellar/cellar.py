import torch


class Cellar:
    """Batch of ripening rooms. Controls: humidifier, chiller, vent (each -1..1)."""

    obs_dim, act_dim = 5, 3

    def __init__(self, rooms: int, season_len: int = 150):
        self.rooms, self.season_len = rooms, season_len
        self.state = torch.zeros(rooms, 4)  # temp, humidity, rind, ammonia
        self.day = torch.zeros(rooms)
        self.reset()

    def reset(self, idx=None):
        idx = torch.ones(self.rooms, dtype=torch.bool) if idx is None else idx
        n = int(idx.sum())
        fresh = torch.rand(n, 4) * 0.2
        fresh[:, 0] += 0.9
        fresh[:, 1] += 0.6
        self.state[idx] = fresh
        self.day[idx] = torch.randint(0, 20, (n,)).float()

    def obs(self):
        temp, hum = self.state[:, 0], self.state[:, 1]
        smell = (self.state[:, 3] > 0.5).float()
        return torch.stack([temp, hum + 0.02 * torch.randn(self.rooms), smell, self.day / self.season_len,
                            torch.ones(self.rooms)], 1)

    def step(self, u):
        u = u.clamp(-1, 1)
        s = self.state
        temp = s[:, 0] + 0.05 * (0.5 - u[:, 1]) - 0.02 * (s[:, 0] - 0.8)
        hum = (s[:, 1] + 0.06 * u[:, 0] - 0.04 * u[:, 2]).clamp(0, 1)
        rind = s[:, 2] + 0.01 * hum * temp
        nh3 = (s[:, 3] + 0.02 * rind - 0.05 * (u[:, 2] + 1)).clamp(min=0)
        self.state = torch.stack([temp, hum, rind, nh3], 1)
        self.day += 1
        reward = -(temp - 0.8).abs() - (hum - 0.9).abs() - 0.3 * nh3
        done = self.day >= self.season_len
        if done.any():
            self.reset(done)
        return reward, done
