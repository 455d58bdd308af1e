"""The kinds that the API serves: built in, and from CustomResourceDefinitions. Knows no request and no storage."""
