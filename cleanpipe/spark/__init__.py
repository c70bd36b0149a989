"""The same job on a cluster, for a first load of more articles than one machine takes: run.py tells it in order."""
