import random

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Categorical, kl_divergence

from hydro import PumpedHydro
from world import Actor, World

world = World()
actor = Actor(world.feat_dim)
w_opt = torch.optim.Adam(world.parameters(), 8e-4)
a_opt = torch.optim.Adam(actor.parameters(), 1e-4)
replay = []


@torch.no_grad()
def week(env, greedy=False):
    latent, act = world.zero(1), torch.zeros(1, world.n_act)
    obs, done, steps, total = env.reset(), False, [], 0.0
    while not done:
        latent, _, _ = world.step(latent, act, torch.from_numpy(obs)[None])
        logits = actor(latent)
        a = logits.argmax(-1) if greedy else Categorical(logits=logits).sample()
        act = F.one_hot(a, world.n_act).float()
        nxt, r, done = env.step(int(a))
        steps.append((act[0].numpy(), nxt, r))
        obs, total = nxt, total + r
    return steps, total


def sample(n=16, length=40):
    out = []
    for _ in range(n):
        ep = random.choice(replay)
        s = random.randrange(len(ep) - length)
        out.append(ep[s:s + length])
    return [torch.as_tensor(np.array([[st[i] for st in seq] for seq in out], dtype=np.float32)).transpose(0, 1)
            for i in range(3)]


def fit_world():
    acts, obs, rew = sample()
    latent, loss, starts = world.zero(acts.shape[1]), 0.0, []
    for a, o, r in zip(acts, obs, rew):
        latent, prior, post = world.step(latent, a, o)
        f = torch.cat(latent, -1)
        loss = loss + F.mse_loss(world.obs_head(f), o) + F.mse_loss(world.rew_head(f)[:, 0], r)
        loss = loss + 0.5 * kl_divergence(Categorical(logits=post), Categorical(logits=prior)).mean()
        starts.append(tuple(t.detach() for t in latent))
    w_opt.zero_grad()
    (loss / len(acts)).backward()
    torch.nn.utils.clip_grad_norm_(world.parameters(), 50.0)
    w_opt.step()
    return random.choice(starts)


def fit_actor(latent, horizon=12):
    ret, logps = 0.0, []
    for k in range(horizon):
        dist = Categorical(logits=actor(latent))
        a = dist.sample()
        logps.append(dist.log_prob(a))
        with torch.no_grad():
            latent, _, _ = world.step(latent, F.one_hot(a, world.n_act).float())
            ret = ret + 0.97 ** k * world.rew_head(torch.cat(latent, -1))[:, 0]
    adv = (ret - ret.mean()) / (ret.std() + 1e-6)
    loss = -(torch.stack(logps).sum(0) * adv).mean()
    a_opt.zero_grad()
    loss.backward()
    a_opt.step()


def main(weeks=400, patience=80):
    env, exam = PumpedHydro(0), PumpedHydro(1)
    top, top_week, champion = -np.inf, 0, None
    for n in range(weeks):
        replay.append(week(env)[0])
        for _ in range(30):
            fit_actor(fit_world())
        score = np.mean([week(exam, greedy=True)[1] for _ in range(3)])
        if score > top:
            top, top_week = score, n
            champion = {"world": world.state_dict(), "actor": actor.state_dict()}
        print(f"week {n:3d}  {score:8.2f}  (top {top:8.2f} in week {top_week})")
        if n - top_week > patience:
            break
    world.load_state_dict(champion["world"])
    actor.load_state_dict(champion["actor"])
    torch.save(champion, "hydro.pt")
    print("final", np.mean([week(exam, greedy=True)[1] for _ in range(20)]))


if __name__ == "__main__":
    main()
