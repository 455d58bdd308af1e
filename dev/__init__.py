"""What a developer needs beside the product: a local Kubernetes, a sample application, a load client."""
