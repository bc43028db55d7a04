"""A3C for a toy pinball table. Each worker plays whole balls: it fetches the newest
weights before the ball is launched and sends its gradients when the ball is lost."""
import os
import random
from dataclasses import dataclass

import torch
import torch.multiprocessing as mp
from torch import nn
from torch.distributions import Categorical

os.environ.setdefault("OMP_NUM_THREADS", "1")


@dataclass
class Settings:
    n_workers: int = 6
    max_balls: int = 100_000
    max_ball_steps: int = 300
    hidden: int = 48
    gamma: float = 0.98
    lr: float = 5e-4
    entropy: float = 0.02


class Table:
    ACTIONS = 3  # nothing, left flipper, right flipper

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def launch(self):
        self.x = self.rng.uniform(-1, 1)
        self.y = 1.0
        self.vx = self.rng.uniform(-0.05, 0.05)
        self.vy = 0.0
        return self.camera()

    def camera(self):
        hidden_by_ramp = 0.3 < self.y < 0.6
        if hidden_by_ramp:
            return [0.0, 0.0, 0.0]
        return [self.x, self.y, 1.0]

    def tick(self, action):
        points = 0.0
        self.vy -= 0.01
        self.x += self.vx
        self.y += self.vy
        if abs(self.x) > 1:
            self.vx = -self.vx
            self.x = max(-1.0, min(1.0, self.x))
            points = 0.1
        if self.y > 1:
            self.vy = -abs(self.vy)
            points = 0.2
        if 0 <= self.y < 0.1 and self.vy < 0:
            side = 1 if self.x < 0 else 2
            if action == side:
                self.vy = self.rng.uniform(0.1, 0.16)
                self.vx += self.rng.gauss(0, 0.03)
                points = 1.0
        if action:
            points -= 0.02
        return self.camera(), points, self.y < 0


class FlipperNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(3, hidden)
        self.pi = nn.Linear(hidden, Table.ACTIONS)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.pi(h), self.v(h).view(-1), h


class Worker(mp.Process):
    def __init__(self, rank, settings, global_net, optimizer, counter, scores):
        super().__init__()
        self.rank = rank
        self.s = settings
        self.global_net = global_net
        self.optimizer = optimizer
        self.counter = counter
        self.scores = scores

    def run(self):
        torch.manual_seed(self.rank)
        net = FlipperNet(self.s.hidden)
        table = Table(self.rank)
        while True:
            with self.counter.get_lock():
                if self.counter.value >= self.s.max_balls:
                    break
                self.counter.value += 1
            net.load_state_dict(self.global_net.state_dict())
            score = self.play_ball(net, table)
            self.scores.put(score)
        self.scores.put(None)

    def play_ball(self, net, table):
        h = torch.zeros(1, self.s.hidden)
        obs = table.launch()
        lost = False
        log_probs, values, entropies, rewards = [], [], [], []
        while not lost and len(rewards) < self.s.max_ball_steps:
            logits, value, h = net(torch.tensor([obs]), h)
            dist = Categorical(logits=logits)
            action = dist.sample()
            obs, points, lost = table.tick(action.item())
            log_probs.append(dist.log_prob(action))
            values.append(value)
            entropies.append(dist.entropy())
            rewards.append(points)

        target = torch.zeros(1)
        if not lost:
            with torch.no_grad():
                target = net(torch.tensor([obs]), h)[1]
        loss = torch.zeros(1)
        for lp, v, e, r in zip(reversed(log_probs), reversed(values), reversed(entropies), reversed(rewards)):
            target = r + self.s.gamma * target
            adv = target - v
            loss = loss - lp * adv.detach() + 0.5 * adv.pow(2) - self.s.entropy * e
        net.zero_grad()
        loss.sum().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        self.optimizer.zero_grad()
        for mine, theirs in zip(net.parameters(), self.global_net.parameters()):
            theirs.grad = mine.grad.clone()
        self.optimizer.step()
        return sum(rewards)


def main():
    settings = Settings()
    global_net = FlipperNet(settings.hidden)
    global_net.share_memory()
    optimizer = torch.optim.SGD(global_net.parameters(), lr=settings.lr)
    counter = mp.Value("i", 0)
    scores = mp.Queue()
    workers = [Worker(i, settings, global_net, optimizer, counter, scores) for i in range(settings.n_workers)]
    for w in workers:
        w.start()
    finished, mean, n = 0, 0.0, 0
    while finished < len(workers):
        score = scores.get()
        if score is None:
            finished += 1
            continue
        n += 1
        mean += 0.01 * (score - mean)
        if n % 500 == 0:
            print(f"{n} balls, running score {mean:.2f}")
    for w in workers:
        w.join()
    torch.save(global_net.state_dict(), "pinball.pt")


if __name__ == "__main__":
    main()
