import argparse

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from battle import Battle


class BattleNet(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(Battle.n_obs, hidden)
        self.core = nn.LSTM(hidden, hidden)
        self.policy = nn.Linear(hidden, Battle.n_act)
        self.baseline = nn.Linear(hidden, 1)

    def initial_state(self, batch=1):
        return tuple(torch.zeros(1, batch, self.hidden) for _ in range(2))

    def forward(self, obs, first, state):
        x = F.relu(self.fc(obs))
        outs = []
        for xt, ft in zip(x.unbind(), first.unbind()):
            keep = (1.0 - ft).view(1, -1, 1)
            state = tuple(keep * s for s in state)
            y, state = self.core(xt.unsqueeze(0), state)
            outs.append(y)
        y = torch.cat(outs)
        return self.policy(y), self.baseline(y).squeeze(-1), state


def actor(idx, shared, out_queue, unroll):
    torch.manual_seed(idx)
    torch.set_num_threads(1)
    env, net = Battle(), BattleNet()
    obs, first = env.reset(), 1.0
    state = net.initial_state()
    while True:
        net.load_state_dict(shared.state_dict())
        seg = {k: [] for k in ("obs", "first", "action", "logits", "reward", "done")}
        start = state
        for _ in range(unroll):
            with torch.no_grad():
                logits, _, state = net(torch.tensor([[obs]]), torch.tensor([[first]]), state)
            action = torch.multinomial(F.softmax(logits[0, 0], -1), 1).item()
            seg["obs"].append(obs)
            seg["first"].append(first)
            seg["action"].append(action)
            seg["logits"].append(logits[0, 0].tolist())
            obs, reward, done = env.step(action)
            first = float(done)
            if done:
                obs = env.reset()
            seg["reward"].append(reward)
            seg["done"].append(float(done))
        seg["obs"].append(obs)
        seg["first"].append(first)
        out_queue.put(({k: torch.tensor(v) for k, v in seg.items()}, start))


def vtrace(rhos, rewards, discounts, values, bootstrap):
    rhos = rhos.clamp(max=1.0)
    nxt = torch.cat([values[1:], bootstrap[None]])
    deltas = rhos * (rewards + discounts * nxt - values)
    acc, out = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(rewards))):
        acc = deltas[t] + discounts[t] * rhos[t] * acc
        out.append(acc)
    vs = torch.stack(out[::-1]) + values
    adv = rhos * (rewards + discounts * torch.cat([vs[1:], bootstrap[None]]) - values)
    return vs, adv


def learn(net, opt, items, gamma=0.99):
    b = {k: torch.stack([seg[k] for seg, _ in items], 1) for k in items[0][0]}
    state = tuple(torch.cat([s[i] for _, s in items], 1) for i in range(2))
    logits, values, _ = net(b["obs"], b["first"], state)
    logits, values, bootstrap = logits[:-1], values[:-1], values[-1].detach()
    logp = F.log_softmax(logits, -1).gather(-1, b["action"].unsqueeze(-1)).squeeze(-1)
    mu = F.log_softmax(b["logits"], -1).gather(-1, b["action"].unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        vs, adv = vtrace((logp - mu).exp(), b["reward"], gamma * (1 - b["done"]), values, bootstrap)
    entropy = -(F.softmax(logits, -1) * F.log_softmax(logits, -1)).sum(-1).mean()
    loss = -(logp * adv).mean() + 0.5 * F.mse_loss(values, vs) - 0.01 * entropy
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return loss.item(), b["reward"].sum().item() / max(1.0, b["done"].sum().item())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--unroll", type=int, default=40)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--updates", type=int, default=50000)
    args = ap.parse_args()
    shared = BattleNet()
    shared.share_memory()
    opt = torch.optim.RMSprop(shared.parameters(), lr=4e-4, eps=0.01)
    ctx = mp.get_context("spawn")
    queue = ctx.Queue(maxsize=2 * args.batch)
    procs = [ctx.Process(target=actor, args=(i, shared, queue, args.unroll), daemon=True) for i in range(args.actors)]
    for p in procs:
        p.start()
    for u in range(args.updates):
        loss, ret = learn(shared, opt, [queue.get() for _ in range(args.batch)])
        if u % 100 == 0:
            print(f"{u}: loss {loss:.3f} reward per battle {ret:.2f}")


if __name__ == "__main__":
    main()
