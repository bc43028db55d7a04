import numpy as np
import torch
import vizdoom as vzd


class Game:
    def __init__(self, scenario: str, seed: int, skip: int = 4) -> None:
        self.core = vzd.DoomGame()
        self.core.load_config(f"scenarios/{scenario}.cfg")
        self.core.set_seed(seed)
        self.core.set_window_visible(False)
        self.core.set_screen_format(vzd.ScreenFormat.GRAY8)
        self.core.init()
        self.skip = skip
        n = self.core.get_available_buttons_size()
        self.actions = np.eye(n, dtype=int).tolist()
        self.n_actions = n

    def _frame(self) -> torch.Tensor:
        state = self.core.get_state()
        if state is None:
            return torch.zeros(1, 1, 84, 84)
        img = torch.from_numpy(state.screen_buffer).float()[None, None] / 255
        return torch.nn.functional.interpolate(img, (84, 84), mode="bilinear")

    def new_episode(self) -> torch.Tensor:
        self.core.new_episode()
        return self._frame()

    def step(self, a: int):
        reward = self.core.make_action(self.actions[a], self.skip)
        return self._frame(), reward / 100, self.core.is_episode_finished()
