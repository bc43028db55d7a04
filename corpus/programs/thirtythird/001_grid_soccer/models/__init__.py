from .actor_critic import LSTMActorCritic
