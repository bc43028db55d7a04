import random
from collections import deque
from types import SimpleNamespace

import torch as th

from controllers import BasicMAC
from kitchen import OpenKitchen
from learner import QLearner

args = SimpleNamespace(n_agents=3, n_actions=6, rnn_hidden_dim=64, lr=5e-4, gamma=0.99, batch=16,
                       seg_len=50, segments=20_000, kitchens=8, keep=".")


def main():
    env = OpenKitchen(args.kitchens, args.n_agents)
    mac = BasicMAC(env.obs_dim, args)
    learner = QLearner(mac, args, env.obs_dim * args.n_agents)
    buffer = deque(maxlen=500)

    obs = env.open()  # the kitchens never close
    mac.init_hidden(args.kitchens)
    best, avg = -1e9, 0.0
    for seg in range(args.segments):
        eps = max(0.05, 1 - seg / 2000)
        O, A, R = [obs], [], []
        for _ in range(args.seg_len):
            act = mac.select_actions(obs, eps)
            obs, rew = env.step(act)
            O.append(obs), A.append(act), R.append(rew)
        buffer.append((th.stack(O), th.stack(A), th.stack(R)))

        if len(buffer) >= args.batch:
            picks = random.sample(buffer, args.batch)
            o, a, r = (th.cat(x, 1) for x in zip(*picks))
            loss = learner.train(o, a, r)
            if seg % 100 == 0:
                print(seg, "plates/step", avg, "loss", loss)

        avg = 0.98 * avg + 0.02 * th.stack(R).mean().item()
        if seg > 2000 and seg % 50 == 0:
            if avg > best:
                best = avg
                mac.save_models(args.keep)
            elif avg < best - 0.1:
                print(f"seg {seg}: team fell apart ({avg:.3f} < {best:.3f})")
                mac.load_models(args.keep)
                avg = best


if __name__ == "__main__":
    main()
