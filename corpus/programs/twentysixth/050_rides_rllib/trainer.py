import ray
from ray.rllib.algorithms.ppo import PPOConfig

from market import RideMarket


def make_config(workers):
    return (
        PPOConfig()
        .environment(RideMarket, env_config={"horizon": 96})
        .framework("torch")
        .rollouts(num_rollout_workers=workers)
        .training(
            lr=3e-4,
            train_batch_size=4000,
            model={"use_lstm": True, "lstm_cell_size": 64, "max_seq_len": 24, "fcnet_hiddens": [64]},
        )
    )


@ray.remote
class WeightBoard:
    """Holds the newest weights that passed the income check."""

    def __init__(self):
        self.tag, self.weights = 0, None

    def post(self, weights):
        self.tag += 1
        self.weights = weights
        return self.tag

    def get(self, known):
        return (self.tag, self.weights) if self.tag > known else (known, None)


@ray.remote
def train(board, iterations=500):
    algo = make_config(4).build()
    best = float("-inf")
    for i in range(iterations):
        result = algo.train()
        reward = result["episode_reward_mean"]
        if reward > best:
            best = reward
            tag = ray.get(board.post.remote(algo.get_policy().get_weights()))
            print(f"iteration {i}: reward {reward:.2f} posted as {tag}")
    algo.stop()
