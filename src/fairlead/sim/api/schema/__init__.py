"""What the places of an object may hold: built from OpenAPI or a CustomResourceDefinition."""
