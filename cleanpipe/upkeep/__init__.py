"""What keeps an archive in order: it is checked, articles are forgotten, a run is done again and compared."""
