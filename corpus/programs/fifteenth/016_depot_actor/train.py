import copy
import queue
import random
import threading

import torch
import torch.nn.functional as F

from actor import ShuntActor
from nets import QNet


class Yard:
    """Depot throat with three roads and a wash; trams must be put in the order of the rota."""
    n_moves = 4

    def __init__(self, cars=6):
        self.cars = cars
        self.n_obs = 4 * 3 + 1

    def reset(self):
        order = list(range(self.cars))
        random.shuffle(order)
        self.roads = [order, [], [], []]
        self.t = 0
        return self.obs()

    def obs(self):
        out = []
        for r in self.roads:
            out += [len(r) / self.cars, (r[-1] + 1) / self.cars if r else 0.0, random.random() * 0.1]
        return out + [self.t / 100]

    def step(self, m):
        self.t += 1
        src = max(range(4), key=lambda i: len(self.roads[i]) if i != m else -1)
        if self.roads[src]:
            self.roads[m].append(self.roads[src].pop())
        good = self.roads[3] == list(range(self.cars))
        return self.obs(), (10.0 if good else -0.05), good or self.t >= 100


class Learner:
    def __init__(self, yard):
        self.net = QNet(yard.n_obs, yard.n_moves)
        self.target = copy.deepcopy(self.net)
        self.opt = torch.optim.Adam(self.net.parameters(), 2e-4)
        self.lock = threading.Lock()
        self.steps = 0

    def publish(self):
        with self.lock:
            return copy.deepcopy(self.net.state_dict())

    def update(self, batch, gamma=0.98):
        h = torch.cat([s[0] for s, _ in batch], 1)
        c = torch.cat([s[1] for s, _ in batch], 1)
        obs = torch.tensor([[f[0] for f in fr] for _, fr in batch])
        move = torch.tensor([[f[1] for f in fr] for _, fr in batch])
        rew = torch.tensor([[f[2] for f in fr] for _, fr in batch])
        done = torch.tensor([[f[3] for f in fr] for _, fr in batch])
        q, _ = self.net(obs, (h, c))
        with torch.no_grad():
            tq, _ = self.target(obs, (h, c))
            best = q[:, 1:].argmax(-1, keepdim=True)
            y = rew[:, :-1] + gamma * (1 - done[:, :-1]) * tq[:, 1:].gather(-1, best).squeeze(-1)
        loss = F.smooth_l1_loss(q[:, :-1].gather(-1, move[:, :-1, None]).squeeze(-1), y)
        self.opt.zero_grad()
        loss.backward()
        with self.lock:
            self.opt.step()
        self.steps += 1
        if self.steps % 500 == 0:
            self.target.load_state_dict(self.net.state_dict())
        return loss.item()


def main():
    learner, inbox = Learner(Yard()), queue.Queue(maxsize=500)
    actors = [ShuntActor(i, Yard(), learner, inbox, eps=0.4 ** (1 + i)) for i in range(4)]
    for a in actors:
        a.start()
    replay = []
    for it in range(50_000):
        while len(replay) < 200 or not inbox.empty():
            replay.append(inbox.get())
        del replay[:-5000]
        loss = learner.update(random.sample(replay, 32))
        if it % 1000 == 0:
            print(it, loss, len(replay))
    for a in actors:
        a.quit.set()
    torch.save(learner.net.state_dict(), "yard.pt")


if __name__ == "__main__":
    main()
