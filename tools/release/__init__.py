"""What tools/feature-env, smoke, promote and rollback share. Python's standard library and PyYAML, nothing else."""
