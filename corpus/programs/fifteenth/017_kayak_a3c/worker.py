import torch
import torch.nn.functional as F

from model import K1Race, PaddleNet


def push_grads(local, shared):
    for p, sp in zip(local.parameters(), shared.parameters()):
        sp.grad = p.grad.clone()


def work(rank, cfg, hidden, shared, optim, total):
    torch.manual_seed(rank)
    env = K1Race(rank)
    local = PaddleNet(hidden)
    obs, done, ret = env.reset(), True, 0.0

    while total.value < cfg["max_steps"]:
        local.load_state_dict(shared.state_dict())
        if done:
            h = torch.zeros(1, hidden)
            c = torch.zeros(1, hidden)
        else:
            h, c = h.detach(), c.detach()

        values, logps, rewards, entropies = [], [], [], []
        for _ in range(cfg["t_max"]):
            logit, v, h, c = local(obs, h, c)
            p = F.softmax(logit, -1)
            lp = F.log_softmax(logit, -1)
            a = p.multinomial(1).detach()
            obs, r, done = env.step(a.item())
            ret += r
            values.append(v)
            logps.append(lp.gather(1, a))
            rewards.append(r)
            entropies.append(-(p * lp).sum(1))
            if done:
                break

        with total.get_lock():
            total.value += len(rewards)
        R = torch.zeros(1, 1)
        if done:
            if rank == 0:
                print(f"{total.value} steps: {env.m:.0f} m in {env.s} strokes, return {ret:.1f}", flush=True)
            obs, ret = env.reset(), 0.0
        else:
            R = local(obs, h, c)[1].detach()

        loss = 0.0
        for v, lp, r, e in zip(values[::-1], logps[::-1], rewards[::-1], entropies[::-1]):
            R = r + cfg["gamma"] * R
            adv = R - v
            loss = loss + 0.5 * adv.pow(2) - lp * adv.detach() - cfg["entropy"] * e
        local.zero_grad()
        loss.sum().backward()
        torch.nn.utils.clip_grad_norm_(local.parameters(), 40)
        push_grads(local, shared)
        optim.step()
