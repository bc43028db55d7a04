import torch


class Courts:
    """N tennis courts simulated side by side, a court restarts by itself when the point is over."""

    def __init__(self, n, device="cpu"):
        self.n = n
        self.device = device
        self.ball = torch.zeros(n, 4, device=device)
        self.robot = torch.zeros(n, device=device)
        self.human = torch.zeros(n, device=device)
        self.t = torch.zeros(n, dtype=torch.long, device=device)
        self._serve(torch.ones(n, dtype=torch.bool, device=device))

    def _serve(self, mask):
        k = int(mask.sum())
        self.ball[mask] = torch.cat(
            [torch.zeros(k, 2), torch.randn(k, 1) * 0.2, torch.where(torch.rand(k, 1) < 0.5, -1.0, 1.0) * 0.3], dim=1
        ).to(self.device)
        self.robot[mask] = 0.0
        self.human[mask] = 0.0
        self.t[mask] = 0

    def observe(self):
        near = torch.cat([self.ball[:, :2], self.robot[:, None]], dim=1)
        far = torch.cat([-self.ball[:, :2], self.human[:, None]], dim=1)
        return near, far

    def step(self, a_robot, a_human):
        self.t += 1
        self.robot = (self.robot + (a_robot.float() - 1.0) * 0.15).clamp(-1, 1)
        self.human = (self.human + (a_human.float() - 1.0) * 0.15).clamp(-1, 1)
        self.ball[:, :2] += self.ball[:, 2:]
        low = self.ball[:, 1] <= -1
        high = self.ball[:, 1] >= 1
        got_robot = low & ((self.ball[:, 0] - self.robot).abs() < 0.25)
        got_human = high & ((-self.ball[:, 0] - self.human).abs() < 0.25)
        flip = got_robot | got_human
        self.ball[flip, 3] *= -1.05
        reward = torch.zeros(self.n, device=self.device)
        reward[high & ~got_human] = 1.0
        reward[low & ~got_robot] = -1.0
        done = (reward != 0) | (self.t > 400)
        if done.any():
            self._serve(done)
        near, far = self.observe()
        return near, far, reward, done
