"""The custom resources of fairlead.dev/v1alpha1 as typed structs; the CRDs are generated from them."""
