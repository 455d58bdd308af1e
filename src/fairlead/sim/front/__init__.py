"""The API over HTTPS, for clients that speak nothing else: kubectl, an operator in another process."""
