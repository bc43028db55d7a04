import argparse

import torch
from tensordict.nn import TensorDictModule as Mod, TensorDictSequential as Seq
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.data import LazyMemmapStorage, TensorDictReplayBuffer
from torchrl.envs import ExplorationType, GymWrapper, InitTracker, RewardSum, StepCounter, TransformedEnv, set_exploration_type
from torchrl.modules import EGreedyModule, LSTMModule, MLP, QValueModule, set_recurrent_mode
from torchrl.objectives import DQNLoss, SoftUpdate

from turbine import YawTurbine


def build_env(lstm):
    env = TransformedEnv(GymWrapper(YawTurbine()))
    env.append_transform(InitTracker())
    env.append_transform(StepCounter())
    env.append_transform(RewardSum())
    env.append_transform(lstm.make_tensordict_primer())
    return env


def build_policy(hidden):
    feature = Mod(MLP(in_features=4, out_features=hidden, num_cells=[hidden], activate_last_layer=True),
                  in_keys=["observation"], out_keys=["embed"])
    lstm = LSTMModule(input_size=hidden, hidden_size=hidden, in_key="embed", out_key="embed")
    head = MLP(in_features=hidden, out_features=3, num_cells=[64])
    nn.init.zeros_(head[-1].bias)
    q = Mod(head, in_keys=["embed"], out_keys=["action_value"])
    return feature, lstm, q


@torch.no_grad()
def evaluate(env, policy, episodes=5):
    total = 0.0
    with set_exploration_type(ExplorationType.DETERMINISTIC):
        for _ in range(episodes):
            roll = env.rollout(1000, policy)
            total += roll["next", "episode_reward"][-1].item()
    return total / episodes


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--hidden", type=int, default=96)
    p.add_argument("--frames", type=int, default=500_000)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--eval-every", type=int, default=100)
    p.add_argument("--out", default="yaw_best.pt")
    args = p.parse_args()

    feature, lstm, q = build_policy(args.hidden)
    train_env, eval_env = build_env(lstm), build_env(lstm)
    policy = Seq(feature, lstm, q, QValueModule(spec=train_env.action_spec))
    explore = EGreedyModule(annealing_num_steps=args.frames // 2, spec=train_env.action_spec, eps_init=0.3)
    behaviour = Seq(policy, explore)
    policy(eval_env.reset())

    loss_fn = DQNLoss(policy, action_space=train_env.action_spec, delay_value=True)
    target = SoftUpdate(loss_fn, eps=0.99)
    optim = torch.optim.Adam(policy.parameters(), lr=args.lr)
    collector = SyncDataCollector(train_env, behaviour, frames_per_batch=48, total_frames=args.frames)
    replay = TensorDictReplayBuffer(storage=LazyMemmapStorage(10_000), batch_size=8)

    best_reward, best_weights = float("-inf"), None
    for i, data in enumerate(collector):
        replay.extend(data.unsqueeze(0).to_tensordict())
        for _ in range(8):
            batch = replay.sample()
            with set_recurrent_mode("recurrent"):
                loss = loss_fn(batch)["loss"]
            loss.backward()
            nn.utils.clip_grad_norm_(policy.parameters(), 10.0)
            optim.step()
            optim.zero_grad()
        target.step()
        explore.step(data.numel())

        if i % args.eval_every == 0:
            reward = evaluate(eval_env, policy)
            print(f"batch {i:6d} eval {reward:8.2f} loss {loss.item():.4f}")
            if reward > best_reward:
                best_reward = reward
                best_weights = policy.state_dict()

    collector.shutdown()
    policy.load_state_dict(best_weights)
    print("final check of the best policy:", evaluate(eval_env, policy, 20), "was", best_reward)
    torch.save(policy.state_dict(), args.out)


if __name__ == "__main__":
    main()
