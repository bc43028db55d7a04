import argparse
import multiprocessing as mp

import numpy as np
import torch

from pilot import Pilot
from show import LightShow


class RehearsalWorker(mp.Process):
    """Keeps one rehearsal running and lends slices of it to candidates."""

    def __init__(self, conn, seed, slice_frames):
        super().__init__(daemon=True)
        self.conn = conn
        self.seed = seed
        self.slice_frames = slice_frames

    def begin(self):
        self.obs = self.show.restart()
        self.drift = None

    def fly(self, genome):
        self.pilot.load_genome(genome)
        total = 0.0
        for _ in range(self.slice_frames):
            thrust, self.drift = self.pilot(self.obs, self.drift)
            self.obs, reward, over = self.show.step(thrust)
            total += reward
            if over:
                self.begin()
        return total / self.slice_frames

    def run(self):
        torch.manual_seed(self.seed)
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        self.show = LightShow()
        self.pilot = Pilot()
        self.begin()
        while True:
            genome = self.conn.recv()
            if genome is None:
                break
            self.conn.send(self.fly(genome))


class EvolutionTrainer:
    def __init__(self, workers, sigma, lr, slice_frames):
        self.sigma, self.lr = sigma, lr
        self.centre = Pilot().genome()
        self.pipes, self.workers = [], []
        for i in range(workers):
            here, there = mp.Pipe()
            w = RehearsalWorker(there, i, slice_frames)
            w.start()
            self.pipes.append(here)
            self.workers.append(w)

    def generation(self):
        half = np.random.randn(len(self.pipes) // 2, self.centre.size)
        noise = np.concatenate([half, -half])
        for pipe, eps in zip(self.pipes, noise):
            pipe.send(self.centre + self.sigma * eps)
        fitness = np.array([pipe.recv() for pipe in self.pipes])
        ranks = fitness.argsort().argsort() / (len(fitness) - 1) - 0.5
        self.centre = self.centre + self.lr / (len(noise) * self.sigma) * noise.T @ ranks
        return fitness

    def close(self):
        for pipe, w in zip(self.pipes, self.workers):
            pipe.send(None)
            w.join()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=16)
    ap.add_argument("--generations", type=int, default=2000)
    ap.add_argument("--slice-frames", type=int, default=150)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--lr", type=float, default=0.1)
    a = ap.parse_args()
    trainer = EvolutionTrainer(a.workers, a.sigma, a.lr, a.slice_frames)
    for g in range(a.generations):
        fit = trainer.generation()
        if g % 20 == 0:
            print(f"gen {g:5d}  mean {fit.mean():.3f}  best {fit.max():.3f}")
            np.save("pilot_centre.npy", trainer.centre)
    trainer.close()
