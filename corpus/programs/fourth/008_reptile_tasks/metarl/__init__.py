"""Reptile for partially observed bandit-mazes."""
