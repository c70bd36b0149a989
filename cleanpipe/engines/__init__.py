"""What moves batches and joins keys: `local` on one machine. Nothing here decides anything."""
