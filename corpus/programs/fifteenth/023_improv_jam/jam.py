"""Let the trained soloists play the same tunes and write down their lines.

    python jam.py takes/ --tunes 12
"""
import argparse
import json
import pathlib

import numpy as np
from sb3_contrib import RecurrentPPO

from jam_env import JamEnv

NAMES = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B", "-"]


def play_tune(model, env, seed, sample):
    obs, _ = env.reset(seed=seed)
    state = None
    first = np.array([True])
    score, over = 0.0, False
    while not over:
        note, state = model.predict(obs, state=state, episode_start=first, deterministic=not sample)
        obs, r, term, trunc, _ = env.step(note)
        over = term or trunc
        first = np.array([over])
        score += r
    return score, [NAMES[n] for n in env.line]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("takes", type=pathlib.Path)
    ap.add_argument("--tunes", type=int, default=8)
    ap.add_argument("--sample", action="store_true")
    ap.add_argument("--out", default="lines.json")
    args = ap.parse_args()

    env = JamEnv()
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        policy_kwargs=dict(lstm_hidden_size=128, net_arch=[64]),
        device="cpu",
    )

    book = {}
    for take in sorted(args.takes.glob("*.zip")):
        model.load(take)
        lines, scores = [], []
        for tune in range(args.tunes):
            score, line = play_tune(model, env, tune, args.sample)
            scores.append(score)
            lines.append(" ".join(line))
        book[take.stem] = {"mean": float(np.mean(scores)), "lines": lines}
        print(f"{take.stem:<24} {np.mean(scores):7.2f} +- {np.std(scores):.2f}")

    with open(args.out, "w") as f:
        json.dump(book, f, indent=1)


if __name__ == "__main__":
    main()
