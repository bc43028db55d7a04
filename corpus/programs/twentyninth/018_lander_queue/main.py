import argparse
import queue
import random
import threading
from collections import deque
from typing import Deque, List, NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F

from lander import ProbeLander


class Episode(NamedTuple):
    obs: torch.Tensor
    act: torch.Tensor
    rew: torch.Tensor


class QNet(nn.Module):
    def __init__(self, units: int = 48) -> None:
        super().__init__()
        self.lstm = nn.LSTM(2, units, batch_first=True)
        self.q = nn.Linear(units, 2)

    def forward(self, x, mem=None):
        y, mem = self.lstm(x, mem)
        return self.q(y), mem


def descend(net: QNet, env: ProbeLander, eps: float) -> Episode:
    obs, acts, rews = [env.reset()], [], []
    mem, landed = None, False
    while not landed and len(acts) < 400:
        with torch.no_grad():
            q, mem = net(torch.tensor(obs[-1]).view(1, 1, -1), mem)
        a = random.randrange(2) if random.random() < eps else int(q.argmax())
        nxt, r, landed = env.step(a)
        acts.append(a)
        rews.append(r)
        obs.append(nxt)
    return Episode(torch.tensor(obs), torch.tensor(acts), torch.tensor(rews))


def actor(ident: int, weights: "queue.Queue[dict]", out: "queue.Queue[Episode]", stop: threading.Event, eps: float) -> None:
    net, env = QNet().eval(), ProbeLander(ident)
    net.load_state_dict(weights.get())
    while not stop.is_set():
        newest = None
        while not weights.empty():
            newest = weights.get()
        if newest is not None:
            net.load_state_dict(newest)
        out.put(descend(net, env, eps))


class Learner:
    def __init__(self, lr: float, gamma: float) -> None:
        self.net, self.target = QNet(), QNet().eval()
        self.target.load_state_dict(self.net.state_dict())
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.gamma = gamma

    def snapshot(self) -> dict:
        return {k: v.detach().clone() for k, v in self.net.state_dict().items()}

    def learn(self, batch: List[Episode]) -> float:
        loss = 0.0
        for ep in batch:
            q = self.net(ep.obs[None])[0][0]
            with torch.no_grad():
                best = q.argmax(-1)
                nxt = self.target(ep.obs[None])[0][0].gather(1, best[:, None]).squeeze(1)[1:]
                alive = torch.ones_like(nxt)
                alive[-1] = 0.0
                goal = ep.rew + self.gamma * alive * nxt
            chosen = q[:-1].gather(1, ep.act[:, None]).squeeze(1)
            loss = loss + F.smooth_l1_loss(chosen, goal)
        self.opt.zero_grad()
        (loss / len(batch)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
        self.opt.step()
        for p, tp in zip(self.net.parameters(), self.target.parameters()):
            tp.data.lerp_(p.data, 0.005)
        return float(loss) / len(batch)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=4)
    ap.add_argument("--steps", type=int, default=20000)
    ap.add_argument("--publish", type=int, default=25)
    args = ap.parse_args()
    torch.set_num_threads(2)

    learner = Learner(lr=5e-4, gamma=0.99)
    replay: Deque[Episode] = deque(maxlen=2000)
    out: "queue.Queue[Episode]" = queue.Queue(maxsize=32)
    boxes = [queue.Queue() for _ in range(args.actors)]
    stop = threading.Event()
    for i, box in enumerate(boxes):
        box.put(learner.snapshot())
        threading.Thread(target=actor, args=(i, box, out, stop, 0.4 ** (1 + i)), daemon=True).start()

    scores: Deque[float] = deque(maxlen=200)
    for step in range(1, args.steps + 1):
        while not out.empty() or len(replay) < 32:
            ep = out.get()
            replay.append(ep)
            scores.append(float(ep.rew.sum()))
        loss = learner.learn(random.sample(list(replay), 16))
        if step % args.publish == 0:
            for box in boxes:
                box.put(learner.snapshot())
        if step % 500 == 0:
            print(f"{step} loss {loss:.4f} landing score {sum(scores) / len(scores):.3f}")
    stop.set()


if __name__ == "__main__":
    main()
