import queue

import numpy as np
import torch
import torch.multiprocessing as mp

from linksim import Link
from model import RATES, RateNet

T, BATCH, ACTORS, GAMMA = 40, 8, 6, 0.98


def newest(q, block):
    item = q.get() if block else None
    try:
        while True:
            item = q.get_nowait()
    except queue.Empty:
        return item


def actor(idx, weights_q, data_q):
    torch.set_num_threads(1)
    torch.manual_seed(idx)
    link = Link(seed=idx)
    net = RateNet()
    net.load_state_dict(newest(weights_q, block=True))
    obs, done = link.reset(), True
    state = net.initial()
    while True:
        weights = newest(weights_q, block=False)
        if weights is not None:
            net.load_state_dict(weights)
        start = tuple(s.numpy().copy() for s in state)
        traj = {"x": [], "d": [], "a": [], "r": [], "lp": []}
        for _ in range(T):
            if done:
                state = net.initial()
            x = torch.as_tensor(obs, dtype=torch.float32)[None]
            with torch.no_grad():
                logits, _, state = net(x, state)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            traj["x"].append(obs)
            traj["d"].append(float(done))
            obs, r, done = link.step(float(RATES[a]))
            traj["a"].append(a.item())
            traj["r"].append(r)
            traj["lp"].append(dist.log_prob(a).item())
            if done:
                obs = link.reset()
        data_q.put((start, {k: np.asarray(v, dtype=np.float32) for k, v in traj.items()}, float(done)))


def learn(net, opt, batch):
    h = torch.as_tensor(np.concatenate([s[0] for s, _, _ in batch]))
    c = torch.as_tensor(np.concatenate([s[1] for s, _, _ in batch]))
    b = {k: torch.as_tensor(np.stack([t[k] for _, t, _ in batch], 1)) for k in batch[0][1]}
    logits, values = net.unroll(b["x"], b["d"], (h, c))
    dist = torch.distributions.Categorical(logits=logits)
    lp = dist.log_prob(b["a"])
    ended = torch.cat([b["d"][1:], torch.tensor([[e for _, _, e in batch]])])
    g = values[-1].detach()
    returns = []
    for t in reversed(range(T)):
        g = b["r"][t] + GAMMA * (1 - ended[t]) * g
        returns.append(g)
    returns = torch.stack(returns[::-1])
    rho = (lp.detach() - b["lp"]).exp().clamp(max=1.0)
    adv = returns - values
    loss = (-(rho * lp * adv.detach()).mean() + 0.5 * (rho * adv.pow(2)).mean()
            - 0.01 * dist.entropy().mean())
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    opt.step()
    return b["r"].mean().item()


def main():
    mp.set_start_method("spawn")
    net = RateNet()
    opt = torch.optim.RMSprop(net.parameters(), lr=4e-4, eps=1e-5)
    data_q = mp.Queue(maxsize=64)
    weight_qs = [mp.Queue() for _ in range(ACTORS)]
    procs = [mp.Process(target=actor, args=(i, q, data_q), daemon=True) for i, q in enumerate(weight_qs)]
    for p in procs:
        p.start()
    for it in range(50_000):
        if it % 4 == 0:
            for q in weight_qs:
                q.put({k: v.detach().clone() for k, v in net.state_dict().items()})
        reward = learn(net, opt, [data_q.get() for _ in range(BATCH)])
        if it % 200 == 0:
            print(it, round(reward, 4))
            torch.save(net.state_dict(), "cc.pt")


if __name__ == "__main__":
    main()
