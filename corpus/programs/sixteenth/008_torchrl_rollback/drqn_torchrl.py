import copy

import torch
import tqdm
from tensordict.nn import TensorDictModule as Mod, TensorDictSequential as Seq
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.data import LazyMemmapStorage, TensorDictReplayBuffer
from torchrl.envs import (
    Compose, ExplorationType, InitTracker, RewardSum, StepCounter, TransformedEnv, set_exploration_type,
)
from torchrl.envs.libs.gym import GymEnv
from torchrl.modules import EGreedyModule, LSTMModule, MLP, QValueModule
from torchrl.objectives import DQNLoss, SoftUpdate

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
TOTAL = 1_000_000
FRAMES = 200
UTD = 16
EVAL_EVERY = 50
TOLERANCE = 0.7


def make_env(primer=None):
    env = TransformedEnv(
        GymEnv("Acrobot-v1", device=device),
        Compose(StepCounter(max_steps=500), InitTracker(), RewardSum()),
    )
    if primer is not None:
        env.append_transform(primer)
    return env


def make_policy(n_obs, n_act):
    feature = Mod(MLP(n_obs, 64, num_cells=[64], device=device), in_keys=["observation"], out_keys=["embed"])
    lstm = LSTMModule(input_size=64, hidden_size=128, device=device, in_key="embed", out_key="embed")
    mlp = MLP(out_features=n_act, num_cells=[64], device=device)
    mlp[-1].bias.data.fill_(0.0)
    head = Mod(mlp, in_keys=["embed"], out_keys=["action_value"])
    return feature, lstm, head


def evaluate(policy, primer, episodes=5):
    env = make_env(primer)
    total = 0.0
    with set_exploration_type(ExplorationType.DETERMINISTIC), torch.no_grad():
        for _ in range(episodes):
            roll = env.rollout(500, policy)
            total += roll["next", "episode_reward"][-1].item()
    env.close()
    return total / episodes


probe = make_env()
n_act = probe.action_spec.space.n
feature, lstm, head = make_policy(probe.observation_spec["observation"].shape[-1], n_act)
qval = QValueModule(spec=probe.action_spec)
stoch_policy = Seq(feature, lstm, head, qval)
exploration = EGreedyModule(annealing_num_steps=TOTAL // 2, spec=probe.action_spec, eps_init=0.2)
behaviour = Seq(stoch_policy, exploration)

train_policy = Seq(feature, lstm.set_recurrent_mode(True), head, qval)
loss_fn = DQNLoss(train_policy, action_space=probe.action_spec, delay_value=True)
updater = SoftUpdate(loss_fn, eps=0.95)
optim = torch.optim.Adam(train_policy.parameters(), lr=3e-4)
rb = TensorDictReplayBuffer(storage=LazyMemmapStorage(20_000), batch_size=4, prefetch=4)

collector = SyncDataCollector(
    make_env(lstm.make_tensordict_primer()),
    behaviour,
    frames_per_batch=FRAMES,
    total_frames=TOTAL,
    device=device,
)

best_score = -float("inf")
best = copy.deepcopy(stoch_policy.state_dict())
pbar = tqdm.tqdm(total=TOTAL)
for i, data in enumerate(collector):
    pbar.update(data.numel())
    rb.extend(data.unsqueeze(0).to_tensordict().cpu())
    for _ in range(UTD):
        s = rb.sample().to(device)
        loss = loss_fn(s)["loss"]
        loss.backward()
        optim.step()
        optim.zero_grad()
    updater.step()
    exploration.step(data.numel())

    if (i + 1) % EVAL_EVERY == 0:
        score = evaluate(stoch_policy, lstm.make_tensordict_primer())
        pbar.set_description(f"eval {score:.1f} best {best_score:.1f}")
        if score >= best_score:
            best_score = score
            best = copy.deepcopy(stoch_policy.state_dict())
        elif score < best_score / TOLERANCE:
            stoch_policy.load_state_dict(best)
            optim = torch.optim.Adam(train_policy.parameters(), lr=1e-4)

collector.shutdown()
torch.save(best, "acrobot_drqn.pt")
