import argparse
import logging
import os

import pfrl
import torch
from pfrl.agents import PPO
from pfrl.policies import SoftmaxCategoricalHead
from torch import nn

from ticks import TickMarket

log = logging.getLogger("bot")


def build_agent(obs_size, args):
    model = pfrl.nn.RecurrentSequential(
        nn.LSTM(num_layers=1, input_size=obs_size, hidden_size=args.hidden),
        pfrl.nn.Branched(
            nn.Sequential(nn.Linear(args.hidden, 3), SoftmaxCategoricalHead()),
            nn.Linear(args.hidden, 1),
        ),
    )
    opt = torch.optim.Adam(model.parameters(), lr=args.lr, eps=1e-5)
    return PPO(
        model,
        opt,
        gpu=args.gpu,
        recurrent=True,
        max_recurrent_sequence_len=64,
        update_interval=2048,
        minibatch_size=256,
        epochs=4,
        gamma=0.999,
        entropy_coef=args.entropy,
    )


def is_broken(agent):
    return any(not torch.isfinite(p).all() for p in agent.model.parameters())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("data")
    ap.add_argument("--outdir", default="out")
    ap.add_argument("--steps", type=int, default=5_000_000)
    ap.add_argument("--check-every", type=int, default=1024)
    ap.add_argument("--max-drawdown", type=float, default=0.004)
    ap.add_argument("--hidden", type=int, default=128)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--entropy", type=float, default=0.003)
    ap.add_argument("--gpu", type=int, default=-1)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    market = TickMarket(args.data)
    agent = build_agent(market.obs_size, args)
    good = os.path.join(args.outdir, "good")
    agent.save(good)

    obs = market.reset()
    peak = 0.0
    for t in range(1, args.steps + 1):
        action = agent.act(obs)
        obs, reward, done, info = market.step(action)
        agent.observe(obs, reward, done, False)
        peak = max(peak, info["equity"])

        if is_broken(agent) or peak - info["equity"] > args.max_drawdown:
            log.warning("step %d: training diverged, going back to %s", t, good)
            agent.load(good)
            peak = info["equity"]
        elif t % args.check_every == 0:
            agent.save(good)
            log.info("step %d equity %.5f %s", t, info["equity"], agent.get_statistics())

        if done:
            obs = market.reset()
            peak = 0.0

    agent.save(os.path.join(args.outdir, "final"))


if __name__ == "__main__":
    main()
