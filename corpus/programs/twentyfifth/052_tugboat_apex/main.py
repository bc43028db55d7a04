import copy
import time

import ray
import torch
import torch.nn.functional as F

from tug import QNet
from workers import Actor, ParameterServer, Replay

ACTORS, BATCH, BURN, GAMMA = 8, 16, 10, 0.997


def sequence_loss(net, target, start, seq):
    obs = torch.tensor([s[0] for s in seq]).unsqueeze(1)
    act = torch.tensor([s[1] for s in seq])
    rew = torch.tensor([s[2] for s in seq], dtype=torch.float32)
    end = torch.tensor([s[3] for s in seq])
    q, _ = net(obs, start)
    with torch.no_grad():
        tq, _ = target(obs, start)
        nxt = tq[1:, 0].gather(1, q[1:, 0].argmax(1, keepdim=True)).squeeze(1)
    y = rew[:-1] + GAMMA * (1 - end[:-1]) * nxt
    td = q[:-1, 0].gather(1, act[:-1, None]).squeeze(1) - y
    last = q[-1, 0, act[-1]] - rew[-1]
    burn = BURN if len(seq) > 2 * BURN else 0
    loss = F.smooth_l1_loss(td[burn:], torch.zeros_like(td[burn:]), reduction="sum")
    return loss + end[-1] * last.abs()


def publish(server, net):
    ray.get(server.put.remote({k: v.detach().clone() for k, v in net.state_dict().items()}))


def main(updates=200_000):
    ray.init()
    net = QNet()
    target = copy.deepcopy(net).requires_grad_(False)
    opt = torch.optim.Adam(net.parameters(), lr=1e-4, eps=1e-3)
    server, replay = ParameterServer.remote(), Replay.remote()
    publish(server, net)
    actors = [Actor.remote(i, ACTORS, server, replay) for i in range(ACTORS)]
    for a in actors:
        a.run.remote()
    u = 0
    while u < updates:
        batch = ray.get(replay.sample.remote(BATCH))
        if batch is None:
            time.sleep(1)
            continue
        loss = sum(sequence_loss(net, target, s, seq) for s, seq in batch) / BATCH
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40)
        opt.step()
        u += 1
        if u % 20 == 0:
            publish(server, net)
        if u % 2500 == 0:
            target.load_state_dict(net.state_dict())
            torch.save(net.state_dict(), "tow.pt")
            print(u, loss.item())


if __name__ == "__main__":
    main()
