"""Record a video of the biped walking for each checkpoint of a run (rl_games, LSTM policy).

    python gallery.py cfg/biped_lstm.yaml runs/Biped_12-03/nn --seconds 15
"""
import argparse
import re
from pathlib import Path

import imageio
import torch
import yaml
from rl_games.common import env_configurations, vecenv
from rl_games.torch_runner import Runner

from biped_env import BipedVec

DT = 0.02


def natural(p):
    return [int(t) if t.isdigit() else t for t in re.split(r"(\d+)", p.name)]


def register(render):
    vecenv.register("BIPED", lambda name, n, **kw: BipedVec(n, **kw))
    env_configurations.register(
        "biped", {"vecenv_type": "BIPED", "env_creator": lambda **kw: BipedVec(**kw, render=render)}
    )


def build_player(cfg_path):
    cfg = yaml.safe_load(cfg_path.read_text())
    cfg["params"]["config"].setdefault("player", {})["deterministic"] = True
    runner = Runner()
    runner.load(cfg)
    player = runner.create_player()
    player.has_batch_dimension = True
    return player


def zero_rows(player, done):
    idx = done.nonzero(as_tuple=False).squeeze(-1)
    if len(idx) and player.is_rnn:
        for s in player.states:
            s[:, idx, :] = 0.0


def film(player, steps, out):
    obs = player.env_reset(player.env)
    total, falls = 0.0, 0
    with imageio.get_writer(out, fps=int(1 / DT)) as video:
        for _ in range(steps):
            action = player.get_action(obs, is_deterministic=True)
            obs, rew, done, _ = player.env_step(player.env, action)
            total += float(rew.mean())
            falls += int(done.sum())
            zero_rows(player, torch.as_tensor(done))
            video.append_data(player.env.render())
    return total, falls


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("cfg", type=Path)
    ap.add_argument("nn", type=Path)
    ap.add_argument("--seconds", type=float, default=15)
    ap.add_argument("--out", type=Path, default=Path("gallery"))
    args = ap.parse_args()

    args.out.mkdir(exist_ok=True)
    register(render=True)
    player = build_player(args.cfg)
    player.get_batch_size(player.env_reset(player.env), 1)
    steps = int(args.seconds / DT)

    rows = []
    for ckpt in sorted(args.nn.glob("*.pth"), key=natural):
        player.restore(str(ckpt))
        player.reset()
        total, falls = film(player, steps, args.out / f"{ckpt.stem}.mp4")
        rows.append((ckpt.stem, total, falls))
        print(f"{ckpt.stem:40s} return {total:8.2f} falls {falls}")

    with open(args.out / "index.md", "w") as f:
        f.write("| checkpoint | return | falls |\n|---|---|---|\n")
        for name, total, falls in rows:
            f.write(f"| [{name}]({name}.mp4) | {total:.2f} | {falls} |\n")


if __name__ == "__main__":
    main()
