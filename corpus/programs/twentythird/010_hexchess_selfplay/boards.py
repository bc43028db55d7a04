import torch


class VecBoards:
    """Thin wrapper over the C++ engine; everything comes back as tensors."""

    obs_dim = 7 * 19
    n_moves = 19 * 6

    def __init__(self, n, device):
        import hexpawn_cpp

        self.eng = hexpawn_cpp.Engine(n)
        self.device = device

    def _t(self, a, dtype):
        return torch.as_tensor(a, dtype=dtype, device=self.device)

    def reset(self):
        obs, legal = self.eng.reset_all()
        return self._t(obs, torch.float32), self._t(legal, torch.bool)

    def play(self, moves):
        obs, legal, rew, done = self.eng.first_player(moves.cpu().numpy())
        return (self._t(obs, torch.float32), self._t(legal, torch.bool),
                self._t(rew, torch.float32), self._t(done, torch.float32))

    def reply(self, moves, done):
        """Boards already finished ignore the reply and are dealt anew."""
        obs, legal, rew, done2 = self.eng.second_player(
            moves.cpu().numpy(), done.cpu().numpy())
        return (self._t(obs, torch.float32), self._t(legal, torch.bool),
                self._t(rew, torch.float32), self._t(done2, torch.float32))
