"""How it is said: the only place where a claim becomes a sentence."""
