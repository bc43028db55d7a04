import copy
import os

import torch
import tqdm
from tensordict.nn import TensorDictModule as Mod, TensorDictSequential as Seq
from torch import nn
from torchrl.collectors import Collector
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.envs import Compose, ExplorationType, GymEnv, InitTracker, RewardSum, StepCounter, TransformedEnv, set_exploration_type
from torchrl.modules import EGreedyModule, LSTMModule, MLP, QValueModule, set_recurrent_mode
from torchrl.objectives import DQNLoss, SoftUpdate

import env as _thermostat  # noqa: F401  registers the gym id

BEST = "best_q.pt"
FRAMES = 48_000

env = TransformedEnv(GymEnv("Thermostat-v0"), Compose(InitTracker(), StepCounter(), RewardSum()))
embed = Mod(nn.Sequential(nn.Linear(3, 64), nn.ReLU()), in_keys=["observation"], out_keys=["embed"])
lstm = LSTMModule(input_size=64, hidden_size=64, in_key="embed", out_key="embed")
env.append_transform(lstm.make_tensordict_primer())
head = Mod(MLP(in_features=64, out_features=3, num_cells=[64]), in_keys=["embed"], out_keys=["action_value"])
greedy = Seq(embed, lstm, head, QValueModule(spec=env.action_spec))
egreedy = EGreedyModule(annealing_num_steps=FRAMES // 2, spec=env.action_spec, eps_init=0.3)
explore = Seq(greedy, egreedy)

loss_fn = DQNLoss(greedy, action_space=env.action_spec, delay_value=True)
loss_fn.make_value_estimator(gamma=0.97)
target = SoftUpdate(loss_fn, eps=0.99)
optim = torch.optim.Adam(loss_fn.parameters(), lr=5e-4)


@torch.no_grad()
def evaluate(days=5):
    with set_exploration_type(ExplorationType.DETERMINISTIC):
        returns = [env.rollout(200, greedy)["next", "episode_reward"][-1].item() for _ in range(days)]
    return sum(returns) / days


def main():
    collector = Collector(copy.deepcopy(env), policy=explore, frames_per_batch=96, total_frames=FRAMES)
    rb = TensorDictReplayBuffer(storage=LazyTensorStorage(400), batch_size=8)
    best = -float("inf")
    bar = tqdm.tqdm(total=FRAMES)
    for i, data in enumerate(collector):
        bar.update(data.numel())
        rb.extend(data.unsqueeze(0).to_tensordict().cpu())
        for _ in range(4):
            batch = rb.sample()
            with set_recurrent_mode(True):
                loss = loss_fn(batch)["loss"]
            optim.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(loss_fn.parameters(), 10.0)
            optim.step()
            target.step()
        egreedy.step(data.numel())
        if i % 20 == 0:
            score = evaluate()
            bar.set_description(f"return {score:.2f}")
            if score > best:
                best = score
                torch.save(greedy.state_dict(), BEST)
    collector.shutdown()

    if os.path.exists(BEST):
        greedy.load_state_dict(torch.load(BEST))
    print(f"best checkpoint over 20 days: {evaluate(20):.2f}")


if __name__ == "__main__":
    main()
