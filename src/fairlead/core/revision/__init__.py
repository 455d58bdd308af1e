"""From the manifests of a Component to a Revision as it is applied."""
