import argparse
import pathlib

import lightning as L
import torch
from lightning.pytorch.callbacks import ModelCheckpoint

from bidder import AdAuction, RecurrentBidder


def fit(epochs):
    ck = ModelCheckpoint(dirpath="ckpt", every_n_train_steps=250, monitor="reward", mode="max", save_top_k=3)
    trainer = L.Trainer(max_epochs=epochs, callbacks=[ck], accelerator="auto", devices=1)
    trainer.fit(RecurrentBidder())
    return ck.best_model_path


def backtest(path, days=5):
    agent = RecurrentBidder.load_from_checkpoint(path, map_location="cpu").eval()
    market = AdAuction(agent.hparams.n, seed=123)
    gains = []
    for _ in range(days):
        obs, over, gain = market.start(), False, torch.zeros(agent.hparams.n)
        while not over:
            obs, r, over = market.step(agent.bid(obs))
            gain += r
        gains.append(gain.mean().item())
        agent.mem.zero_()
    return gains


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--epochs", type=int, default=20)
    ap.add_argument("--ckpt", type=pathlib.Path)
    ns = ap.parse_args()
    best = ns.ckpt or fit(ns.epochs)
    print(backtest(best))
