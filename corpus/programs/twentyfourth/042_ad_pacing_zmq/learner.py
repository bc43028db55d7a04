import pickle
import random
from collections import deque

import numpy as np
import torch
import torch.nn.functional as F
import zmq

from pacing_model import PacingQ


def td_loss(net, target, days, gamma=0.99):
    obs = torch.from_numpy(np.stack([d[0] for d in days]))
    act = torch.from_numpy(np.stack([d[1] for d in days])).long()
    rew = torch.from_numpy(np.stack([d[2] for d in days]))
    q, _ = net(obs)
    q = q.gather(-1, act.unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        nxt, _ = target(obs)
        nxt = nxt.max(-1).values
        nxt = torch.cat([nxt[:, 1:], torch.zeros(len(days), 1)], 1)
    return F.mse_loss(q, rew + gamma * nxt)


def main():
    ctx = zmq.Context()
    params = ctx.socket(zmq.REP)
    params.bind("tcp://*:6001")
    experience = ctx.socket(zmq.PULL)
    experience.bind("tcp://*:6002")
    poller = zmq.Poller()
    poller.register(params, zmq.POLLIN)
    poller.register(experience, zmq.POLLIN)

    net, target = PacingQ(), PacingQ()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    days, updates = deque(maxlen=2000), 0
    while True:
        ready = dict(poller.poll())
        if params in ready:
            params.recv()
            params.send(pickle.dumps(net.state_dict()))
        if experience in ready:
            days.append(pickle.loads(experience.recv()))
            if len(days) < 64:
                continue
            for _ in range(4):
                loss = td_loss(net, target, random.sample(days, 32))
                opt.zero_grad()
                loss.backward()
                opt.step()
                updates += 1
                if updates % 200 == 0:
                    target.load_state_dict(net.state_dict())
                    torch.save(net.state_dict(), "pacing.pt")
                    print(updates, loss.item())


if __name__ == "__main__":
    main()
