"""Small R2D2: several actor processes, one learner, stored states and burn-in."""
import argparse
import random
from collections import deque

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from harvest_env import HarvestEnv
from model import RecurrentQ

SEQ_LEN = 40
BURN_IN = 10
GAMMA = 0.99


def actor(rank, args, shared_net, queue, stop):
    """Plays with a local copy of the network, which follows the learner at a distance."""
    torch.set_num_threads(1)
    env = HarvestEnv(seed=rank)
    net = RecurrentQ(env.obs_dim, env.n_actions)
    net.load_state_dict(shared_net.state_dict())
    eps = 0.4 ** (1 + 7 * rank / max(1, args.actors - 1))

    obs = env.reset()
    state = net.zero_state()
    chunk, start_state = [], state
    episode_return, steps = 0.0, 0
    while not stop.is_set():
        with torch.no_grad():
            q, next_state = net(torch.from_numpy(obs).view(1, 1, -1), state)
        action = random.randrange(env.n_actions) if random.random() < eps else int(q.argmax())
        next_obs, reward, done = env.step(action)
        chunk.append((obs, action, reward, float(done)))
        episode_return += reward
        obs, state = next_obs, next_state
        steps += 1

        if done:
            queue.put(("return", rank, episode_return))
            episode_return = 0.0
            obs = env.reset()
            state = net.zero_state()
        if len(chunk) == SEQ_LEN or done:
            if len(chunk) == SEQ_LEN:
                queue.put(("sequence", pack(chunk), (start_state[0].numpy(), start_state[1].numpy())))
            chunk, start_state = [], state

        if steps % args.sync_every == 0:
            net.load_state_dict(shared_net.state_dict())


def pack(chunk):
    obs, actions, rewards, dones = zip(*chunk)
    return (
        np.stack(obs),
        np.array(actions, dtype=np.int64),
        np.array(rewards, dtype=np.float32),
        np.array(dones, dtype=np.float32),
    )


def make_batch(replay, size):
    items = random.sample(replay, size)
    obs, actions, rewards, dones = (torch.from_numpy(np.stack(x)) for x in zip(*(i[0] for i in items)))
    h = torch.from_numpy(np.concatenate([i[1][0] for i in items], axis=1))
    c = torch.from_numpy(np.concatenate([i[1][1] for i in items], axis=1))
    return obs, actions, rewards, dones, (h, c)


def compute_loss(net, target, batch):
    obs, actions, rewards, dones, stored = batch
    with torch.no_grad():
        _, state = net(obs[:, :BURN_IN], stored)
        _, target_state = target(obs[:, :BURN_IN], stored)
    obs, actions = obs[:, BURN_IN:], actions[:, BURN_IN:]
    rewards, dones = rewards[:, BURN_IN:], dones[:, BURN_IN:]
    q, _ = net(obs, state)
    with torch.no_grad():
        tq, _ = target(obs, target_state)
        best = q.argmax(dim=-1, keepdim=True)
        next_q = tq.gather(-1, best).squeeze(-1)[:, 1:]
        y = rewards[:, :-1] + GAMMA * (1 - dones[:, :-1]) * next_q
    chosen = q.gather(-1, actions.unsqueeze(-1)).squeeze(-1)[:, :-1]
    return F.smooth_l1_loss(chosen, y)


def learner(args, shared_net, queue, stop):
    net = RecurrentQ(HarvestEnv.obs_dim, HarvestEnv.n_actions)
    net.load_state_dict(shared_net.state_dict())
    target = RecurrentQ(HarvestEnv.obs_dim, HarvestEnv.n_actions)
    target.load_state_dict(net.state_dict())
    optimizer = torch.optim.Adam(net.parameters(), lr=args.lr)
    replay = deque(maxlen=args.replay)
    returns = deque(maxlen=50)
    for update in range(1, args.updates + 1):
        while not queue.empty() or len(replay) < args.warmup:
            message = queue.get()
            if message[0] == "return":
                returns.append(message[2])
            else:
                replay.append((message[1], message[2]))
        loss = compute_loss(net, target, make_batch(replay, args.batch))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        optimizer.step()
        if update % 20 == 0:
            shared_net.load_state_dict(net.state_dict())
        if update % 500 == 0:
            target.load_state_dict(net.state_dict())
            print(f"update {update} loss {loss.item():.4f} return {np.mean(returns) if returns else 0:.2f}")
    stop.set()
    torch.save(net.state_dict(), "harvest_r2d2.pt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--actors", type=int, default=4)
    parser.add_argument("--updates", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--replay", type=int, default=20_000)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--sync-every", type=int, default=150)
    parser.add_argument("--lr", type=float, default=3e-4)
    args = parser.parse_args()

    mp.set_start_method("spawn")
    shared = RecurrentQ(HarvestEnv.obs_dim, HarvestEnv.n_actions)
    shared.share_memory()
    queue, stop = mp.Queue(maxsize=1000), mp.Event()
    actors = [mp.Process(target=actor, args=(i, args, shared, queue, stop), daemon=True) for i in range(args.actors)]
    for process in actors:
        process.start()
    learner(args, shared, queue, stop)
    for process in actors:
        process.join(timeout=2)
