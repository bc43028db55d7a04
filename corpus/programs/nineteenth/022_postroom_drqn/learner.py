import random
from collections import deque

import numpy as np
import redis
import torch
import torch.nn.functional as F

from common import SorterNet, get_shifts, put_weights

BATCH, LENGTH, GAMMA = 32, 80, 0.9


def windows(memory):
    obs, act, rew = [], [], []
    for seen, bags, rewards in random.sample(list(memory), BATCH):
        i = random.randrange(len(bags) - LENGTH + 1)
        obs.append(seen[i:i + LENGTH])
        act.append(bags[i:i + LENGTH])
        rew.append(rewards[i:i + LENGTH])
    return torch.from_numpy(np.stack(obs)), torch.from_numpy(np.stack(act)), torch.from_numpy(np.stack(rew))


def main():
    db = redis.Redis()
    net, target = SorterNet(), SorterNet()
    target.load_state_dict(net.state_dict())
    target.eval()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    put_weights(db, net)
    memory = deque(maxlen=3000)
    step = 0
    while step < 100_000:
        memory.extend(get_shifts(db, block=len(memory) < BATCH))
        if len(memory) < BATCH:
            continue
        obs, act, rew = windows(memory)
        q, _ = net(obs)
        with torch.no_grad():
            tq, _ = target(obs)
        taken = q[:, :-1].gather(2, act[:, :-1, None]).squeeze(2)
        goal = rew[:, :-1] + GAMMA * tq[:, 1:].max(2).values
        loss = F.smooth_l1_loss(taken[:, 10:], goal[:, 10:])
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        opt.step()
        step += 1
        if step % 20 == 0:
            put_weights(db, net)
        if step % 500 == 0:
            target.load_state_dict(net.state_dict())
            recent = [r.mean() for _, _, r in list(memory)[-50:]]
            print(f"{step}: loss {loss.item():.4f}, reward per parcel {np.mean(recent):.3f}")


if __name__ == "__main__":
    main()
