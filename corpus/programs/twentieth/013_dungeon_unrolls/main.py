import argparse

import ray
import torch
import torch.nn.functional as F

from actor import Actor
from delver import Delver


def vtrace(logp_mu, logp_pi, rewards, values, ended, gamma):
    rho = (logp_pi - logp_mu).exp().clamp(max=1.0)
    vs, acc = torch.zeros_like(values), 0.0
    nxt = torch.cat([values[1:], values[-1:]])
    for t in reversed(range(len(rewards))):
        keep = gamma * (1 - ended[t])
        delta = rho[t] * (rewards[t] + keep * nxt[t] - values[t])
        acc = delta + keep * rho[t] * acc
        vs[t] = values[t] + acc
    vs_next = torch.cat([vs[1:], values[-1:]])
    return vs, rho * (rewards + gamma * (1 - ended) * vs_next - values)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--actors", type=int, default=12)
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--length", type=int, default=40)
    parser.add_argument("--updates", type=int, default=50000)
    args = parser.parse_args()

    ray.init()
    net = Delver()
    opt = torch.optim.RMSprop(net.parameters(), lr=4e-4, eps=0.01)
    actors = [Actor.remote(i, args.length) for i in range(args.actors)]
    weights = ray.put(net.state_dict())
    running = {a.unroll.remote(weights): a for a in actors}
    history = []
    for update in range(args.updates):
        ready, _ = ray.wait(list(running), num_returns=args.batch)
        batches = []
        for ref in ready:
            batch, scores = ray.get(ref)
            batches.append(batch)
            history += scores
            actor = running.pop(ref)
            running[actor.unroll.remote(weights)] = actor
        b = {k: torch.stack([x[k] for x in batches], dim=1).float() for k in batches[0] if k != "core_state"}
        state = torch.cat([x["core_state"] for x in batches])
        logits, values = net.unroll(b["view"].long(), b["stats"], b["done"], state)
        dist = torch.distributions.Categorical(logits=logits)
        logp = dist.log_prob(b["action"].long())
        with torch.no_grad():
            vs, adv = vtrace(b["logp"], logp, b["reward"], values, b["ended"], 0.99)
        loss = -(logp * adv).mean() + 0.5 * F.mse_loss(values, vs) - 0.003 * dist.entropy().mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        weights = ray.put(net.state_dict())
        if update % 200 == 0:
            recent = history[-100:]
            print(f"{update}: {sum(recent) / max(1, len(recent)):.2f} over the last {len(recent)} games")
            torch.save(net.state_dict(), "delver.pt")


if __name__ == "__main__":
    main()
