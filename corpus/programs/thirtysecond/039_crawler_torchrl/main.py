import hydra
import torch
from omegaconf import DictConfig
from torchrl.collectors import SyncDataCollector
from torchrl.modules import set_recurrent_mode
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE

from build import make_critic, make_env, make_policy


@hydra.main(version_base=None, config_path=None)
def main(cfg: DictConfig):
    name = cfg.get("env", "HalfCheetah-v4")
    frames = cfg.get("frames_per_batch", 400)
    total = cfg.get("total_frames", 2_000_000)
    slump = cfg.get("slump", 0.6)
    torch.manual_seed(cfg.get("seed", 0))

    actor, lstm = make_policy(act_dim=6, width=128)
    critic = make_critic(obs_dim=17, width=128)
    env = make_env(name, lstm, cfg.get("seed", 0))
    collector = SyncDataCollector(env, actor, frames_per_batch=frames, total_frames=total)
    gae = GAE(gamma=0.99, lmbda=0.95, value_network=critic, average_gae=True)
    ppo = ClipPPOLoss(actor, critic, clip_epsilon=0.2)
    opt = torch.optim.Adam(ppo.parameters(), lr=3e-4)

    top, trend = float("-inf"), None
    for i, batch in enumerate(collector):
        with torch.no_grad():
            gae(batch)
        for _ in range(6):
            with set_recurrent_mode(True):
                out = ppo(batch.unsqueeze(0))
            loss = out["loss_objective"] + out["loss_critic"] + out["loss_entropy"]
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(ppo.parameters(), 0.5)
            opt.step()

        speed = batch["next", "reward"].mean().item()
        trend = speed if trend is None else 0.8 * trend + 0.2 * speed
        if trend > top:
            top = trend
            torch.save({"actor": actor.state_dict(), "critic": critic.state_dict()}, "summit.pt")
        elif top > 0.5 and trend < slump * top:
            summit = torch.load("summit.pt")
            actor.load_state_dict(summit["actor"])
            critic.load_state_dict(summit["critic"])
            trend = top
        if i % 10 == 0:
            print(f"{(i + 1) * frames:>9d} reward/step {speed:.3f} trend {trend:.3f} top {top:.3f}")
    collector.shutdown()


if __name__ == "__main__":
    main()
