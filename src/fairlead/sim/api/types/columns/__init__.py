"""What `kubectl get` prints of the built-in kinds."""
