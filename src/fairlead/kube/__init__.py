"""A Kubernetes client: transport, authentication, verbs, watch. It knows no kind by name and no domain."""
