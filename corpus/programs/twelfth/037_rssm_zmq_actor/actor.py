import io
import pickle
import time

import gymnasium as gym
import hydra
import numpy as np
import torch
import zmq
from omegaconf import DictConfig

from rssm import RSSM, ActorHead


class WeightFeed:
    """Receives the learner's broadcast and keeps only the last message."""

    def __init__(self, address):
        self.sock = zmq.Context.instance().socket(zmq.SUB)
        self.sock.setsockopt(zmq.CONFLATE, 1)
        self.sock.setsockopt(zmq.SUBSCRIBE, b"")
        self.sock.connect(address)

    def poll(self):
        try:
            raw = self.sock.recv(zmq.NOBLOCK)
        except zmq.Again:
            return None
        return torch.load(io.BytesIO(raw), map_location="cpu")


class DreamerActor:
    def __init__(self, obs_dim, act_dim, noise):
        self.rssm = RSSM(obs_dim, act_dim).eval()
        self.head = ActorHead(self.rssm.deter_size + self.rssm.stoch_size, act_dim).eval()
        self.noise, self.act_dim = noise, act_dim
        self.version = -1
        self.begin()

    def begin(self):
        self.latent = self.rssm.initial()
        self.action = torch.zeros(1, self.act_dim)
        self.trace = []

    @torch.no_grad()
    def load(self, msg):
        self.rssm.load_state_dict(msg["rssm"])
        self.head.load_state_dict(msg["actor"])
        self.version = msg["version"]
        latent = self.rssm.initial()
        for prev_action, obs in self.trace:
            latent = self.rssm.observe(latent, prev_action, obs)
        self.latent = latent

    @torch.no_grad()
    def __call__(self, obs):
        obs = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        self.latent = self.rssm.observe(self.latent, self.action, obs)
        self.trace.append((self.action, obs))
        act = self.head(self.latent.feat)
        self.action = (act + self.noise * torch.randn_like(act)).clamp(-1, 1)
        return self.action[0].numpy()


@hydra.main(version_base=None, config_path="conf", config_name="actor")
def main(cfg: DictConfig):
    env = gym.make(cfg.env.id, max_episode_steps=cfg.env.max_steps)
    actor = DreamerActor(env.observation_space.shape[0], env.action_space.shape[0], cfg.noise)
    feed = WeightFeed(cfg.learner.weights)
    push = zmq.Context.instance().socket(zmq.PUSH)
    push.connect(cfg.learner.replay)

    while actor.version < 0:
        msg = feed.poll()
        if msg is not None:
            actor.load(msg)
        time.sleep(0.2)

    high = env.action_space.high
    for episode in range(cfg.episodes):
        obs, _ = env.reset()
        actor.begin()
        rows, done, step = [], False, 0
        while not done:
            if step % cfg.poll_every == 0:
                msg = feed.poll()
                if msg is not None and msg["version"] > actor.version:
                    actor.load(msg)
            action = actor(obs)
            nxt, reward, term, trunc, _ = env.step(action * high)
            done = term or trunc
            rows.append((obs, action, reward, term))
            obs, step = nxt, step + 1
        cols = [np.asarray(c, dtype=np.float32) for c in zip(*rows)]
        push.send(pickle.dumps({"episode": episode, "data": cols, "version": actor.version}))
        print(f"episode {episode} len {step} return {cols[2].sum():.1f} v{actor.version}")


if __name__ == "__main__":
    main()
