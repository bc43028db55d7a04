import argparse

import gymnasium as gym
import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from model import ActorCriticLSTM


def to_obs(o):
    # positions only
    return torch.tensor(np.asarray(o)[[0, 2]], dtype=torch.float32).unsqueeze(0)


def act(rank, flags, shared, queue):
    torch.set_num_threads(1)
    torch.manual_seed(flags.seed + rank)
    env = gym.make(flags.env)
    model = ActorCriticLSTM(2, env.action_space.n).eval()
    obs, _ = env.reset(seed=flags.seed + rank)
    state = model.initial_state()
    ep_return = 0.0
    while True:
        model.load_state_dict(shared.state_dict())
        roll = {"obs": [], "action": [], "reward": [], "done": [], "logits": [], "returns": []}
        roll["core"] = [s.numpy().copy() for s in state]
        for _ in range(flags.unroll):
            o = to_obs(obs)
            with torch.no_grad():
                logits, _, state = model(o, state)
            a = torch.distributions.Categorical(logits=logits).sample().item()
            obs, r, term, trunc, _ = env.step(a)
            done = term or trunc
            ep_return += r
            roll["obs"].append(o.numpy())
            roll["action"].append(a)
            roll["reward"].append(r)
            roll["done"].append(done)
            roll["logits"].append(logits.numpy())
            if done:
                roll["returns"].append(ep_return)
                ep_return = 0.0
                obs, _ = env.reset()
                state = model.initial_state()
        roll["last"] = to_obs(obs).numpy()
        queue.put(roll)


def batch_of(queue, n):
    rolls = [queue.get() for _ in range(n)]
    pick = lambda k, dt: torch.tensor(np.stack([np.array(r[k]) for r in rolls], 1), dtype=dt)
    return {
        "obs": pick("obs", torch.float32).squeeze(2),
        "logits": pick("logits", torch.float32).squeeze(2),
        "action": pick("action", torch.long),
        "reward": pick("reward", torch.float32),
        "done": pick("done", torch.float32),
        "last": torch.tensor(np.concatenate([r["last"] for r in rolls])),
        "core": tuple(torch.tensor(np.concatenate([r["core"][i] for r in rolls])) for i in range(2)),
        "returns": [x for r in rolls for x in r["returns"]],
    }


def learn(flags, model, opt, b):
    state, logits, values = b["core"], [], []
    for t in range(flags.unroll):
        l, v, state = model(b["obs"][t], state)
        keep = (1 - b["done"][t]).unsqueeze(1)
        state = tuple(s * keep for s in state)
        logits.append(l)
        values.append(v)
    with torch.no_grad():
        ret = model(b["last"], state)[1]
    rets = []
    for t in reversed(range(flags.unroll)):
        ret = b["reward"][t] + flags.gamma * (1 - b["done"][t]) * ret
        rets.append(ret)
    rets, values = torch.stack(rets[::-1]), torch.stack(values)
    logp = F.log_softmax(torch.stack(logits), -1)
    taken = logp.gather(-1, b["action"].unsqueeze(-1)).squeeze(-1)
    old = F.log_softmax(b["logits"], -1).gather(-1, b["action"].unsqueeze(-1)).squeeze(-1)
    rho = (taken - old).exp().clamp(max=1.0).detach()
    adv = (rets - values).detach()
    entropy = -(logp.exp() * logp).sum(-1).mean()
    loss = -(rho * taken * adv).mean() + 0.5 * F.mse_loss(values, rets) - flags.entropy * entropy
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 40.0)
    opt.step()
    return loss.item()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="CartPole-v1")
    p.add_argument("--actors", type=int, default=8)
    p.add_argument("--unroll", type=int, default=20)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--updates", type=int, default=50_000)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--entropy", type=float, default=0.01)
    p.add_argument("--seed", type=int, default=0)
    flags = p.parse_args()

    mp.set_start_method("spawn")
    shared = ActorCriticLSTM(2, 2)
    shared.share_memory()
    opt = torch.optim.RMSprop(shared.parameters(), lr=5e-4, eps=0.01)
    queue = mp.Queue(maxsize=4 * flags.batch)
    procs = [mp.Process(target=act, args=(i, flags, shared, queue), daemon=True) for i in range(flags.actors)]
    for pr in procs:
        pr.start()
    for update in range(flags.updates):
        b = batch_of(queue, flags.batch)
        loss = learn(flags, shared, opt, b)
        if update % 100 == 0 and b["returns"]:
            print(update, f"loss {loss:.3f}", f"return {np.mean(b['returns']):.1f}")
