import argparse
import logging
import queue
import time

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from link import BottleneckLink
from nets import FlowNet

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(processName)s %(message)s")


def act(rank, unroll_length, params_in, rollouts_out, stop):
    torch.set_num_threads(1)
    torch.manual_seed(1000 + rank)
    env = BottleneckLink(seed=rank)
    net = FlowNet()
    net.load_state_dict(params_in.get())
    core_state = net.initial_state()
    obs, done = env.reset(), True
    while not stop.is_set():
        try:
            net.load_state_dict(params_in.get_nowait())
        except queue.Empty:
            pass
        first_state = core_state
        steps = []
        with torch.no_grad():
            for _ in range(unroll_length):
                logits, _, core_state = net(torch.tensor([[obs]]), torch.tensor([[done]]), core_state)
                logits = logits.view(-1)
                a = torch.multinomial(F.softmax(logits, dim=-1), 1).item()
                nxt, reward, ended = env.step(a)
                steps.append((torch.tensor(obs), torch.tensor(done), torch.tensor(a), logits, torch.tensor(reward)))
                obs, done = (env.reset(), True) if ended else (nxt, False)
        batch = [torch.stack(c) for c in zip(*steps)]
        batch += [torch.tensor(obs), torch.tensor(done)]
        rollouts_out.put((rank, [t.numpy() for t in batch], [s.numpy() for s in first_state]))


def vtrace(behaviour, target, actions, discounts, rewards, values, bootstrap):
    log_rhos = (F.log_softmax(target, -1).gather(-1, actions[..., None]) - F.log_softmax(behaviour, -1).gather(-1, actions[..., None])).squeeze(-1)
    rhos = log_rhos.exp().clamp(max=1.0)
    nxt = torch.cat([values[1:], bootstrap[None]])
    deltas = rhos * (rewards + discounts * nxt - values)
    acc, out = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(rewards))):
        acc = deltas[t] + discounts[t] * rhos[t] * acc
        out.append(acc)
    vs = torch.stack(out[::-1]) + values
    pg = rhos * (rewards + discounts * torch.cat([vs[1:], bootstrap[None]]) - values)
    return vs, pg


def learn(net, opt, items, gamma=0.99, entropy=0.01):
    cols = list(zip(*[[torch.from_numpy(a) for a in b] for _, b, _ in items]))
    obs, done, actions, logits, rewards = (torch.stack(c, dim=1) for c in cols[:5])
    last_obs, last_done = torch.stack(cols[5])[None], torch.stack(cols[6])[None]
    state = tuple(torch.cat([torch.from_numpy(s[i]) for _, _, s in items], dim=1) for i in range(2))
    all_logits, all_values, _ = net(torch.cat([obs, last_obs]), torch.cat([done, last_done]), state)
    target, values, bootstrap = all_logits[:-1], all_values[:-1], all_values[-1].detach()
    ended_after = torch.cat([done[1:], last_done])
    with torch.no_grad():
        vs, pg = vtrace(logits, target, actions, gamma * (~ended_after).float(), rewards, values, bootstrap)
    logp = F.log_softmax(target, -1)
    loss = -(logp.gather(-1, actions[..., None]).squeeze(-1) * pg).mean()
    loss = loss + 0.5 * (vs - values).square().mean() + entropy * (logp.exp() * logp).sum(-1).mean()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return loss.item(), rewards.mean().item()


def publish(net, queues):
    params = {k: v.detach().clone() for k, v in net.state_dict().items()}
    for q in queues:
        try:
            q.put_nowait(params)
        except queue.Full:
            pass


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--unroll", type=int, default=50)
    ap.add_argument("--updates", type=int, default=50_000)
    args = ap.parse_args()
    ctx = mp.get_context("spawn")
    stop = ctx.Event()
    params = [ctx.Queue(maxsize=1) for _ in range(args.actors)]
    rollouts = ctx.Queue(maxsize=4 * args.batch)
    net = FlowNet()
    opt = torch.optim.RMSprop(net.parameters(), lr=4e-4, eps=0.01)
    publish(net, params)
    actors = [ctx.Process(target=act, args=(i, args.unroll, params[i], rollouts, stop), daemon=True) for i in range(args.actors)]
    for a in actors:
        a.start()
    began = time.time()
    for update in range(1, args.updates + 1):
        loss, reward = learn(net, opt, [rollouts.get() for _ in range(args.batch)])
        publish(net, params)
        if update % 200 == 0:
            sps = update * args.batch * args.unroll / (time.time() - began)
            logging.info("update %d loss %.3f reward/rtt %.3f (%.0f steps/s)", update, loss, reward, sps)
            torch.save(net.state_dict(), "flow.pt")
    stop.set()
    for a in actors:
        a.terminate()
        a.join(timeout=5)


if __name__ == "__main__":
    main()
