import torch
import torch.nn as nn


class A2CLSTMNetwork(nn.Module):
    def __init__(self, obs_dim, act_dim, units=(256, 128), rnn_units=128, layers=1):
        super().__init__()
        mlp, last = [], obs_dim
        for u in units:
            mlp += [nn.Linear(last, u), nn.ELU()]
            last = u
        self.actor_mlp = nn.Sequential(*mlp)
        self.rnn = nn.LSTM(last, rnn_units, layers)
        self.layer_norm = nn.LayerNorm(rnn_units)
        self.mu = nn.Linear(rnn_units, act_dim)
        self.rnn_units, self.rnn_layers = rnn_units, layers

    def get_default_rnn_state(self):
        shape = (self.rnn_layers, 1, self.rnn_units)
        return (torch.zeros(shape), torch.zeros(shape))

    def forward(self, input_dict):
        x = self.actor_mlp(input_dict["obs"])
        x, states = self.rnn(x.unsqueeze(0), input_dict["rnn_states"])
        return {"mus": self.mu(self.layer_norm(x.squeeze(0))), "rnn_states": states}


class RunningMeanStd(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("var", torch.ones(dim))

    def forward(self, x):
        return torch.clamp((x - self.mean) / torch.sqrt(self.var + 1e-5), -5.0, 5.0)


class DogPlayer:
    """Same interface as a rl_games player, without the env part."""

    def __init__(self, config):
        self.config = config
        self.model = A2CLSTMNetwork(config["obs_dim"], config["act_dim"]).eval()
        self.running_mean_std = RunningMeanStd(config["obs_dim"])
        self.is_rnn = True
        self.states = None

    def restore(self, fn):
        ckpt = torch.load(fn, map_location="cpu")
        self.model.load_state_dict(ckpt["model"])
        self.running_mean_std.load_state_dict(ckpt["running_mean_std"])

    def init_rnn(self):
        if self.is_rnn:
            self.states = self.model.get_default_rnn_state()

    @torch.no_grad()
    def get_action(self, obs):
        obs = self.running_mean_std(torch.from_numpy(obs).unsqueeze(0))
        res = self.model({"obs": obs, "rnn_states": self.states})
        self.states = res["rnn_states"]
        return torch.clamp(res["mus"], -1.0, 1.0).squeeze(0).numpy()
