"""What is known of languages: which one a text is in, how likely a word is, where a sentence ends."""
