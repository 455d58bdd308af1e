"""What routes and Services look like at a weight."""
