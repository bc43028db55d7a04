import time
from typing import Dict, List, NamedTuple

import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

TOPICS = 12
SLATE = 20


class Segment(NamedTuple):
    slates: np.ndarray
    clicks: np.ndarray
    chosen: np.ndarray
    logp: np.ndarray
    ends: np.ndarray
    first_taste: np.ndarray


class TasteNet(nn.Module):
    def __init__(self, width: int = 64):
        super().__init__()
        self.width = width
        self.rnn = nn.GRUCell(TOPICS + 1, width)
        self.query = nn.Linear(width, TOPICS)
        self.value = nn.Linear(width, 1)

    def forward(self, shown, slate, taste):
        taste = self.rnn(shown, taste)
        logits = torch.einsum("bt,bst->bs", self.query(taste), slate)
        return logits, self.value(taste).squeeze(-1), taste


class Reader:
    """A reader with a topic preference that drifts and who leaves when bored."""

    def __init__(self, rng):
        self.rng = rng
        self.arrive()

    def arrive(self):
        self.love = self.rng.dirichlet(np.full(TOPICS, 0.3))
        self.patience = 6.0

    def slate(self):
        return self.rng.dirichlet(np.full(TOPICS, 0.5), size=SLATE).astype(np.float32)

    def read(self, article):
        click = float(self.rng.random() < 3.0 * float(self.love @ article))
        self.patience += 0.8 if click else -1.0
        self.love = 0.98 * self.love + 0.02 * self.rng.dirichlet(np.full(TOPICS, 0.3))
        return click, self.patience <= 0


@ray.remote
class Hub:
    def __init__(self):
        self.version, self.weights = 0, None

    def publish(self, weights):
        self.version, self.weights = self.version + 1, weights

    def newer_than(self, version):
        return (self.version, self.weights) if self.version > version else (version, None)


@ray.remote(num_cpus=1)
class ReaderActor:
    def __init__(self, seed: int, hub):
        self.reader = Reader(np.random.default_rng(seed))
        self.hub = hub
        self.version = 0
        self.net = TasteNet()
        self.taste = torch.zeros(1, self.net.width)
        self.shown = torch.zeros(1, TOPICS + 1)

    def pull(self):
        self.version, weights = ray.get(self.hub.newer_than.remote(self.version))
        if weights is not None:
            self.net.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights.items()})

    @torch.no_grad()
    def collect(self, n: int):
        self.pull()
        first, rows = self.taste.numpy().copy(), []
        for _ in range(n):
            slate = torch.from_numpy(self.reader.slate())
            shown = self.shown
            logits, _, self.taste = self.net(shown, slate[None], self.taste)
            dist = torch.distributions.Categorical(logits=logits)
            pick = dist.sample()
            click, left = self.reader.read(slate[pick.item()].numpy())
            rows.append((shown.numpy().ravel(), slate.numpy(), click, pick.item(),
                         dist.log_prob(pick).item(), left))
            if left:
                self.reader.arrive()
                self.taste = torch.zeros(1, self.net.width)
                self.shown = torch.zeros(1, TOPICS + 1)
            else:
                self.shown = torch.cat([slate[pick.item()], torch.tensor([click])])[None]
        shown, slates, clicks, chosen, logp, ends = map(np.array, zip(*rows))
        return shown.astype(np.float32), Segment(slates, clicks.astype(np.float32), chosen, logp, ends, first)


class Learner:
    def __init__(self, lr=3e-4, gamma=0.95):
        self.net = TasteNet()
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr)
        self.gamma = gamma

    def weights(self) -> Dict[str, np.ndarray]:
        return {k: v.detach().numpy().copy() for k, v in self.net.state_dict().items()}

    def update(self, shown, seg: Segment) -> float:
        taste = torch.from_numpy(seg.first_taste)
        logps, values = [], []
        for s, slate, pick, end in zip(shown, seg.slates, seg.chosen, seg.ends):
            logits, value, taste = self.net(torch.from_numpy(s)[None], torch.from_numpy(slate)[None], taste)
            logps.append(F.log_softmax(logits, -1)[0, int(pick)])
            values.append(value[0])
            if end:
                taste = torch.zeros_like(taste)
        logps, values = torch.stack(logps), torch.stack(values)
        rho = (logps.detach() - torch.tensor(seg.logp, dtype=torch.float32)).exp().clamp(max=1.0)
        ret, targets = values[-1].item(), []
        for click, end in zip(seg.clicks[::-1], seg.ends[::-1]):
            ret = float(click) + self.gamma * ret * (not end)
            targets.append(ret)
        targets = torch.tensor(targets[::-1])
        adv = (targets - values).detach()
        loss = -(rho * logps * adv).mean() + 0.5 * F.mse_loss(values, targets)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return float(seg.clicks.mean())


def main(n_actors=8, updates=50_000, segment=40):
    ray.init()
    hub, learner = Hub.remote(), Learner()
    ray.get(hub.publish.remote(learner.weights()))
    actors: List = [ReaderActor.remote(i, hub) for i in range(n_actors)]
    running = {a.collect.remote(segment): a for a in actors}
    rate, began = 0.0, time.time()
    for k in range(updates):
        done, _ = ray.wait(list(running), num_returns=1)
        actor = running.pop(done[0])
        shown, seg = ray.get(done[0])
        running[actor.collect.remote(segment)] = actor
        rate = 0.99 * rate + 0.01 * learner.update(shown, seg)
        hub.publish.remote(learner.weights())
        if k % 500 == 0:
            print(f"{time.time() - began:7.0f}s update {k} click rate {rate:.3f}")
    torch.save(learner.net.state_dict(), "taste.pt")


if __name__ == "__main__":
    main()
