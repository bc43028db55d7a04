import glob
import os
import sys

import imageio
import numpy as np
from sb3_contrib import RecurrentPPO

from common import make_hover


def newest(pattern="checkpoints/hover_*_steps.zip"):
    files = glob.glob(pattern)
    if not files:
        sys.exit("train first")
    return max(files, key=os.path.getmtime)


def test_flight(model, env, video=None):
    frames = []
    obs, info = env.reset()
    done = False
    ep_reward, ep_len = 0, 0
    while not done:
        action, _ = model.predict(obs, deterministic=True)
        obs, reward, terminated, truncated, info = env.step(action)
        done = terminated or truncated
        ep_reward += reward
        ep_len += 1
        if video:
            frames.append(env.render()[..., :3])
    if video:
        imageio.mimsave(video, frames, fps=30)
    return ep_reward, ep_len, info.get("out_of_bounds", False)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else newest()
    print(f"loading {path}")
    model = RecurrentPPO.load(path)
    env = make_hover(render_mode="rgb_array")
    rewards, lengths, lost = [], [], 0
    for ep in range(10):
        r, n, oob = test_flight(model, env, video="flight.mp4" if ep == 0 else None)
        rewards.append(r)
        lengths.append(n)
        lost += oob
        print(f"flight {ep}: reward {r:.1f}, {n} steps{', left the dome' if oob else ''}")
    print(f"mean reward {np.mean(rewards):.1f} +- {np.std(rewards):.1f}, mean length {np.mean(lengths):.0f}, lost {lost}/10")
    env.close()


if __name__ == "__main__":
    main()
