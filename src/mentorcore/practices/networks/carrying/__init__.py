"""Records of service that people carry between institutions, and the logs that these come from."""
