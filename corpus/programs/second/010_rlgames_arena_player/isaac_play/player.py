import csv
import time

import torch
from rl_games.algos_torch.players import PpoPlayerContinuous
from rl_games.algos_torch.torch_ext import safe_filesystem_op  # noqa: F401

from .watcher import NewestCheckpoint


class FollowPlayer(PpoPlayerContinuous):
    """Shows the run that is being trained: follows its checkpoints while the robots keep walking."""

    def __init__(self, params):
        super().__init__(params)
        follow = params["config"]["player"].get("follow", {})
        self.watcher = NewestCheckpoint(follow.get("folder", "runs/last/nn"), follow.get("interval", 30.0))
        self.stats_path = follow.get("stats", "follow.csv")
        self.show_values = follow.get("values", False)

    def run(self):
        n_games = self.games_num
        render = self.render_env
        n_game_life = self.n_game_life
        is_deterministic = self.is_deterministic
        sum_rewards = 0.0
        sum_steps = 0.0
        games_played = 0
        n_games = n_games * n_game_life
        self.wait_for_checkpoint()

        stats = open(self.stats_path, "w", newline="")
        writer = csv.writer(stats)
        writer.writerow(["games", "reward", "length", "checkpoint"])

        obses = self.env_reset(self.env)
        batch_size = self.get_batch_size(obses, 1)
        if self.is_rnn:
            self.init_rnn()
        cr = torch.zeros(batch_size, dtype=torch.float32)
        steps = torch.zeros(batch_size, dtype=torch.float32)
        started = time.time()

        while games_played < n_games:
            path = self.watcher.poll()
            if path is not None:
                print(f"following {path}")
                self.restore(path)

            action = self.get_action(obses, is_deterministic)
            obses, r, done, info = self.env_step(self.env, action)
            cr += r
            steps += 1
            if render:
                self.env.render(mode="human")
                time.sleep(self.render_sleep)

            all_done_indices = done.nonzero(as_tuple=False)
            done_indices = all_done_indices[:: self.num_agents]
            done_count = len(done_indices)
            games_played += done_count
            if done_count > 0:
                if self.is_rnn:
                    for s in self.states:
                        s[:, all_done_indices, :] = s[:, all_done_indices, :] * 0.0
                cur_rewards = cr[done_indices].sum().item()
                cur_steps = steps[done_indices].sum().item()
                cr = cr * (1.0 - done.float())
                steps = steps * (1.0 - done.float())
                sum_rewards += cur_rewards
                sum_steps += cur_steps
                writer.writerow([games_played, cur_rewards / done_count, cur_steps / done_count, self.watcher.seen])
                if self.print_stats:
                    print("reward:", cur_rewards / done_count, "steps:", cur_steps / done_count)
        stats.close()
        print("av reward:", sum_rewards / games_played, "av steps:", sum_steps / games_played)
        print(f"{games_played / (time.time() - started):.2f} games per second")

    def wait_for_checkpoint(self):
        while True:
            path = self.watcher.poll()
            if path is not None:
                self.restore(path)
                return
            time.sleep(1.0)
