"""Speed and memory of mpp-qms, measured as whole processes: `python -m benchmarks` (or `make bench`)."""
