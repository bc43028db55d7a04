"""Small IMPALA for one tram junction: N actor processes, one learner."""
import argparse

import gymnasium as gym
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

import tramsim  # noqa: F401
from model import JunctionNet


def actor(rank, shared, queue, T, env_id):
    torch.set_num_threads(1)
    torch.manual_seed(rank)
    env = gym.make(env_id)
    net = JunctionNet()
    net.load_state_dict(shared.state_dict())
    state = net.initial()
    obs, _ = env.reset(seed=rank)
    begin, ep_ret = True, 0.0
    while True:
        net.load_state_dict(shared.state_dict())
        first_state = state
        traj = {k: [] for k in ("obs", "begin", "act", "rew", "done", "logits")}
        returns = []
        for _ in range(T):
            o = torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1)
            with torch.no_grad():
                logits, _, state = net(o, torch.tensor([[begin]]), state)
            act = torch.distributions.Categorical(logits=logits[0, 0]).sample()
            obs, rew, term, trunc, _ = env.step(act.item())
            done = term or trunc
            ep_ret += rew
            for k, v in zip(traj, (o[0, 0], torch.tensor(begin), act,
                                   torch.tensor(float(rew)), torch.tensor(done), logits[0, 0])):
                traj[k].append(v)
            begin = done
            if done:
                returns.append(ep_ret)
                ep_ret = 0.0
                obs, _ = env.reset()
        batch = {k: torch.stack(v) for k, v in traj.items()}
        queue.put((batch, first_state, returns))


def vtrace(logp, mu_logp, rew, disc, v, boot):
    rho = (logp - mu_logp).exp().clamp(max=1.0)
    v_next = torch.cat([v[1:], boot[None]])
    delta = rho * (rew + disc * v_next - v)
    acc, out = torch.zeros_like(boot), []
    for t in reversed(range(len(rew))):
        acc = delta[t] + disc[t] * rho[t] * acc
        out.insert(0, acc)
    vs = torch.stack(out) + v
    vs_next = torch.cat([vs[1:], boot[None]])
    return vs, rho * (rew + disc * vs_next - v)


def learn(net, opt, items, gamma):
    b = {k: torch.stack([it[0][k] for it in items], dim=1) for k in items[0][0]}
    state = tuple(torch.cat([it[1][i] for it in items], dim=1) for i in range(2))
    logits, value, _ = net(b["obs"], b["begin"], state)
    dist = torch.distributions.Categorical(logits=logits)
    logp = dist.log_prob(b["act"])
    mu = torch.distributions.Categorical(logits=b["logits"]).log_prob(b["act"])
    disc = gamma * (~b["done"]).float()
    vs, adv = vtrace(logp.detach()[:-1], mu[:-1], b["rew"][:-1], disc[:-1],
                     value.detach()[:-1], value.detach()[-1])
    loss = (-(logp[:-1] * adv).mean() + 0.5 * F.mse_loss(value[:-1], vs)
            - 0.01 * dist.entropy().mean())
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="TramJunction-v0")
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--unroll", type=int, default=40)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--updates", type=int, default=20000)
    a = ap.parse_args()
    mp.set_start_method("spawn")
    net = JunctionNet()
    net.share_memory()
    queue = mp.Queue(maxsize=2 * a.batch)
    procs = [mp.Process(target=actor, args=(i, net, queue, a.unroll, a.env), daemon=True)
             for i in range(a.actors)]
    for p in procs:
        p.start()
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4)
    recent = []
    for u in range(a.updates):
        items = [queue.get() for _ in range(a.batch)]
        loss = learn(net, opt, items, gamma=0.98)
        for it in items:
            recent += it[2]
        recent = recent[-100:]
        if u % 200 == 0 and recent:
            print(u, f"loss {loss:.3f} return {sum(recent) / len(recent):.2f}", flush=True)
            torch.save(net.state_dict(), "tram.pt")


if __name__ == "__main__":
    main()
