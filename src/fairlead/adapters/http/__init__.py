"""Plain HTTP GET requests to pods and gateways, as a port."""
