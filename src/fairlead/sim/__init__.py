"""A Kubernetes cluster in this process: the API in memory, and what stands in front of it."""
