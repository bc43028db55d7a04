"""Films one episode of a saved model."""
import argparse

import imageio
import numpy as np
from sb3_contrib import RecurrentPPO

from .envs import make


def film(model, env, seed):
    obs, _ = env.reset(seed=seed)
    frames = [env.render()]
    state, start, over = None, np.ones(1, dtype=bool), False
    while not over:
        action, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
        obs, _, terminated, truncated, _ = env.step(action)
        over = terminated or truncated
        start = np.array([over])
        frames.append(env.render())
    return frames


def caption(frames, text):
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        return frames
    out = []
    for i, f in enumerate(frames):
        im = Image.fromarray(f)
        ImageDraw.Draw(im).text((5, 5), f"{text} {i}", fill=(0, 0, 0))
        out.append(np.asarray(im))
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--flicker", type=float, default=0.5)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", default="film.gif")
    args = ap.parse_args()
    env = make(args.env, args.flicker, render="rgb_array")
    frames = film(RecurrentPPO.load(args.model), env, args.seed)
    imageio.mimsave(args.out, caption(frames, args.model), fps=30)


if __name__ == "__main__":
    main()
