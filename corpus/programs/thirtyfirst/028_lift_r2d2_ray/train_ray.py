import collections
import random
import time

import numpy as np
import ray
import torch

from building import LiftBank
from drqn import LiftNet

Episode = collections.namedtuple("Episode", "obs act rew")


@ray.remote(num_cpus=1)
class Passenger:
    """Rides the lift with the weights of the moment for as long as the episode lasts."""

    def __init__(self, idx, eps):
        torch.set_num_threads(1)
        self.idx = idx
        self.eps = eps
        self.env = LiftBank()
        self.net = LiftNet(self.env.observation_space.shape[0], self.env.action_space.n)
        self.version = -1

    @torch.no_grad()
    def ride(self, hub):
        version, arrays = ray.get(hub.latest.remote(self.version))
        if arrays is not None:
            self.net.set_weights(arrays)
            self.version = version
        obs, _ = self.env.reset()
        mem, seen, acts, rews = None, [], [], []
        over = False
        while not over:
            q, mem = self.net(torch.from_numpy(obs).view(1, 1, -1), mem)
            a = self.env.action_space.sample() if random.random() < self.eps else int(q[0, -1].argmax())
            seen.append(obs)
            acts.append(a)
            obs, r, term, trunc, _ = self.env.step(a)
            rews.append(r)
            over = term or trunc
        return self.idx, Episode(np.stack(seen), np.array(acts), np.array(rews, np.float32))


@ray.remote
class Hub:
    def __init__(self):
        self.version, self.arrays = 0, None

    def publish(self, arrays):
        self.arrays = arrays
        self.version += 1

    def latest(self, have):
        return (self.version, self.arrays) if self.version > have else (have, None)


class Learner:
    def __init__(self, n_obs, n_act, gamma=0.99, tau_every=200):
        self.net = LiftNet(n_obs, n_act)
        self.target = LiftNet(n_obs, n_act)
        self.target.load_state_dict(self.net.state_dict())
        self.opt = torch.optim.Adam(self.net.parameters(), 3e-4)
        self.gamma, self.tau_every, self.count = gamma, tau_every, 0

    def update(self, episodes, window=80):
        cut = [random.randrange(0, len(e.act) - window) for e in episodes]
        obs = torch.from_numpy(np.stack([e.obs[i:i + window] for e, i in zip(episodes, cut)]))
        act = torch.from_numpy(np.stack([e.act[i:i + window] for e, i in zip(episodes, cut)]))
        rew = torch.from_numpy(np.stack([e.rew[i:i + window] for e, i in zip(episodes, cut)]))
        q, _ = self.net(obs)
        with torch.no_grad():
            tq, _ = self.target(obs)
            y = rew[:, :-1] + self.gamma * tq[:, 1:].max(-1).values
        now = q[:, :-1].gather(-1, act[:, :-1, None]).squeeze(-1)
        loss = ((now - y)[:, 20:] ** 2).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.count += 1
        if self.count % self.tau_every == 0:
            self.target.load_state_dict(self.net.state_dict())
        return loss.item()


def main(workers=6, minutes=30):
    ray.init()
    env = LiftBank()
    learner = Learner(env.observation_space.shape[0], env.action_space.n)
    hub = Hub.remote()
    ray.get(hub.publish.remote(learner.net.get_weights()))
    crew = [Passenger.remote(i, 0.02 + 0.4 * i / workers) for i in range(workers)]
    pending = [p.ride.remote(hub) for p in crew]
    store = collections.deque(maxlen=2000)
    stop = time.time() + 60 * minutes
    while time.time() < stop:
        done, pending = ray.wait(pending, num_returns=1)
        idx, episode = ray.get(done[0])
        store.append(episode)
        pending.append(crew[idx].ride.remote(hub))
        if len(store) < 32:
            continue
        for _ in range(10):
            loss = learner.update(random.sample(store, 16))
        hub.publish.remote(learner.net.get_weights())
        print(f"worker {idx} return {episode.rew.sum():.1f} loss {loss:.4f}")


if __name__ == "__main__":
    main()
