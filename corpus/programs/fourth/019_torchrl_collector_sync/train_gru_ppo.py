import argparse
import dataclasses

import torch
import tqdm
from torchrl.collectors import MultiSyncDataCollector
from torchrl.envs import (
    Compose,
    DoubleToFloat,
    GymEnv,
    InitTracker,
    ObservationNorm,
    RewardSum,
    StepCounter,
    TransformedEnv,
)
from torchrl.modules import set_recurrent_mode
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE

from nets import build_actor_critic
from settings import Settings


def make_env(cfg: Settings, primer=None):
    env = GymEnv(cfg.env, device=cfg.device)
    t = Compose(InitTracker(), StepCounter(), RewardSum(), DoubleToFloat())
    env = TransformedEnv(env, t)
    if primer is not None:
        env.append_transform(primer)
    return env


def main():
    parser = argparse.ArgumentParser()
    for f in dataclasses.fields(Settings):
        parser.add_argument("--" + f.name.replace("_", "-"), type=type(f.default), default=f.default)
    cfg = Settings(**vars(parser.parse_args()))
    torch.manual_seed(0)

    probe = make_env(cfg)
    obs_dim = probe.observation_spec["observation"].shape[-1]
    actor, critic, gru = build_actor_critic(obs_dim, probe.action_spec)
    primer = gru.make_tensordict_primer()

    collector = MultiSyncDataCollector(
        [lambda: make_env(cfg, primer)] * cfg.workers,
        policy=actor,
        frames_per_batch=cfg.frames_per_batch,
        total_frames=cfg.total_frames,
        device=cfg.device,
        update_at_each_batch=False,
    )
    advantage = GAE(gamma=cfg.gamma, lmbda=cfg.lmbda, value_network=critic, shifted=True, deactivate_vmap=True)
    loss_module = ClipPPOLoss(actor, critic, clip_epsilon=cfg.clip, entropy_coeff=cfg.entropy, normalize_advantage=True)
    optim = torch.optim.Adam(loss_module.parameters(), lr=cfg.lr)
    bar = tqdm.tqdm(total=cfg.total_frames)
    for data in collector:
        with set_recurrent_mode(True):
            for _ in range(cfg.epochs):
                with torch.no_grad():
                    advantage(data)
                for rows in torch.randperm(data.shape[0]).split(cfg.minibatch):
                    losses = loss_module(data[rows])
                    total = losses["loss_objective"] + losses["loss_critic"] + losses["loss_entropy"]
                    optim.zero_grad()
                    total.backward()
                    torch.nn.utils.clip_grad_norm_(loss_module.parameters(), 1.0)
                    optim.step()
        collector.update_policy_weights_()
        bar.update(data.numel())
        done = data["next", "done"].squeeze(-1)
        if done.any():
            bar.set_description(f"return {data['next', 'episode_reward'][done].mean():.1f}")
    collector.shutdown()
    torch.save(actor.state_dict(), "gru_ppo.pt")


if __name__ == "__main__":
    main()
