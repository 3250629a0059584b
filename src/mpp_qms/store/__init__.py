"""Where records live: finding the root, reading it whole, writing one file safely."""
