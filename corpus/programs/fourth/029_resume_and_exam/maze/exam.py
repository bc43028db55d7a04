import torch

from .model import MazeNet


class Examiner:
    """Plays whole episodes with the best weights so far; a network and environments of its own."""

    def __init__(self, env_fn, config, episodes=20):
        self.env = env_fn(seed=9_999)
        self.net = MazeNet(self.env.n_obs, self.env.n_act, config["width"]).eval()
        self.episodes = episodes

    @torch.no_grad()
    def examine(self, best_file):
        self.net.load_state_dict(torch.load(best_file)["net"])
        total, solved = 0.0, 0
        for _ in range(self.episodes):
            obs, done, h = self.env.reset(), False, None
            while not done:
                x = torch.as_tensor(obs, dtype=torch.float32).view(1, -1)
                logits, _, h = self.net(x, h)
                obs, reward, done = self.env.step(int(logits.argmax()))
                total += reward
            solved += reward > 0
        return {"exam/return": total / self.episodes, "exam/solved": solved / self.episodes}
