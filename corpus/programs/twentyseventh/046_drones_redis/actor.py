"""Actor process of the parcel drone fleet. Start as many as you have cores:

    python actor.py --redis 10.0.0.4 --name a07
"""
import argparse
import io
import pickle
import time
from collections import deque

import redis
import torch

from fleet_env import FleetEnv
from nets import FleetPolicy

KEY_WEIGHTS, KEY_VERSION, KEY_ROLLOUTS = "fleet:weights", "fleet:version", "fleet:rollouts"


def get_args():
    ap = argparse.ArgumentParser()
    ap.add_argument("--redis", default="localhost")
    ap.add_argument("--name", default="actor")
    ap.add_argument("--length", type=int, default=64)
    ap.add_argument("--burn", type=int, default=16)
    ap.add_argument("--seed", type=int, default=0)
    return ap.parse_args()


def pull(db, net, have):
    version = int(db.get(KEY_VERSION) or 0)
    if version == have:
        return have, False
    net.load_state_dict(torch.load(io.BytesIO(db.get(KEY_WEIGHTS)), map_location="cpu"))
    return version, True


def burn_in(net, recent):
    """Hidden state for the current weights out of the last observations of this flight."""
    state = net.zero_state(1)
    with torch.no_grad():
        for obs in recent:
            _, _, state = net(obs, state)
    return state


def main():
    args = get_args()
    torch.manual_seed(args.seed)
    db = redis.Redis(host=args.redis)
    while not db.exists(KEY_WEIGHTS):
        time.sleep(1)

    env = FleetEnv(seed=args.seed)
    net = FleetPolicy(env.obs_dim, env.n_actions)
    version = -1
    obs = torch.from_numpy(env.reset()).unsqueeze(0)
    state = net.zero_state(1)
    recent = deque(maxlen=args.burn)

    while True:
        version, changed = pull(db, net, version)
        if changed:
            state = burn_in(net, recent)
        rollout = {"state": state, "obs": [], "act": [], "logp": [], "rew": [], "done": []}
        for _ in range(args.length):
            with torch.no_grad():
                logits, _, state = net(obs, state)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            nxt, rew, done = env.step(act.item())
            rollout["obs"].append(obs)
            rollout["act"].append(act.item())
            rollout["logp"].append(dist.log_prob(act).item())
            rollout["rew"].append(rew)
            rollout["done"].append(done)
            recent.append(obs)
            if done:
                nxt = env.reset()
                state = net.zero_state(1)
                recent.clear()
            obs = torch.from_numpy(nxt).unsqueeze(0)
        rollout["version"] = version
        rollout["actor"] = args.name
        rollout["last_obs"] = obs
        db.rpush(KEY_ROLLOUTS, pickle.dumps(rollout))
        db.ltrim(KEY_ROLLOUTS, -256, -1)


if __name__ == "__main__":
    main()
