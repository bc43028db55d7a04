import torch
from torch import nn
from torch.distributions import Categorical


class LstmNet(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, width: int):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_dim, width), nn.Tanh())
        self.lstm = nn.LSTMCell(width, width)
        self.logits = nn.Linear(width, n_actions)
        self.value = nn.Linear(width, 1)
        self.width = width

    def initial(self, n: int):
        return torch.zeros(n, self.width), torch.zeros(n, self.width)

    def forward(self, obs, memory):
        h, c = self.lstm(self.body(obs), memory)
        return Categorical(logits=self.logits(h)), self.value(h)[:, 0], (h, c)


class PPOLearner:
    """Truncated-BPTT actor-critic with a clipped loss over one chunk."""

    def __init__(self, obs_dim, n_actions, cfg):
        self.cfg = cfg
        self.net = LstmNet(obs_dim, n_actions, cfg.width)
        self.optim = torch.optim.Adam(self.net.parameters(), lr=cfg.lr, eps=1e-5)
        self.memory = self.net.initial(cfg.seats)
        self._chunk = []

    def act(self, obs):
        obs = torch.as_tensor(obs, dtype=torch.float32)
        dist, value, self.memory = self.net(obs, self.memory)
        action = dist.sample()
        self._pending = [dist.log_prob(action), value, dist.entropy()]
        return action.numpy()

    def observe(self, reward, done):
        alive = torch.as_tensor(1.0 - done, dtype=torch.float32)
        self._chunk.append((*self._pending, torch.as_tensor(reward, dtype=torch.float32), alive))
        self.memory = tuple(m * alive[:, None] for m in self.memory)

    def update(self, obs):
        with torch.no_grad():
            _, ret, _ = self.net(torch.as_tensor(obs, dtype=torch.float32), self.memory)
        loss, total = 0.0, 0.0
        for logp, value, ent, reward, alive in reversed(self._chunk):
            ret = reward + self.cfg.gamma * alive * ret
            adv = ret - value
            loss = loss - (logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
            total += reward.mean().item()
        self.optim.zero_grad()
        (loss / len(self._chunk)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.optim.step()
        self.memory = tuple(m.detach() for m in self.memory)
        self._chunk.clear()
        return {"loss": float(loss), "reward": total}
