import hydra
import torch
from omegaconf import DictConfig
from torchrl.collectors import MultiSyncDataCollector
from torchrl.modules import set_recurrent_mode
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE

from models import make_env, make_models


@hydra.main(config_path=None, config_name=None, version_base="1.3")
def main(cfg: DictConfig):
    frames = cfg.get("frames_per_batch", 6400)
    total = cfg.get("total_frames", 3_000_000)
    workers = cfg.get("workers", 8)
    epochs = cfg.get("epochs", 4)

    actor, critic = make_models()
    collector = MultiSyncDataCollector(
        [make_env] * workers,
        policy=actor,
        frames_per_batch=frames,
        total_frames=total,
        reset_at_each_iter=True,
        device="cpu",
    )
    gae = GAE(gamma=0.99, lmbda=0.95, value_network=critic, shifted=True)
    loss_fn = ClipPPOLoss(actor, critic, clip_epsilon=0.2, entropy_coeff=0.01)
    optim = torch.optim.Adam(loss_fn.parameters(), lr=cfg.get("lr", 3e-4))

    seen = 0
    for data in collector:
        seen += data.numel()
        data = data.reshape(workers, -1)
        for _ in range(epochs):
            with set_recurrent_mode(True):
                with torch.no_grad():
                    gae(data)
                loss = loss_fn(data)
                total_loss = loss["loss_objective"] + loss["loss_critic"] + loss["loss_entropy"]
            optim.zero_grad()
            total_loss.backward()
            torch.nn.utils.clip_grad_norm_(loss_fn.parameters(), 0.5)
            optim.step()
        collector.update_policy_weights_()
        reward = data["next", "reward"].mean().item()
        print(f"{seen}: reward {reward:.3f} loss {total_loss.item():.3f}")
    collector.shutdown()
    torch.save(actor.state_dict(), "power_knee.pt")


if __name__ == "__main__":
    main()
