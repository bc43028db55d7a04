import numpy as np
import torch
from torch.distributions import Categorical

from .env import SyncVec, VelocitylessCartPole
from .messages import ADOPT, SEND, STOP, TRAIN, Report
from .policy import Policy


class Worker:
    def __init__(self, idx, hyper, n_envs=8, horizon=32):
        self.idx = idx
        self.hyper = dict(hyper)
        self.horizon = horizon
        self.envs = SyncVec([lambda i=i: VelocitylessCartPole(seed=idx * 500 + i) for i in range(n_envs)])
        self.policy = Policy(2, 2)
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=hyper["lr"])
        self.obs = torch.as_tensor(self.envs.reset())
        self.mask = torch.ones(n_envs)
        self.state = self.policy.initial_state(n_envs)
        self.returns = []
        self.round = 0

    def collect(self):
        rows = []
        for _ in range(self.horizon):
            logits, value, self.state = self.policy(self.obs, self.state, self.mask)
            dist = Categorical(logits=logits)
            action = dist.sample()
            obs, reward, done, infos = self.envs.step(action.numpy())
            self.obs = torch.as_tensor(obs)
            self.mask = 1.0 - torch.as_tensor(done)
            self.returns += [i["episode"]["r"] for i in infos if "episode" in i]
            rows.append((dist.log_prob(action), dist.entropy(), value, torch.as_tensor(reward), self.mask))
        return rows

    def train(self, updates):
        for _ in range(updates):
            self.state = tuple(s.detach() for s in self.state)
            rows = self.collect()
            with torch.no_grad():
                _, ret, _ = self.policy(self.obs, self.state, self.mask)
            loss = 0.0
            for logp, ent, value, reward, mask in reversed(rows):
                ret = reward + self.hyper["gamma"] * ret * mask
                adv = ret - value
                loss = loss + (0.5 * adv.pow(2) - adv.detach() * logp - self.hyper["ent"] * ent).mean()
            self.optimizer.zero_grad()
            (loss / self.horizon).backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
            self.optimizer.step()
        self.round += 1

    def export(self):
        return {k: v.detach().cpu().numpy() for k, v in self.policy.state_dict().items()}

    def adopt(self, weights, hyper):
        self.policy.load_state_dict({k: torch.as_tensor(v) for k, v in weights.items()})
        self.hyper = dict(hyper)
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=self.hyper["lr"])
        self.returns.clear()

    def report(self):
        score = float(np.mean(self.returns[-40:])) if self.returns else 0.0
        return Report(self.idx, self.round, score, self.hyper)


def worker_main(idx, hyper, inbox, outbox, updates):
    torch.set_num_threads(1)
    torch.manual_seed(idx)
    worker = Worker(idx, hyper)
    while True:
        cmd = inbox.get()
        if cmd.kind == STOP:
            break
        elif cmd.kind == TRAIN:
            worker.train(updates)
            outbox.put(worker.report())
        elif cmd.kind == SEND:
            outbox.put(worker.export())
        elif cmd.kind == ADOPT:
            worker.adopt(cmd.payload, cmd.hyper)
