"""What a Fairlead process serves: probes and its own metrics."""
