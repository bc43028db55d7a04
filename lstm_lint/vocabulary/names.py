"""What names speak for and against recurrent state; a name alone proves nothing."""

from __future__ import annotations

import re

_STATE = re.compile(
    r"(^|_)(h|hx|cx|c|hs|cs|hc|hn|cn|hidden|hiddens|state|states|rnn|lstm|gru|cell|cells|memory|mem|carry|recurrent|core|"
    r"latent|context|belief|hxs|rnns|prev_state|lstm_state|done_state)(_|\d|$|s$)|hidden|rnn|lstm|gru|recurrent|state|memor(y|ies)|carry",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(^|_)(obs|observations?|actions?|act|rewards?|rew|tokens?|inputs?|images?|img|logits?|preds?|outputs?|x|y|env_state|"
    r"env_states|train_state|opt_state|optimizer_state|key|rng|seed|loss|params?|next_state|batch|samples?|target|"
    r"value|q|q_?val|q_value|qret|log_?p|log_?pi|log_?prob|prob|dist|entropy|entropies|return|advantage|"
    r"score|fitness|count|counter|running_mean|running_var|running_std|variance|axis)s?$|^_+$",
    re.IGNORECASE,
)
_WEIGHTS = re.compile(r"(^|_)state_?dicts?(_|\d|$)", re.IGNORECASE)

_NUMBER = re.compile(
    r"(^|_)(size|length|len|num|count|idx|index|dim|dims|heads|layers|units|width|channels|steps?)$|^(num|n)_",
    re.IGNORECASE,
)


def looks_like_state(name: str) -> bool:
    """Whether a variable or attribute of this name may hold the recurrent state of an object nobody knows."""
    return _STATE.search(name) is not None and not cannot_be_state(name) and _WEIGHTS.search(name) is None


def cannot_be_state(name: str) -> bool:
    """Whether the name says that it holds something else: an action, an observation, a token."""
    return _OTHER.search(name) is not None


def is_number(name: str) -> bool:
    """Whether the name says that it holds a number: a size, a count, an index."""
    return _NUMBER.search(name) is not None
