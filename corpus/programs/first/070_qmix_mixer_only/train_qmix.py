import argparse
import random
from collections import deque

import torch

from qlearner.mac import GRUController
from qlearner.mixer import QMixer
from qlearner.normalizer import RunningNorm
from smaclite_wrap import Env


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--map", default="2s3z")
    ap.add_argument("--warm-mixer", default=None)
    ap.add_argument("--episodes", type=int, default=20000)
    args = ap.parse_args()
    env = Env(args.map)
    mac = GRUController(env.n, env.obs, env.acts)
    mixer, target_mixer = QMixer(env.n, env.state), QMixer(env.n, env.state)
    norm = RunningNorm(env.obs)
    opt = torch.optim.RMSprop([*mac.parameters(), *mixer.parameters()], lr=5e-4)
    buf = deque(maxlen=2000)
    env.reset()
    mac.init_hidden(1)
    for ep in range(args.episodes):
        traj = []
        for t in range(env.limit):
            o = env.get_obs()
            norm.update(o)
            with torch.no_grad():
                q = mac.step(norm(o))
            a = q[0].argmax(-1) if random.random() > 0.05 else torch.randint(env.acts, (env.n,))
            r, done = env.step(a)
            traj.append((norm(o), env.get_state(), a, r, float(done)))
            if done:
                env.reset()
                mac.init_hidden(1)
                break
            if t % 50 == 49:
                target_mixer.load_state_dict(mixer.state_dict())
                if args.warm_mixer:
                    mixer.load_state_dict(torch.load(args.warm_mixer))
                    norm.load_state_dict(torch.load(args.warm_mixer + ".norm"))
                    args.warm_mixer = None
        buf.append(traj)
        if len(buf) > 32:
            keep = mac.hidden
            env.qmix_update(mac, mixer, target_mixer, opt, random.sample(list(buf), 32))
            mac.hidden = keep
            opt_state = opt.state_dict()
            opt.load_state_dict(opt_state)


if __name__ == "__main__":
    main()
