import copy

import torch
from tensordict.nn import ProbabilisticTensorDictModule, TensorDictModule as Mod, TensorDictSequential as Seq
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.envs import (
    Compose, GymEnv, InitTracker, RewardSum, StepCounter, TransformedEnv,
)
from torchrl.modules import LSTMModule, MLP, OneHotCategorical, ProbabilisticActor, ValueOperator, set_recurrent_mode
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE

import office_gym  # noqa: F401

FRAMES, TOTAL, EPOCHS = 672, 2_000_000, 4


def make_env(lstm):
    env = TransformedEnv(GymEnv("OfficeTower-v1", categorical_action_encoding=False))
    env.append_transform(Compose(InitTracker(), StepCounter(), RewardSum()))
    env.append_transform(lstm.make_tensordict_primer())
    return env


def make_modules(n_obs, n_act):
    feat = Mod(MLP(in_features=n_obs, out_features=64, num_cells=[64]), in_keys=["observation"], out_keys=["feat"])
    lstm = LSTMModule(input_size=64, hidden_size=64, in_key="feat", out_key="mem")
    head = Mod(MLP(in_features=64, out_features=n_act, num_cells=[64]), in_keys=["mem"], out_keys=["logits"])
    actor = ProbabilisticActor(
        Seq(feat, lstm, head), in_keys=["logits"], distribution_class=OneHotCategorical, return_log_prob=True,
    )
    critic = ValueOperator(MLP(in_features=n_obs, out_features=1, num_cells=[64, 64]), in_keys=["observation"])
    return actor, critic, lstm


def main():
    device = "cuda" if torch.cuda.is_available() else "cpu"
    probe = GymEnv("OfficeTower-v1")
    n_obs, n_act = probe.observation_spec["observation"].shape[-1], probe.action_spec.shape[-1]
    probe.close()

    actor, critic, lstm = make_modules(n_obs, n_act)
    actor, critic = actor.to(device), critic.to(device)
    # one episode is a year of quarter hours, one batch a week
    collector = SyncDataCollector(
        make_env(lstm), actor, frames_per_batch=FRAMES, total_frames=TOTAL, device=device, reset_at_each_iter=False,
    )
    loss_fn = ClipPPOLoss(actor, critic, clip_epsilon=0.2, entropy_coef=0.01)
    gae = GAE(gamma=0.995, lmbda=0.95, value_network=critic)
    opt = torch.optim.Adam(loss_fn.parameters(), lr=3e-4)

    best_cost, best_weights, bad_weeks = float("inf"), None, 0
    for week, data in enumerate(collector):
        cost = -data["next", "reward"].mean().item()
        if cost < best_cost:
            best_cost, bad_weeks = cost, 0
            best_weights = copy.deepcopy(actor.state_dict())
        else:
            bad_weeks += 1

        with torch.no_grad():
            gae(data)
        for _ in range(EPOCHS):
            with set_recurrent_mode(True):
                losses = loss_fn(data)
            loss = losses["loss_objective"] + losses["loss_critic"] + losses["loss_entropy"]
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(loss_fn.parameters(), 1.0)
            opt.step()

        if bad_weeks >= 8:
            print(f"week {week}: no better cost than {best_cost:.3f} for {bad_weeks} weeks, back to the best actor")
            actor.load_state_dict(best_weights)
            best_cost, bad_weeks = best_cost * 1.1, 0
        if week % 10 == 0:
            print(f"week {week}  cost {cost:.3f}  loss {loss.item():.4f}")
    collector.shutdown()
    torch.save(actor.state_dict(), "hvac_actor.pt")


if __name__ == "__main__":
    main()
