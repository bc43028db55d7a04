import random
import sys
import time

import numpy as np
import redis
import torch

from common import SorterNet, get_weights, put_shift
from postroom import Postroom


def work_shift(env, net, eps):
    obs, hidden, over = env.new_shift(), None, False
    seen, bags, rewards = [], [], []
    while not over:
        with torch.no_grad():
            q, hidden = net(torch.from_numpy(obs).view(1, 1, -1), hidden)
        bag = random.randrange(env.d) if random.random() < eps else int(q.argmax())
        seen.append(obs)
        obs, r, over = env.sort(bag)
        bags.append(bag)
        rewards.append(r)
    return np.stack(seen), np.array(bags), np.array(rewards, dtype=np.float32)


def main():
    number = int(sys.argv[1])
    host = sys.argv[2] if len(sys.argv) > 2 else "localhost"
    random.seed(number)
    db = redis.Redis(host)
    env, net = Postroom(seed=number), SorterNet()
    eps = 0.4 ** (1 + number / 2)
    while (weights := get_weights(db)) is None:
        time.sleep(1)
    net.load_state_dict(weights)
    while True:
        put_shift(db, work_shift(env, net, eps))
        net.load_state_dict(get_weights(db))


if __name__ == "__main__":
    main()
