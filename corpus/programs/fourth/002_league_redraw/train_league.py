from dataclasses import asdict

import torch
import tyro

from soccer.config import LeagueConfig
from soccer.env import make_pitch
from soccer.learner import PPOLearner
from soccer.opponents import OpponentBench


def main(cfg: LeagueConfig) -> None:
    torch.manual_seed(cfg.seed)
    pitch = make_pitch(cfg.seats, cfg.seed)
    learner = PPOLearner(pitch.obs_dim, pitch.n_actions, cfg)
    bench = OpponentBench(pitch.obs_dim, pitch.n_actions, cfg)
    bench.add(learner.net, tag="init")

    obs_me, obs_op = pitch.reset()
    bench.seat_all()
    for update in range(cfg.updates):
        for _ in range(cfg.horizon):
            actions = learner.act(obs_me)
            rivals = bench.act(obs_op)
            obs_me, obs_op, reward, done = pitch.step(actions, rivals)
            learner.observe(reward, done)
            bench.observe(done)
        stats = learner.update(obs_me)
        if (update + 1) % cfg.snapshot_every == 0:
            bench.add(learner.net, tag=f"u{update + 1}")
        if (update + 1) % cfg.redraw_every == 0:
            bench.redraw(fraction=0.5)
        if update % 20 == 0:
            print(update, {k: round(v, 3) for k, v in stats.items()}, "bench", len(bench.archive))
    torch.save({"cfg": asdict(cfg), "net": learner.net.state_dict()}, cfg.out)


if __name__ == "__main__":
    main(tyro.cli(LeagueConfig))
