"""PPO with a GRU, policy is trained on cuda:0 and collects with a copy on the cpu."""
import hydra
import torch
from omegaconf import DictConfig
from tensordict.nn import ProbabilisticTensorDictSequential, TensorDictModule, ProbabilisticTensorDictModule
from torchrl.collectors import SyncDataCollector
from torchrl.data.replay_buffers import LazyTensorStorage, SamplerWithoutReplacement, TensorDictReplayBuffer
from torchrl.envs import Compose, ExplorationType, InitTracker, ObservationNorm, RewardSum, TransformedEnv
from torchrl.envs.libs.gym import GymEnv
from torchrl.modules import GRUModule, MLP
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value.advantages import GAE
from torchrl.record.loggers import generate_exp_name, get_logger


def make_env(cfg, dev="cpu"):
    env = TransformedEnv(GymEnv(cfg.env.name, device=dev))
    env.append_transform(InitTracker())
    env.append_transform(RewardSum())
    return env


def make_nets(env, cfg):
    n = env.action_spec.space.n
    gru = GRUModule(input_size=cfg.hid, hidden_size=cfg.hid, in_keys=["emb", "rs", "is_init"], out_keys=["emb", ("next", "rs")])
    common = [TensorDictModule(MLP(out_features=cfg.hid, num_cells=[]), in_keys=["observation"], out_keys=["emb"]), gru,
              TensorDictModule(MLP(out_features=n, num_cells=[64]), in_keys=["emb"], out_keys=["logits"])]
    policy = ProbabilisticTensorDictSequential(*common, ProbabilisticTensorDictModule(in_keys=["logits"], out_keys=["action"], distribution_class=torch.distributions.OneHotCategorical, return_log_prob=True))
    value = TensorDictModule(MLP(out_features=1, num_cells=[64]), in_keys=["observation"], out_keys=["state_value"])
    return policy, value, gru


@hydra.main(config_path=".", config_name="cfg", version_base="1.1")
def main(cfg: "DictConfig"):
    device = "cuda:0"
    env = make_env(cfg)
    policy, value, gru = make_nets(env, cfg)
    env.append_transform(gru.make_tensordict_primer())
    with torch.no_grad():
        policy(env.reset())
        value(env.reset())
    policy, value = policy.to(device), value.to(device)
    collector = SyncDataCollector(env, policy, frames_per_batch=cfg.frames_per_batch, total_frames=cfg.total_frames, policy_device="cpu", storing_device="cpu")
    buf = TensorDictReplayBuffer(storage=LazyTensorStorage(cfg.frames_per_batch), sampler=SamplerWithoutReplacement(), batch_size=cfg.mb)
    adv = GAE(gamma=0.99, lmbda=0.95, value_network=value)
    loss_module = ClipPPOLoss(policy, value)
    optim = torch.optim.Adam(loss_module.parameters(), lr=cfg.lr)
    logger = get_logger(cfg.logger, logger_name="ppo", experiment_name=generate_exp_name("PPO", "gru"))
    frames = 0
    for data in collector:
        frames += data.numel()
        done = data["next", "done"]
        if done.any():
            logger.log_scalar("train/reward", data["next", "episode_reward"][done].mean().item(), frames)
        data = data.to(device)
        for _ in range(cfg.epochs):
            with torch.no_grad():
                data = adv(data)
            buf.extend(data.reshape(-1))
            for batch in buf:
                loss = loss_module(batch.to(device))
                total = loss["loss_critic"] + loss["loss_objective"] + loss["loss_entropy"]
                total.backward()
                torch.nn.utils.clip_grad_norm_(loss_module.parameters(), 1.0)
                optim.step()
                optim.zero_grad()
        collector.update_policy_weights_()
    collector.shutdown()


if __name__ == "__main__":
    main()
