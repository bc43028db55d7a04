"""FedAvg over a farm of wave-energy buoys. Raw data never leaves a buoy, only weights do."""
import argparse
from collections import OrderedDict

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim

from buoy import Buoy


class PTOPolicy(nn.Module):
    def __init__(self, obs_size=3, hidden=32, actions=5):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTM(obs_size, hidden)
        self.pi = nn.Linear(hidden, actions)
        self.v = nn.Linear(hidden, 1)

    def init_hidden(self):
        return (torch.zeros(1, 1, self.hidden), torch.zeros(1, 1, self.hidden))

    def forward(self, x, hidden):
        out, hidden = self.lstm(x.view(1, 1, -1), hidden)
        out = out.view(1, -1)
        return torch.distributions.Categorical(logits=self.pi(out)), self.v(out).squeeze(), hidden


class Client:
    def __init__(self, site, args):
        self.site = site
        self.gamma = args.gamma
        self.env = Buoy(site)
        self.model = PTOPolicy()
        self.optimizer = optim.Adam(self.model.parameters(), lr=args.lr)
        self.obs = self.env.reset()
        self.hidden = self.model.init_hidden()
        self.seen = 0
        self.power = []

    def receive(self, global_weights):
        self.model.load_state_dict(global_weights)

    def upload(self):
        n, self.seen = self.seen, 0
        return OrderedDict((k, v.detach().clone()) for k, v in self.model.state_dict().items()), n

    def local_update(self, length):
        log_probs, values, rewards, dones = [], [], [], []
        for _ in range(length):
            dist, value, self.hidden = self.model(torch.from_numpy(self.obs), self.hidden)
            action = dist.sample()
            self.obs, reward, done = self.env.step(action.item())
            log_probs.append(dist.log_prob(action).squeeze())
            values.append(value)
            rewards.append(reward)
            dones.append(done)
            self.power.append(reward)
            self.seen += 1
            if done:
                self.obs = self.env.reset()
                self.hidden = self.model.init_hidden()
        with torch.no_grad():
            _, ret, _ = self.model(torch.from_numpy(self.obs), self.hidden)
        loss = 0
        for i in range(length - 1, -1, -1):
            ret = rewards[i] + (0.0 if dones[i] else self.gamma) * ret
            adv = ret - values[i]
            loss = loss - log_probs[i] * adv.detach() + 0.5 * adv**2
        self.optimizer.zero_grad()
        (loss / length).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.hidden = (self.hidden[0].detach(), self.hidden[1].detach())


class Server:
    def __init__(self):
        self.weights = PTOPolicy().state_dict()

    def aggregate(self, uploads):
        total = sum(n for _, n in uploads)
        merged = OrderedDict()
        for key in self.weights:
            merged[key] = sum(w[key] * (n / total) for w, n in uploads)
        self.weights = merged


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sites", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--fraction", type=float, default=0.5)
    parser.add_argument("--local-updates", type=int, default=10)
    parser.add_argument("--length", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--gamma", type=float, default=0.97)
    args = parser.parse_args()

    rng = np.random.default_rng(0)
    server = Server()
    clients = [Client(s, args) for s in range(args.sites)]
    for rnd in range(args.rounds):
        picked = rng.choice(args.sites, size=max(1, int(args.fraction * args.sites)), replace=False)
        uploads = []
        for c in picked:
            client = clients[c]
            client.receive(server.weights)
            for _ in range(args.local_updates):
                client.local_update(args.length)
            uploads.append(client.upload())
        server.aggregate(uploads)
        if rnd % 10 == 0:
            recent = [np.mean(clients[c].power[-300:]) for c in picked]
            print(f"round {rnd:4d}  mean power {np.mean(recent):.3f}")


if __name__ == "__main__":
    main()
