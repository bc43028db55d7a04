import gymnasium as gym
import numpy as np
import torch

from .models import Actor


def take_latest(pipe, net):
    """Copy the newest parameters in the pipe, if there are any, into `net`."""
    params = None
    while pipe.poll():
        params = pipe.recv()
    if params is None:
        return False
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(params[name])
    return True


def actor_main(rank, env_id, seq, pipe, out):
    torch.set_num_threads(1)
    env = gym.make(env_id)
    net = Actor(env.observation_space.shape[0], env.action_space.shape[0])
    rng = np.random.default_rng(rank)
    obs, _ = env.reset(seed=rank)
    h, noise, rows = None, 0.0, []
    high = env.action_space.high
    while True:
        take_latest(pipe, net)
        with torch.no_grad():
            x = torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1)
            a, h = net(x, h)
        noise = 0.85 * noise + 0.2 * rng.normal(size=high.shape)
        a = np.clip(a[0, 0].numpy() + noise, -1, 1)
        nxt, r, term, trunc, _ = env.step(a * high)
        rows.append((obs, a, r, 1.0 - term))
        obs = nxt
        if len(rows) == seq:
            out.put([np.asarray(c, dtype=np.float32) for c in zip(*rows)])
            rows = []
        if term or trunc:
            obs, _ = env.reset()
            h, noise, rows = None, 0.0, []
