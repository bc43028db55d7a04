"""What the scripts that run the linter on other people's code share."""
