import torch
from torch import nn


class ThermostatNet(nn.Module):
    def __init__(self, n_in, n_out, units):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(n_in, units), nn.Tanh())
        self.core = nn.LSTM(units, units, batch_first=True)
        self.actor = nn.Linear(units, n_out)
        self.critic = nn.Linear(units, 1)

    def forward(self, x, carry):
        z, carry = self.core(self.enc(x), carry)
        return self.actor(z), self.critic(z).squeeze(-1), carry


class ThermostatAgent:
    def __init__(self, lr, n_in=4, n_out=3, units=40):
        self.units = units
        self.net = ThermostatNet(n_in, n_out, units)
        self.lr = lr
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.memory = []
        self.new_day()

    def new_day(self):
        self.carry = (torch.zeros(1, 1, self.units), torch.zeros(1, 1, self.units))

    def act(self, obs):
        x = torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1)
        logits, value, self.carry = self.net(x, self.carry)
        dist = torch.distributions.Categorical(logits=logits[0, 0])
        a = dist.sample()
        self.memory.append([dist.log_prob(a), value[0, 0], None, None])
        return int(a)

    def observe(self, reward, done):
        self.memory[-1][2:] = [reward, done]
        if len(self.memory) >= 24 or done:
            self.learn()
        if done:
            self.new_day()

    def learn(self):
        if not self.memory:
            return
        g = 0.0 if self.memory[-1][3] else float(self.memory[-1][1])
        loss = 0.0
        for lp, v, r, _ in reversed(self.memory):
            g = r + 0.97 * g
            loss = loss + 0.5 * (g - v) ** 2 - lp * (g - v.detach())
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.memory.clear()
        self.carry = tuple(c.detach() for c in self.carry)

    def export(self):
        return {k: v.clone() for k, v in self.net.state_dict().items()}

    def adopt(self, weights, lr):
        self.learn()
        self.net.load_state_dict(weights)
        self.lr = lr
        for group in self.opt.param_groups:
            group["lr"] = lr
