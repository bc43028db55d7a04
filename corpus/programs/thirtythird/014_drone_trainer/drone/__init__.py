"""Wind-blown drone hovering, PPO with a GRU."""
