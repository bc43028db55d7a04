import torch
import torch.multiprocessing as mp
from torch import nn

from yard import Yard

UNROLL = 40
ACTORS = 4
HID = 64


class YardMaster(nn.Module):
    def __init__(self, obs_size, tracks):
        super().__init__()
        self.embed = nn.Linear(obs_size, HID)
        self.cell = nn.GRUCell(HID, HID)
        self.pi = nn.Linear(HID, tracks)
        self.v = nn.Linear(HID, 1)

    def initial(self):
        return torch.zeros(1, HID)

    def step(self, obs, h):
        h = self.cell(torch.tanh(self.embed(obs)), h)
        return self.pi(h), self.v(h).squeeze(-1), h

    def unroll(self, obs, dones):
        h = self.initial()
        logits, values = [], []
        for t in range(obs.shape[0]):
            p, v, h = self.step(obs[t:t + 1], h)
            logits.append(p)
            values.append(v)
            h = h * (1.0 - dones[t])
        return torch.cat(logits), torch.cat(values)


def actor(conn, seed):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    env = Yard()
    net = YardMaster(env.obs_size, env.tracks)
    obs = env.reset()
    while True:
        weights = conn.recv()
        if weights is None:
            break
        net.load_state_dict(weights)
        h = net.initial()
        rows = {"obs": [], "act": [], "rew": [], "done": [], "mu": []}
        for _ in range(UNROLL):
            x = torch.tensor([obs])
            with torch.no_grad():
                logits, _, h = net.step(x, h)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            rows["obs"].append(obs)
            rows["act"].append(a.item())
            rows["mu"].append(dist.log_prob(a).item())
            obs, r, done = env.step(a.item())
            rows["rew"].append(r)
            rows["done"].append(float(done))
            if done:
                obs = env.reset()
                h = net.initial()
        conn.send({k: torch.tensor(v) for k, v in rows.items()})


def returns(rew, done, gamma=0.97):
    out, acc = torch.zeros_like(rew), 0.0
    for t in reversed(range(len(rew))):
        acc = rew[t] + gamma * (1 - done[t]) * acc
        out[t] = acc
    return out


def learn(net, opt, batch):
    loss = 0.0
    for b in batch:
        logits, values = net.unroll(b["obs"], b["done"])
        dist = torch.distributions.Categorical(logits=logits)
        logp = dist.log_prob(b["act"])
        ret = returns(b["rew"], b["done"])
        adv = ret - values.detach()
        ratio = (logp - b["mu"]).exp()
        pg = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv)
        loss = loss - pg.mean() + 0.5 * (ret - values).pow(2).mean() - 0.01 * dist.entropy().mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return sum(b["rew"].mean().item() for b in batch) / len(batch)


def main():
    probe = Yard()
    net = YardMaster(probe.obs_size, probe.tracks)
    opt = torch.optim.Adam(net.parameters(), lr=7e-4)
    pipes, procs = [], []
    for i in range(ACTORS):
        here, there = mp.Pipe()
        p = mp.Process(target=actor, args=(there, i), daemon=True)
        p.start()
        pipes.append(here)
        procs.append(p)
    for it in range(20000):
        weights = {k: v.clone() for k, v in net.state_dict().items()}
        for c in pipes:
            c.send(weights)
        score = learn(net, opt, [c.recv() for c in pipes])
        if it % 100 == 0:
            print(it, round(score, 3))
    for c in pipes:
        c.send(None)


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
