"""Tiny single-machine IMPALA: actor threads, one learner, a queue between."""
import argparse
import queue
import threading

import gymnasium as gym
import torch
import torch.nn.functional as F
from torch import nn


class AtariNet(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.fc = nn.Linear(obs, 128)
        self.core = nn.LSTM(128 + 1, 128, 1)
        self.policy = nn.Linear(128, act)
        self.baseline = nn.Linear(128, 1)

    def initial_state(self, batch_size):
        return tuple(torch.zeros(1, batch_size, 128) for _ in range(2))

    def forward(self, inputs, core_state):
        x = F.relu(self.fc(inputs["obs"]))
        x = torch.cat([x, inputs["reward"].unsqueeze(-1)], -1)
        outs = []
        for t, nd in zip(x.unbind(), (~inputs["done"]).float().unbind()):
            core_state = tuple(nd.view(1, -1, 1) * s for s in core_state)
            o, core_state = self.core(t.unsqueeze(0), core_state)
            outs.append(o)
        y = torch.cat(outs)
        return self.policy(y), self.baseline(y).squeeze(-1), core_state


def to_in(obs, r, d):
    return dict(obs=torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1), reward=torch.tensor([[float(r)]]), done=torch.tensor([[bool(d)]]))


def act(i, flags, learner_model, q, stop):
    env = gym.make(flags.env)
    actor_model = AtariNet(env.observation_space.shape[0], env.action_space.n)
    obs, _ = env.reset(seed=i)
    inp = to_in(obs, 0, True)
    agent_state = actor_model.initial_state(1)
    while not stop.is_set():
        actor_model.load_state_dict(learner_model.state_dict())
        first = agent_state
        steps = []
        for _ in range(flags.unroll):
            with torch.no_grad():
                logits, _, agent_state = actor_model(inp, agent_state)
            a = torch.distributions.Categorical(logits=logits[0, 0]).sample()
            obs, r, te, tr, _ = env.step(a.item())
            steps.append((inp, a, logits, r, te or tr))
            if te or tr:
                obs, _ = env.reset()
            inp = to_in(obs, r, te or tr)
        q.put((first, steps))


def learn(flags, model, opt, q):
    first, steps = q.get()
    batch = {k: torch.cat([s[0][k] for s in steps]) for k in ("obs", "reward", "done")}
    logits, base, _ = model(batch, first)
    a = torch.stack([s[1] for s in steps]).view(-1, 1)
    mu = torch.cat([s[2] for s in steps])
    r = torch.tensor([s[3] for s in steps])
    nd = 1 - torch.tensor([float(s[4]) for s in steps])
    lp = torch.distributions.Categorical(logits=logits).log_prob(a)
    rho = (lp.detach() - torch.distributions.Categorical(logits=mu).log_prob(a)).exp().clamp(max=1.0)
    ret, tgt = base[-1, 0].detach(), []
    for t in reversed(range(len(steps))):
        ret = r[t] + flags.discount * nd[t] * ret
        tgt.insert(0, ret)
    adv = torch.stack(tgt).view(-1, 1) - base
    loss = -(rho * lp * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 40)
    opt.step()
    return float(loss)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="CartPole-v1")
    p.add_argument("--actors", type=int, default=4)
    p.add_argument("--unroll", type=int, default=40)
    p.add_argument("--discount", type=float, default=0.99)
    p.add_argument("--updates", type=int, default=20000)
    flags = p.parse_args()
    e = gym.make(flags.env)
    learner_model = AtariNet(e.observation_space.shape[0], e.action_space.n)
    opt = torch.optim.RMSprop(learner_model.parameters(), lr=5e-4, eps=0.01)
    q, stop = queue.Queue(maxsize=16), threading.Event()
    ths = [threading.Thread(target=act, args=(i, flags, learner_model, q, stop), daemon=True) for i in range(flags.actors)]
    for t in ths:
        t.start()
    for u in range(flags.updates):
        l = learn(flags, learner_model, opt, q)
        if u % 100 == 0:
            print(u, l)
    stop.set()
