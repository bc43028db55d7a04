import numpy as np
import ray
import torch
from torch import nn
from torch.distributions import Categorical

from monsters import Duel

NUM_PLAYERS = 6
BATTLES_PER_UPDATE = 48


class DuelNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(4, 64, batch_first=True)
        self.logits = nn.Linear(64, 4)
        self.value = nn.Linear(64, 1)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return self.logits(y), self.value(y).squeeze(-1), h


@ray.remote(num_cpus=1)
class Player:
    def __init__(self, seed):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.duel = Duel(np.random.default_rng(seed))
        self.net = DuelNet()
        self.h = None

    def battle(self, weights):
        self.net.load_state_dict(weights)
        self.h = torch.zeros(1, 1, 64)
        view = self.duel.start()
        views, moves, finished, reward = [], [], False, 0.0
        while not finished:
            with torch.no_grad():
                logits, _, self.h = self.net(torch.from_numpy(view).view(1, 1, -1), self.h)
            move = Categorical(logits=logits[0, 0]).sample().item()
            views.append(view)
            moves.append(move)
            view, reward, finished = self.duel.play(move)
        return np.stack(views), np.array(moves), reward


def update(net, opt, battles):
    loss = 0.0
    for views, moves, outcome in battles:
        logits, values, _ = net(torch.from_numpy(views).unsqueeze(0))
        logp = Categorical(logits=logits[0]).log_prob(torch.from_numpy(moves))
        adv = outcome - values[0]
        loss = loss - (logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
    opt.zero_grad()
    (loss / len(battles)).backward()
    opt.step()


def main(updates=2000):
    ray.init()
    net = DuelNet()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    players = [Player.remote(i) for i in range(NUM_PLAYERS)]
    for u in range(updates):
        weights = ray.put({k: v.cpu() for k, v in net.state_dict().items()})
        jobs = [players[i % NUM_PLAYERS].battle.remote(weights) for i in range(BATTLES_PER_UPDATE)]
        battles = ray.get(jobs)
        update(net, opt, battles)
        if u % 20 == 0:
            wins = np.mean([outcome > 0 for *_, outcome in battles])
            print(f"update {u} wins {wins:.2f}")
    torch.save(net.state_dict(), "duel.pt")
    ray.shutdown()


if __name__ == "__main__":
    main()
