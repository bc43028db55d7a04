"""IMPALA-like training of adaptive bitrate streaming: actors, one learner, V-trace."""
import argparse
import queue

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import nn

from net import AbrNet
from player import StreamingSession


def act(rank, flags, shared_net, out_queue, stop):
    torch.set_num_threads(1)
    torch.manual_seed(rank)
    env = StreamingSession(rank)
    net = AbrNet()
    obs = torch.from_numpy(env.reset())
    done = torch.tensor(True)
    core_state = net.initial_state(1)

    while not stop.is_set():
        net.load_state_dict(shared_net.state_dict())
        initial = tuple(s.clone() for s in core_state)
        rows = {"obs": [], "done": [], "action": [], "logits": [], "reward": []}
        with torch.no_grad():
            for _ in range(flags.unroll):
                logits, _, core_state = net(obs.view(1, 1, -1), done.view(1, 1), core_state)
                action = torch.distributions.Categorical(logits=logits[0, 0]).sample()
                rows["obs"].append(obs)
                rows["done"].append(done)
                rows["action"].append(action)
                rows["logits"].append(logits[0, 0])
                nxt, reward, finished = env.step(action.item())
                if finished:
                    nxt = env.reset()
                obs = torch.from_numpy(nxt)
                done = torch.tensor(finished)
                rows["reward"].append(torch.tensor(reward))
        rows["obs"].append(obs)
        rows["done"].append(done)
        rollout = {k: torch.stack(v).numpy() for k, v in rows.items()}
        rollout["core"] = tuple(s.numpy() for s in initial)
        while not stop.is_set():
            try:
                out_queue.put(rollout, timeout=1.0)
                break
            except queue.Full:
                continue


def make_batch(rollouts):
    batch = {
        k: torch.stack([torch.from_numpy(r[k]) for r in rollouts], dim=1)
        for k in ("obs", "done", "action", "logits", "reward")
    }
    core = tuple(torch.cat([torch.from_numpy(r["core"][i]) for r in rollouts], dim=1) for i in range(2))
    return batch, core


def vtrace(log_rhos, discounts, rewards, values, bootstrap):
    rhos = log_rhos.exp().clamp(max=1.0)
    next_values = torch.cat([values[1:], bootstrap.unsqueeze(0)])
    deltas = rhos * (rewards + discounts * next_values - values)
    acc = torch.zeros_like(bootstrap)
    corrections = []
    for t in reversed(range(len(rewards))):
        acc = deltas[t] + discounts[t] * rhos[t] * acc
        corrections.append(acc)
    vs = torch.stack(corrections[::-1]) + values
    next_vs = torch.cat([vs[1:], bootstrap.unsqueeze(0)])
    return vs, rhos * (rewards + discounts * next_vs - values)


def learn(flags, net, optimizer, rollouts):
    batch, core = make_batch(rollouts)
    logits, values, _ = net(batch["obs"], batch["done"], core)
    logits, bootstrap, values = logits[:-1], values[-1].detach(), values[:-1]
    discounts = (~batch["done"][1:]).float() * flags.gamma
    log_pi = F.log_softmax(logits, -1)
    taken = log_pi.gather(-1, batch["action"].unsqueeze(-1)).squeeze(-1)
    behaviour = F.log_softmax(batch["logits"], -1).gather(-1, batch["action"].unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        vs, adv = vtrace(taken - behaviour, discounts, batch["reward"], values, bootstrap)
    entropy = -(log_pi.exp() * log_pi).sum(-1)
    loss = -(taken * adv).mean() + 0.5 * (vs - values).pow(2).mean() - flags.entropy * entropy.mean()
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    optimizer.step()
    return loss.item(), batch["reward"].mean().item()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=8)
    p.add_argument("--unroll", type=int, default=20)
    p.add_argument("--batch-size", type=int, default=8)
    p.add_argument("--steps", type=int, default=50_000)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--entropy", type=float, default=0.01)
    p.add_argument("--lr", type=float, default=4e-4)
    flags = p.parse_args()

    ctx = mp.get_context("spawn")
    net = AbrNet()
    net.share_memory()
    optimizer = torch.optim.RMSprop(net.parameters(), lr=flags.lr, eps=0.01)
    rollouts, stop = ctx.Queue(maxsize=4 * flags.batch_size), ctx.Event()
    actors = [ctx.Process(target=act, args=(i, flags, net, rollouts, stop)) for i in range(flags.actors)]
    for a in actors:
        a.start()
    try:
        for step in range(flags.steps):
            loss, reward = learn(flags, net, optimizer, [rollouts.get() for _ in range(flags.batch_size)])
            if step % 100 == 0:
                print(f"step {step}: loss {loss:.3f}, reward per chunk {reward:.3f}")
    finally:
        stop.set()
        for a in actors:
            a.join(timeout=5)
            if a.is_alive():
                a.terminate()
    torch.save(net.state_dict(), "abr.pt")


if __name__ == "__main__":
    main()
