import sys
from multiprocessing.connection import Client

import torch
from torch.distributions import Categorical

from common import ADDRESS, KEY, Kiosk, PriceNet


def one_day(net, kiosk):
    obs, h = kiosk.reset(), torch.zeros(1, 1, 32)
    logps, rewards, over = [], [], False
    while not over:
        logits, h = net(obs, h)
        dist = Categorical(logits=logits)
        a = dist.sample()
        obs, r, over = kiosk.step(int(a))
        logps.append(dist.log_prob(a))
        rewards.append(r)
    return torch.stack(logps), torch.tensor(rewards)


def main(days):
    conn = Client(ADDRESS, authkey=KEY)
    net, kiosk = PriceNet(), Kiosk()
    for _ in range(days):
        conn.send(("pull", None))
        weights, baseline = conn.recv()
        net.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()})
        logps, rewards = one_day(net, kiosk)
        togo = rewards.flip(0).cumsum(0).flip(0)
        left = torch.linspace(1, 0, len(togo))
        loss = -(logps * (togo - baseline * left)).mean()
        net.zero_grad()
        loss.backward()
        grads = [p.grad.numpy() for p in net.parameters()]
        conn.send(("push", (grads, float(rewards.sum()))))
    conn.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
