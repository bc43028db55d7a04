import queue
import random

import gymnasium as gym
import numpy as np
import torch
import torch.nn.functional as F

from nets import RecurrentQ


def actor_main(rank, cfg, seq_queue, param_queue):
    torch.set_num_threads(1)
    env = gym.make(cfg["env"])
    n_act = env.action_space.n
    net = RecurrentQ(env.observation_space.shape[0], n_act)
    net.load_state_dict(param_queue.get())
    eps = 0.4 ** (1 + 7 * rank / max(1, cfg["actors"] - 1))
    step = 0
    while True:
        obs, _ = env.reset()
        h = torch.zeros(1, 1, net.hidden)
        last, done = 0, False
        seq, h_start = [], h
        while not done:
            x = torch.cat([
                torch.as_tensor(obs, dtype=torch.float32),
                F.one_hot(torch.tensor(last), n_act).float(),
            ]).view(1, 1, -1)
            with torch.no_grad():
                q, h = net(x, h)
            act = random.randrange(n_act) if random.random() < eps else int(q.argmax())
            nxt, rew, term, trunc, _ = env.step(act)
            done = term or trunc
            seq.append((x[0, 0].numpy(), act, float(rew), float(term)))
            obs, last = nxt, act
            step += 1
            if len(seq) == cfg["seq_len"]:
                xs, acts, rews, terms = map(np.array, zip(*seq))
                seq_queue.put((xs, acts, rews, terms, h_start.numpy()))
                seq, h_start = [], h
            if step % cfg["pull_every"] == 0:
                try:
                    net.load_state_dict(param_queue.get_nowait())
                except queue.Empty:
                    pass
