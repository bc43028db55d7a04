import queue
import threading

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

T = 20
NUM_ACTORS = 6
BATCH = 4
GAMMA = 0.99


class AtariLikeNet(nn.Module):
    def __init__(self, n_obs, n_actions):
        super().__init__()
        self.fc = nn.Linear(n_obs, 128)
        self.core = nn.LSTM(128, 128)
        self.policy = nn.Linear(128, n_actions)
        self.baseline = nn.Linear(128, 1)

    def initial_state(self, batch_size=1):
        return tuple(torch.zeros(1, batch_size, 128) for _ in range(2))

    def forward(self, obs, done, core_state):
        x = F.relu(self.fc(obs))
        out = []
        for xt, nd in zip(x.unbind(), (1.0 - done).unbind()):
            nd = nd.view(1, -1, 1)
            core_state = tuple(nd * s for s in core_state)
            y, core_state = self.core(xt.unsqueeze(0), core_state)
            out.append(y)
        x = torch.cat(out)
        return self.policy(x), self.baseline(x).squeeze(-1), core_state


def actor_loop(idx, learner_net, lock, out, stop):
    env = gym.make("LunarLander-v2")
    net = AtariLikeNet(8, 4).eval()
    obs, _ = env.reset(seed=idx)
    done = 0.0
    core_state = net.initial_state()
    while not stop.is_set():
        with lock:
            net.load_state_dict(learner_net.state_dict())
        start_state = core_state
        traj = {"obs": [], "done": [], "action": [], "reward": [], "logits": []}
        for _ in range(T):
            with torch.no_grad():
                logits, _, core_state = net(
                    torch.tensor(obs).view(1, 1, -1), torch.full((1, 1), done), core_state)
            action = torch.distributions.Categorical(logits=logits.view(-1)).sample().item()
            traj["obs"].append(obs)
            traj["done"].append(done)
            traj["action"].append(action)
            traj["logits"].append(logits.view(-1).numpy())
            obs, reward, term, trunc, _ = env.step(action)
            traj["reward"].append(reward / 100.0)
            done = float(term or trunc)
            if done:
                obs, _ = env.reset()
        traj["done"].append(done)
        traj["obs"].append(obs)
        out.put(({k: np.asarray(v) for k, v in traj.items()}, start_state))


def vtrace(behaviour, target, actions, rewards, discounts, values, bootstrap):
    def lp(logits):
        return F.log_softmax(logits, -1).gather(-1, actions.unsqueeze(-1)).squeeze(-1)
    rho = (lp(target) - lp(behaviour)).exp().clamp(max=1.0)
    nxt = torch.cat([values[1:], bootstrap.unsqueeze(0)])
    delta = rho * (rewards + discounts * nxt - values)
    acc, vs = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(rewards))):
        acc = delta[t] + discounts[t] * rho[t] * acc
        vs.insert(0, acc + values[t])
    vs = torch.stack(vs)
    adv = rho * (rewards + discounts * torch.cat([vs[1:], bootstrap.unsqueeze(0)]) - values)
    return vs, adv


def learn(net, opt, lock, items):
    cat = {k: torch.as_tensor(np.stack([i[0][k] for i in items], 1)) for k in items[0][0]}
    state = tuple(torch.cat(s, 1) for s in zip(*[i[1] for i in items]))
    with lock:
        logits, values, _ = net(cat["obs"].float(), cat["done"].float(), state)
        discounts = GAMMA * (1 - cat["done"][1:].float())
        with torch.no_grad():
            vs, adv = vtrace(cat["logits"], logits[:-1], cat["action"], cat["reward"].float(),
                             discounts, values[:-1], values[-1])
        ce = F.cross_entropy(logits[:-1].flatten(0, 1), cat["action"].flatten(), reduction="none")
        p = F.softmax(logits[:-1], -1)
        loss = (ce * adv.flatten()).sum() + 0.5 * (vs - values[:-1]).pow(2).sum()
        loss = loss + 0.005 * (p * p.clamp_min(1e-8).log()).sum()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
    return loss.item()


def main():
    net = AtariLikeNet(8, 4)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4, eps=0.01)
    lock, stop, q = threading.Lock(), threading.Event(), queue.Queue(maxsize=12)
    threads = [threading.Thread(target=actor_loop, args=(i, net, lock, q, stop), daemon=True)
               for i in range(NUM_ACTORS)]
    for t in threads:
        t.start()
    for step in range(50000):
        loss = learn(net, opt, lock, [q.get() for _ in range(BATCH)])
        if step % 500 == 0:
            print(step, loss)
    stop.set()
    torch.save(net.state_dict(), "impala.pt")


if __name__ == "__main__":
    main()
